"""The base of every virtual router: a console, a power switch, files, and a place in a network.

A platform subclasses `Router` and gives it a dialog to run on the console (`Terminal`). Nothing here does I/O besides
the router's own folder: bytes come in by `receive`, leave by the `send` it was given, time comes from a `Scheduler`.
"""

from __future__ import annotations

import random
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from oob.lab.clock import Scheduler
from oob.lab.network import Network
from oob.lab.terminal import Terminal

# Hands bytes to the line and returns the seconds until the line has sent everything it holds.
Send = Callable[[bytes], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterIdentity:
    """The identity of a router in the lab. *files* is the folder where its flash and start-up configuration live.

    *cables* says which link of the network each interface is plugged into; *settings* are what only one platform
    understands.
    """

    name: str
    platform: str
    username: str
    password: str
    secret: str = ""
    serial: str = ""
    version: str = ""
    files: Path
    cables: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)

    def first_config(self, password: str) -> str:
        """Return the first configuration with *password* filled in, "" without one."""
        return str(self.settings.get("config", "")).replace("@PASSWORD@", password)


class Router(ABC):
    """A virtual router. It is born switched off; `power_on` boots it."""

    def __init__(self, identity: RouterIdentity, clock: Scheduler, send: Send, network: Network) -> None:
        self.identity = identity
        self.clock = clock
        self.network = network
        self.terminal = Terminal(clock, send)
        self.is_on = False
        self.booted_at = clock.now()
        self.boot_seconds = float(str(identity.settings.get("boot_seconds", 20)))
        self.echo_seconds = float(str(identity.settings.get("echo_seconds", 3600)))  # the longest wait for an echo
        self.log_seconds = 1.0  # until the log reports a change
        self.dns_dead = False
        self.cpu, self.memory = 3, 40  # per cent in use, as its platform shows them
        self.on_moment: Callable[[str], None] = lambda _: None  # told when something is half-way done ("replace")
        self.random = random.Random(zlib.crc32(identity.name.encode()))  # the same lab behaves the same each time
        identity.files.mkdir(parents=True, exist_ok=True)
        network.watch(self.network_changed)

    @property
    def name(self) -> str:
        """The name in the lab; the configured hostname may differ."""
        return self.identity.name

    @property
    def platform(self) -> str:
        """The platform, by Netmiko's name."""
        return self.identity.platform

    def receive(self, data: bytes) -> None:
        """Take bytes that arrived on the console."""
        if self.is_on:
            self.terminal.receive(data)

    def receive_break(self) -> None:  # noqa: B027 - a platform without a boot loader has nothing to do
        """Take a BREAK on the console; most of the time it means nothing."""

    def power_on(self) -> None:
        """Switch on and boot from flash, in the time that a boot takes."""
        if not self.is_on:
            self.is_on = True
            self.boot()

    def power_off(self) -> None:
        """Switch the power off; memory is lost."""
        if self.is_on:
            self.is_on = False
            self.terminal.stop()
            self.network.remove(self.name)
            self.forget()

    def reboot(self) -> None:
        """Switch the power off and on."""
        self.power_off()
        self.power_on()

    # a platform writes these

    @abstractmethod
    def boot(self) -> None:
        """Start the dialog of the console (`terminal.start`) with the boot screen; load the start-up configuration."""

    @abstractmethod
    def forget(self) -> None:
        """Drop what only lives in memory: running configuration, timers, sessions, logs."""

    @abstractmethod
    def say(self, text: str) -> None:
        """Log *text* (facility, severity and words; the router adds its own time stamp) as the platform does."""

    @abstractmethod
    def running_config(self) -> str:
        """Return the configuration in force."""

    @abstractmethod
    def startup_config(self) -> str:
        """Return the configuration that the next boot loads (Junos: the one committed last)."""

    @abstractmethod
    def network_changed(self) -> None:
        """React to a change of links or neighbours, usually by logging it; called inside the change."""

    @abstractmethod
    def upgrade(self, version: str, refuse: tuple[str, ...]) -> None:
        """Become *version* without a word; configuration lines that match one of *refuse* are no longer accepted."""

    @abstractmethod
    def abort_replace(self, times: int) -> None:
        """Let the next *times* replacements of the configuration fail half-way (a commit: at its check)."""

    def hold_lock(self, user: str) -> None:
        """Give the configuration lock to another *user*; an empty name frees it."""
        raise ValueError(f"{self.platform} knows no configuration lock here")

    def foreign_edit(self, line: str, user: str) -> None:
        """Change the candidate configuration by one line as another user, and leave it uncommitted.

        *user* stays in configuration mode; an empty name has left it.
        """
        raise ValueError(f"{self.platform} has no candidate configuration")

    @abstractmethod
    def aaa(self, mode: str) -> None:
        """Make the AAA servers `alive`, `dead` (silent) or `rejecting`."""
