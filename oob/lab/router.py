"""What every virtual router is: a box with a console, a power switch, files, and a place in a network.

A platform subclasses `Router` and gives it a dialog to run on the console (`Terminal`). Nothing here does I/O besides
the router's own folder: bytes come in by `receive`, leave by the `send` it was given, time comes from a `Scheduler`.
"""

from __future__ import annotations

import random
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from oob.lab.clock import Scheduler
from oob.lab.terminal import Terminal

# Hands bytes to the line and returns the seconds until the line has sent everything it holds.
Send = Callable[[bytes], float]


# --- what the network model needs from a router, and gives back


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface as configured; *addresses* like `"192.0.2.1/30"`, `"2001:db8::1/64"`; *ospf_area* None: no OSPF."""

    name: str
    up: bool
    addresses: tuple[str, ...] = ()
    vrf: str = ""
    ospf_area: str | None = None
    ospf_cost: int = 1
    ospf_passive: bool = False
    mtu: int = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """A configured static route; *next_hop* an address, *interface* a name (`Null0`, `discard`), or both."""

    prefix: str
    next_hop: str = ""
    interface: str = ""
    vrf: str = ""
    distance: int = 1
    tag: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """Everything of a running router that others in the network can notice. Powered off: nobody is `Configured`."""

    router_id: str = ""
    hostname: str = ""
    interfaces: tuple[Interface, ...] = ()
    statics: tuple[Static, ...] = ()
    ospf_redistributes: tuple[str, ...] = ()  # "static", "connected"
    ospf_default: bool = False  # default-information originate
    bgp_as: int = 0
    bgp_peers: tuple[tuple[str, int], ...] = ()  # address, remote AS
    bgp_networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """Where a route goes next."""

    address: str = ""
    interface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RibRoute:
    """A route in a router's table. *protocol*: connected, local, static, ospf, ospf-inter, ospf-e2, ospf-e1, bgp.

    *preference* and *metric* are the routing's own numbers (distance of the static, cost of the path); each platform
    prints its own default preference where this is None. *since* is on the scheduler's clock.
    """

    prefix: str
    protocol: str
    hops: tuple[Hop, ...] = ()
    vrf: str = ""
    preference: int | None = None
    metric: int = 0
    tag: int = 0
    since: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Somebody heard on an interface; *protocol* is ospf, bgp or link (CDP, LLDP), *state* its word (Full, Init)."""

    protocol: str
    interface: str
    address: str
    state: str
    since: float
    router_id: str = ""
    name: str = ""
    platform: str = ""
    remote_interface: str = ""
    remote_as: int = 0
    prefixes: int = 0
    priority: int = 1


class Network(Protocol):
    """The network the routers stand in; computes each one's table from what all of them have configured."""

    def configured(self, router: str, what: Configured | None) -> None:
        """Take over what *router* (its name in the lab) has configured now; None when it is off or booting."""

    def routes(self, router: str) -> list[RibRoute]:
        """Return its table: best routes only, every VRF, IPv4 and IPv6."""

    def neighbours(self, router: str) -> list[Neighbour]:
        """Return whom it hears now."""

    def link_up(self, router: str, interface: str) -> bool:
        """Tell whether the cable on *interface* carries (line protocol): far end up and no fault on the link."""

    def round_trip(self, router: str, address: str, vrf: str = "", source: str = "") -> float | None:
        """Return the seconds a ping takes there and back, None where no answer comes."""

    def path(self, router: str, address: str, vrf: str = "") -> list[str]:
        """Return the addresses a traceroute sees, in order."""

    def subscribe(self, router: str, changed: Callable[[], None]) -> None:
        """Call *changed* after anything in *router*'s links, neighbours or table may be different."""


# --- the box


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a router is in the lab. *files* is the folder where its flash and start-up configuration live."""

    name: str
    platform: str
    username: str
    password: str
    secret: str = ""
    serial: str = ""
    version: str = ""
    files: Path
    settings: dict[str, object] = field(default_factory=dict)  # what only one platform understands


class Router(ABC):
    """A virtual router. It is born switched off; `power_on` boots it."""

    def __init__(self, identity: Identity, clock: Scheduler, send: Send, network: Network) -> None:
        self.identity = identity
        self.clock = clock
        self.network = network
        self.terminal = Terminal(clock, send)
        self.is_on = False
        self.booted_at = clock.now()
        self.dns_dead = False
        self.random = random.Random(zlib.crc32(identity.name.encode()))  # the same lab behaves the same each time
        identity.files.mkdir(parents=True, exist_ok=True)
        network.subscribe(self.name, self.network_changed)

    @property
    def name(self) -> str:
        """Its name in the lab, which its configured hostname may differ from."""
        return self.identity.name

    @property
    def platform(self) -> str:
        """Netmiko's name of what it runs."""
        return self.identity.platform

    def receive(self, data: bytes) -> None:
        """Take bytes that arrived on the console."""
        if self.is_on:
            self.terminal.receive(data)

    def receive_break(self) -> None:  # noqa: B027 - a platform without a boot loader has nothing to do
        """Take a BREAK on the console; most of the time it means nothing."""

    def power_on(self) -> None:
        """Switch on: boot from what is on its flash, taking the time a boot takes."""
        if not self.is_on:
            self.is_on = True
            self.boot()

    def power_off(self) -> None:
        """Pull the plug: everything in memory is gone."""
        if self.is_on:
            self.is_on = False
            self.terminal.stop()
            self.network.configured(self.name, None)
            self.forget()

    def reboot(self) -> None:
        """Pull the plug and put it back."""
        self.power_off()
        self.power_on()

    # a platform writes these

    @abstractmethod
    def boot(self) -> None:
        """Start the console's dialog (`self.terminal.start(...)`) with the boot screen and load what it boots from."""

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
        """Notice links and neighbours that came or went, usually by logging them."""

    @abstractmethod
    def upgrade(self, version: str, refuse: tuple[str, ...]) -> None:
        """Become *version* without a word; configuration lines that match one of *refuse* are no longer accepted."""

    @abstractmethod
    def abort_replace(self, times: int) -> None:
        """Let the next *times* replacements of the configuration fail half-way (a commit: at its check)."""

    @abstractmethod
    def aaa(self, mode: str) -> None:
        """Make the AAA servers `alive`, `dead` (silent) or `rejecting`."""
