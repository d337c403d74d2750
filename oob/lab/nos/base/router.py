"""A router whose command line resembles IOS: files, log, configuration, faults. A platform adds its own words."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeAlias

from oob.lab.age import Ages
from oob.lab.clock import ScheduledCall, Scheduler
from oob.lab.dialog import Dialog
from oob.lab.network import Network, Node
from oob.lab.nos.base.commands import indented
from oob.lab.nos.base.configuration import TOP, Configuration, Rejected, Where
from oob.lab.nos.base.derivation import Derivation
from oob.lab.nos.base.flash import Flash
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.language import Language
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.base.watch import FamilyWatch
from oob.lab.router import Router, RouterIdentity, Send

LOG_LINES = 200
NotTaken: TypeAlias = tuple[str, RefusedCommand | Rejected]
_SEVERITY = re.compile(r"%[\w-]+?-(\d)-")  # the level in `%LINK-3-UPDOWN`


class FamilyRouter(Router):
    """The common part of the IOS-like platforms; `life` is the console's dialog from power-on to power-off."""

    language: Language
    derivation: Derivation

    def __init__(self, identity: RouterIdentity, clock: Scheduler, send: Send, network: Network) -> None:
        super().__init__(identity, clock, send, network)
        listed = identity.settings.get("interfaces")
        self.physical = tuple(str(name) for name in (listed if isinstance(listed, list) else identity.cables))
        self.flash = Flash(identity.files)
        self.version = identity.version
        self.aaa_mode = "alive"
        self.log: deque[str] = deque(maxlen=LOG_LINES)
        self.user: str | None = None  # who is logged in on the console
        self.refuse: tuple[re.Pattern[str], ...] = ()
        self.aborts = 0  # replacements that are to fail
        self.config = Configuration(self.language, self.physical)
        self.changed_at: datetime | None = None
        self.changed_by = ""
        self.ages = Ages(clock)
        self.watcher = FamilyWatch(self, self.ages, self.report)
        self.timers: list[ScheduledCall] = []

    # --- a platform writes these

    @property
    @abstractmethod
    def hostname(self) -> str:
        """The configured name."""

    @abstractmethod
    def life(self) -> Dialog[None]:
        """Boot, log in, serve, and again, until the power goes."""

    @abstractmethod
    def stamped(self, text: str) -> str:
        """Return a log line as it appears."""

    @abstractmethod
    def login_methods(self) -> tuple[str, ...]:
        """Return the authentication methods of the console in order: `local`, `none`, or a server group."""

    @abstractmethod
    def aaa_servers(self) -> list[tuple[str, float]]:
        """Return the configured servers and how long the router waits for each when it is silent."""

    @abstractmethod
    def knows(self, username: str, password: str) -> bool:
        """Tell whether the local user exists and the password is right."""

    @abstractmethod
    def report(self, kind: str, name: str, where: str, state: str) -> str:
        """Return the log text for a `link`, `ospf` or `bgp` *name* that is now in *state*, "" for none."""

    def servers_silent(self) -> None:
        """Log that the AAA servers did not answer."""

    def as_json(self, document: Any) -> str:
        """Write a document as the platform does."""
        return indented(document)

    # --- power

    def boot(self) -> None:
        """Start the console's dialog."""
        self.booted_at = self.clock.now()
        self.terminal.start(self.life())

    def forget(self) -> None:
        """Clear the memory."""
        self.user = None
        self.log.clear()
        self.watcher.forget()
        for timer in self.timers:
            timer.cancel()
        self.timers = []
        self.changed_at = None

    # --- configuration

    def load(self, text: str) -> Configuration:
        """Return the configuration that *text* makes of this box, without the lines that it does not take."""
        config = Configuration(self.language, self.physical)
        config.refuse = self.refuse
        config = config.empty()
        replay(config, self.parse(text))
        return config

    @abstractmethod
    def parse(self, text: str) -> ConfigLine:
        """Read a configuration file."""

    def configured(self, who: str = "") -> None:
        """Apply a change of the running configuration, made by *who*, to the network."""
        self.changed_at, self.changed_by = self.clock.utc(), who
        if self.is_on:
            self.network.put(self.node())

    def node(self) -> Node:
        """Return the router's place in the network, from the running configuration."""
        return self.derivation.node(self.name, self.config.root, self.identity.cables)

    @property
    def exec_timeout(self) -> float | None:
        """Seconds without a key after which a session ends."""
        return None

    def seconds_for(self, line: str) -> float:
        """Return how long the parser is busy with a line."""
        return 0.002

    # --- the world

    def network_changed(self) -> None:
        """Check links and neighbours a moment later."""
        if self.is_on:
            self.watcher.wake()

    @property
    def console_severity(self) -> int:
        """The least severe level that the console prints; -1 where it prints no log."""
        return -1 if self.config.root.find("no logging console") else 7

    def say(self, text: str) -> None:
        """Log *text* with a time stamp, to the buffer and, where it is severe enough, the console."""
        if not self.is_on:
            return
        line = self.stamped(text)
        self.log.append(line)
        found = _SEVERITY.search(text)
        if (int(found[1]) if found else 0) <= self.console_severity:
            self.terminal.interject(line)

    def later(self, seconds: float, act: Any) -> ScheduledCall:
        """Call *act* when *seconds* have passed, unless the router is off by then."""
        timer = self.clock.call_later(seconds, act)
        self.timers.append(timer)
        return timer

    def say_later(self, seconds: float, text: str) -> None:
        """Log *text* in a moment."""
        self.later(seconds, lambda: self.say(text))

    # --- faults

    def upgrade(self, version: str, refuse: tuple[str, ...]) -> None:
        """Become another software version, which refuses some lines."""
        self.version = version or self.version
        self.refuse = tuple(re.compile(pattern) for pattern in refuse)
        self.config.refuse = self.refuse
        before = self.changed_at
        self.config.drop_refused()
        self.configured()
        self.changed_at = before

    def abort_replace(self, times: int) -> None:
        """Let the next replacements fail."""
        self.aborts = times

    def fails_now(self) -> bool:
        """Tell whether the replacement that is going on was told to fail."""
        fails = self.aborts > 0
        self.aborts -= fails
        return fails

    def aaa(self, mode: str) -> None:
        """Change how the AAA servers behave."""
        self.aaa_mode = mode


def replay(config: Configuration, wanted: ConfigLine, where: Where = TOP) -> Iterator[NotTaken]:
    """Type a configuration into *config*; return each line that was not taken and why."""
    failed = list(_replayed(config, wanted, where))
    return iter(failed)


def _replayed(config: Configuration, wanted: ConfigLine, where: Where) -> Iterator[NotTaken]:
    for line in wanted.children:
        try:
            below, _ = config.apply(where, line.text)
        except (RefusedCommand, Rejected) as error:
            yield line.text, error
            continue
        yield from _replayed(config, line, below)
