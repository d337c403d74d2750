"""The IOS router itself: what it has in memory and on flash, and how it starts."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from oob.lab.age import Ages
from oob.lab.clock import Scheduler, Timer
from oob.lab.dialog import Dialog
from oob.lab.family.flash import Flash
from oob.lab.family.tree import Line
from oob.lab.ios import boot, derive, login
from oob.lab.ios.archive import Archive
from oob.lab.ios.configuration import Configuration
from oob.lab.ios.configure import ConfigureMode
from oob.lab.ios.lock import ConfigurationLock
from oob.lab.ios.reload import Reload
from oob.lab.ios.rollback import Rollback
from oob.lab.ios.rommon import IGNORE_STARTUP
from oob.lab.ios.session import Session
from oob.lab.ios.tree import parse, render
from oob.lab.ios.watch import IosWatch
from oob.lab.network import Network
from oob.lab.router import Identity, Router, Send

STARTUP = "nvram:startup-config"
LOG_LINES = 200
EFFECT_SECONDS = 0.01  # from a line of configuration to its effect on the network
_SLOW = re.compile(r"\s*(no )?(crypto|interface range|aaa|key config-key|boot system)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class AaaServer:
    """A configured RADIUS or TACACS+ server and how long the router waits for it when it is silent."""

    address: str
    seconds: float


class IosRouter(Router):
    """IOS-XE as far as its console shows it."""

    def __init__(self, identity: Identity, clock: Scheduler, send: Send, network: Network) -> None:
        super().__init__(identity, clock, send, network)
        self.terminal.interrupt = "\x1e\x03"
        self.physical = tuple(str(name) for name in _listed(identity.settings.get("interfaces")) or identity.cables)
        self.flash = Flash(identity.files)
        self.version = identity.version or "17.9.4a"
        self.register = 0x2102
        self.is_broken_into = False
        self.aaa_mode = "alive"
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self.session: Session | None = None
        self.sessions_before = 0
        self.aborts = 0  # replacements that are to fail
        self.refuse: tuple[re.Pattern[str], ...] = ()
        self.changed_at: tuple[datetime, str] | None = None
        self.saved_at: tuple[datetime, str] | None = None
        self.reload_reason = "Reload Command"
        self.config = Configuration(Line(""), self.physical)
        self.configure = ConfigureMode(self)
        self.lock = ConfigurationLock()
        self.archive = Archive(self)
        self.rollback = Rollback(self)
        self.reload = Reload(self)
        self.ages = Ages(clock)
        self._watch = IosWatch(self)
        self._effect: Timer | None = None
        first = str(identity.settings.get("config", "")).replace("@PASSWORD@", identity.password)
        if first and self.flash.read(STARTUP) is None:
            self.flash.write(STARTUP, boot.canonical(first, self.physical).encode("latin-1", "replace"))

    # --- power

    def boot(self) -> None:
        """Start the boot screen; the configuration is loaded at its end."""
        self.booted_at = self.clock.now()
        self.terminal.start(self._life())

    def receive_break(self) -> None:
        """Stop in the boot loader, if the router is about to load its image."""
        self.is_broken_into = self.clock.now() - self.booted_at < self.boot_seconds / 2

    def forget(self) -> None:
        """Lose what was in memory."""
        self.session = None
        if self._effect is not None:
            self._effect.cancel()
            self._effect = None
        self.log.clear()
        self.lock = ConfigurationLock()
        self.rollback.forget()
        self.reload.forget()
        self._watch.forget()
        self.changed_at = None

    def _life(self) -> Dialog[None]:
        yield from boot.screen(self)
        found = self.load_startup()
        if not found:
            yield from boot.set_up(self)
        yield from boot.ready(self)
        yield from login.wait_for_return()
        while True:
            granted = yield from login.login(self)
            if granted is not None:
                yield from self._serve(*granted)
            yield from login.press_return(self)

    def _serve(self, username: str, privilege: int) -> Dialog[None]:
        self.session = Session(self, username, privilege)
        console = self.config.root.find("line con 0") or Line("")
        self.terminal.length = int(console.value("length") or 24)
        self.terminal.width = int(console.value("width") or 80)
        self.settle_terminal()
        yield from boot.welcome(self)
        yield from self.session.run()
        self.session = None
        self.terminal.synchronous = False

    def load_startup(self) -> bool:
        """Take the start-up configuration into memory, without what this software does not understand.

        False where there is none, or the configuration register says to ignore it.
        """
        data = None if self.register & IGNORE_STARTUP else self.flash.read(STARTUP)
        text = data.decode("latin-1") if data is not None else ""
        self.config = boot.fresh(self.physical)
        self.config.refuse = self.refuse
        boot.replay(self.config, parse(text))
        self.configured("")
        self.changed_at = None
        return data is not None

    # --- configuration

    @property
    def hostname(self) -> str:
        """The configured name."""
        return self.config.root.value("hostname") or "Router"

    def running_config(self) -> str:
        """Return the configuration as a file holds it, from `version` to `end`."""
        return render(self.config.root) + "!\nend\n"

    def startup_config(self) -> str:
        """Return what the next boot loads."""
        return (self.flash.read(STARTUP) or b"").decode("latin-1")

    def configured(self, who: str) -> None:
        """Let a change of the configuration have its effect."""
        self.changed_at = (self.clock.utc(), who)
        for line in self.config.root.under("config-register"):  # it lives beside the configuration, not in it
            self.register = int(line.text.split()[1], 16)
            self.config.root.children.remove(line)
        self.settle_terminal()
        if self._effect is None:
            self._effect = self.clock.call_later(EFFECT_SECONDS, self._take_effect)

    def _take_effect(self) -> None:
        self._effect = None
        self.network.put(derive.node(self.name, self.config.root, self.identity.cables))

    def settle_terminal(self) -> None:
        """Give the console the settings of its line."""
        console = self.config.root.find("line con 0")
        synchronous = console is not None and console.find("logging synchronous") is not None
        self.terminal.synchronous = synchronous and self.session is not None

    @property
    def exec_timeout(self) -> float | None:
        """Seconds without a key after which a session ends."""
        console = self.config.root.find("line con 0")
        words = ((console.value("exec-timeout") if console else None) or "10 0").split()
        seconds = int(words[0]) * 60 + int((*words, "0")[1])
        return float(seconds) if seconds else None

    def seconds_for(self, line: str) -> float:
        """Return how long the parser is busy with a line."""
        return 0.25 if _SLOW.match(line) else 0.002

    def save(self, who: str) -> None:
        """Write the running configuration to NVRAM."""
        self.flash.write(STARTUP, self.running_config().encode("latin-1", "replace"))
        self.saved_at = (self.clock.utc(), who)

    @property
    def is_dirty(self) -> bool:
        """Tell whether the running configuration differs from the start-up one."""
        return self.running_config() != self.startup_config()

    # --- the world

    @property
    def looks_up_names(self) -> bool:
        """Tell whether an unknown word is taken for a host's name."""
        return self.config.root.find("no ip domain lookup") is None

    @property
    def lookup_seconds(self) -> float:
        """Return how long the name servers take to say that they do not know."""
        servers = max(1, len(self.config.root.under("ip name-server")))
        return 9.0 * servers if self.dns_dead else 0.3

    def aaa_servers(self) -> list[AaaServer]:
        """Return the configured servers."""
        servers = []
        for line in self.config.root.under("radius server") + self.config.root.under("tacacs server"):
            address = (line.value("address ipv4") or "0.0.0.0").split()[0]
            tries = int(line.value("retransmit") or 3) + 1
            servers.append(AaaServer(address=address, seconds=tries * float(line.value("timeout") or 5)))
        return servers

    def network_changed(self) -> None:
        """Look at links and neighbours, a moment later."""
        if self.is_on:
            self._watch.wake()

    def say(self, text: str) -> None:
        """Log *text* with a time stamp, to the buffer and, unless that is off, the console."""
        if not self.is_on:
            return
        now = self.clock.utc()
        stamped = f"*{now:%b} {now.day:2d} {now:%H:%M:%S}.{now.microsecond // 1000:03d}: {text}"
        self.log.append(stamped)
        if self.config.root.find("no logging console") is None:
            self.terminal.interject(stamped)

    def say_later(self, seconds: float, text: str) -> None:
        """Log *text* when *seconds* have passed, if the router has not been off meanwhile."""
        booted = self.booted_at
        self.clock.call_later(seconds, lambda: self.say(text) if self.is_on and self.booted_at == booted else None)

    # --- faults

    def upgrade(self, version: str, refuse: tuple[str, ...]) -> None:
        """Become another software version, which refuses some lines."""
        self.version = version or self.version
        self.refuse = tuple(re.compile(pattern) for pattern in refuse)
        self.config.refuse = self.refuse
        before = self.changed_at
        self.config.drop_refused()
        self.configured("")
        self.changed_at = before

    def abort_replace(self, times: int) -> None:
        """Let the next replacements stop half-way."""
        self.aborts = times

    def hold_lock(self, user: str) -> None:
        """Let somebody on a vty hold the configuration lock."""
        self.lock.holder = user

    def aaa(self, mode: str) -> None:
        """Change how the AAA servers behave."""
        self.aaa_mode = mode


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
