"""The IOS router without its console: memory, flash, configuration, AAA and log."""

from __future__ import annotations

import re
from datetime import datetime

from oob.lab.clock import ScheduledCall, Scheduler
from oob.lab.network import Network
from oob.lab.nos.base.router import FamilyRouter
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.ios import secret
from oob.lab.nos.ios.archive import Archive
from oob.lab.nos.ios.configuration import IosConfiguration, fresh
from oob.lab.nos.ios.derive import DERIVATION
from oob.lab.nos.ios.language import LANGUAGE
from oob.lab.nos.ios.lock import ConfigurationLock
from oob.lab.nos.ios.reload import Reload
from oob.lab.nos.ios.rollback import Rollback
from oob.lab.nos.ios.startup import canonical, replay
from oob.lab.nos.ios.tree import parse, render
from oob.lab.nos.ios.watch import IosWatch
from oob.lab.router import RouterIdentity, Send

STARTUP = "nvram:startup-config"
IGNORE_STARTUP = 0x0040  # in the configuration register
EFFECT_SECONDS = 0.01  # from a line of configuration to its effect on the network
_SLOW = re.compile(r"\s*(no )?(crypto|interface range|aaa|key config-key|boot system)\b")


class IosRouter(FamilyRouter):
    """IOS-XE as far as its console shows it."""

    language = LANGUAGE
    derivation = DERIVATION

    def __init__(self, identity: RouterIdentity, clock: Scheduler, send: Send, network: Network) -> None:
        super().__init__(identity, clock, send, network)
        self.terminal.interrupt = "\x1e\x03"
        self.version = identity.version or "17.9.4a"
        self.register = 0x2102
        self.is_broken_into = False
        self.saved_at: datetime | None = None
        self.saved_by = ""
        self.config: IosConfiguration = fresh(self.physical)
        self.lock = ConfigurationLock()
        self.archive = Archive(self)
        self.rollback = Rollback(self)
        self.reload = Reload(self)
        self.watcher = IosWatch(self)
        self._effect: ScheduledCall | None = None
        first = identity.first_config(identity.password)
        if first and self.flash.read(STARTUP) is None:
            self.flash.write(STARTUP, canonical(first, self.physical).encode("latin-1", "replace"))

    # --- power

    def receive_break(self) -> None:
        """Stop in the boot loader, if the router is about to load its image."""
        self.is_broken_into = self.clock.now() - self.booted_at < self.boot_seconds / 2

    def forget(self) -> None:
        """Clear the memory."""
        super().forget()
        if self._effect is not None:
            self._effect.cancel()
            self._effect = None
        self.lock = ConfigurationLock()
        self.rollback.forget()
        self.reload.forget()

    def load_startup(self) -> bool:
        """Load the start-up configuration without the lines that this software refuses.

        Return False without one, or when the configuration register says to ignore it.
        """
        data = None if self.register & IGNORE_STARTUP else self.flash.read(STARTUP)
        text = data.decode("latin-1") if data is not None else ""
        self.config = fresh(self.physical)
        self.config.refuse = self.refuse
        replay(self.config, parse(text))
        self.configured()
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

    def parse(self, text: str) -> ConfigLine:
        """Read a configuration file."""
        return parse(text)

    def configured(self, who: str = "") -> None:
        """Let a change of the configuration by *who* have its effect, in a moment."""
        self.changed_at, self.changed_by = self.clock.utc(), who
        for line in self.config.root.under("config-register"):  # it lives beside the configuration, not in it
            self.register = int(line.text.split()[1], 16)
            self.config.root.children.remove(line)
        self.settle_terminal()
        if self._effect is None:
            self._effect = self.clock.call_later(EFFECT_SECONDS, self._take_effect)

    def _take_effect(self) -> None:
        self._effect = None
        self.network.put(self.node())

    @property
    def console(self) -> ConfigLine:
        """The block of the console line, empty where it is not configured."""
        return self.config.root.find("line con 0") or ConfigLine("")

    def settle_terminal(self) -> None:
        """Give the console the settings of its line."""
        synchronous = self.console.find("logging synchronous") is not None
        self.terminal.synchronous = synchronous and self.user is not None

    @property
    def exec_timeout(self) -> float | None:
        """Seconds without a key after which a session ends."""
        words = (self.console.value("exec-timeout") or "10 0").split()
        seconds = int(words[0]) * 60 + int((*words, "0")[1])
        return float(seconds) if seconds else None

    def seconds_for(self, line: str) -> float:
        """Return how long the parser is busy with a line."""
        return 0.25 if _SLOW.match(line) else 0.002

    def save(self, who: str) -> None:
        """Write the running configuration to NVRAM."""
        self.flash.write(STARTUP, self.running_config().encode("latin-1", "replace"))
        self.saved_at, self.saved_by = self.clock.utc(), who

    @property
    def is_dirty(self) -> bool:
        """Tell whether the running configuration differs from the start-up one."""
        return self.running_config() != self.startup_config()

    # --- who may come in, and the world

    @property
    def looks_up_names(self) -> bool:
        """Tell whether an unknown word is taken for a host's name."""
        return self.config.root.find("no ip domain lookup") is None

    @property
    def lookup_seconds(self) -> float:
        """Return how long the name servers take to say that they do not know."""
        servers = max(1, len(self.config.root.under("ip name-server")))
        return 9.0 * servers if self.dns_dead else 0.3

    def login_methods(self) -> tuple[str, ...]:
        """Return the authentication methods of `line con 0`, in order."""
        root, console = self.config.root, self.console
        if not self.has_aaa:
            if console.find("login local"):
                return ("local",)
            return ("line",) if console.find("login") else ("none",)
        wanted = console.value("login authentication") or "default"
        words = root.value(f"aaa authentication login {wanted}") or root.value("aaa authentication login default")
        return tuple((words or "local").replace("group ", "").split())

    @property
    def has_aaa(self) -> bool:
        """Tell whether AAA decides about logins."""
        return self.config.root.find("aaa new-model") is not None

    def aaa_servers(self) -> list[tuple[str, float]]:
        """Return the configured servers and how long each is waited for."""
        servers = []
        for line in self.config.root.under("radius server") + self.config.root.under("tacacs server"):
            address = (line.value("address ipv4") or "0.0.0.0").split()[0]
            tries = int(line.value("retransmit") or 3) + 1
            servers.append((address, tries * float(line.value("timeout") or 5)))
        return servers

    def servers_silent(self) -> None:
        """Log that the AAA servers timed out."""
        for address, _ in self.aaa_servers():
            self.say(f"%RADIUS-4-RADIUS_DEAD: RADIUS server {address}:1812,1813 is not responding.")

    def knows(self, username: str, password: str) -> bool:
        """Tell whether the local user exists and the password is right."""
        words = self._user(username).split()
        stored = words[2:] if words[:1] == ["privilege"] else words  # `secret`, perhaps the kind, the secret
        kind = stored[1] if len(stored) == 3 else "0"
        return len(stored) in (2, 3) and secret.matches(kind, stored[-1], password)

    def privilege_of(self, username: str) -> int:
        """Return the privilege that a local user is to have."""
        words = self._user(username).split()
        return int(words[1]) if words[:1] == ["privilege"] else 1

    def _user(self, username: str) -> str:
        return self.config.root.value(f"username {username}") or ""

    # --- the log

    def stamped(self, text: str) -> str:
        """Return a log line as it appears."""
        now = self.clock.utc()
        return f"*{now:%b} {now.day:2d} {now:%H:%M:%S}.{now.microsecond // 1000:03d}: {text}"

    def report(self, kind: str, name: str, where: str, state: str) -> str:
        """Return the log text for a change of a link or a neighbour."""
        if kind == "link":
            return f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {name}, changed state to {state}"
        if kind == "ospf":
            change = "LOADING to FULL, Loading Done"
            gone = "FULL to DOWN, Neighbor Down: Interface down or detached"
            return f"%OSPF-5-ADJCHG: Process 1, Nbr {name} on {where} from {change if state else gone}"
        return f"%BGP-5-ADJCHANGE: neighbor {name} {'Up' if state else 'Down Interface flap'}"

    # --- faults

    def hold_lock(self, user: str) -> None:
        """Give the configuration lock to *user* on a vty."""
        self.lock.holder = user
