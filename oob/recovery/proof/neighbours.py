"""Tell whether everything that a proof misses waits for neighbours that are down themselves.

Two routers that reach each other only through each other may both be broken: the routes of the first to be recovered
stay down. Its configuration is proven all the same, and reverting it would help neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from math import inf
from pathlib import Path

from oob.backup.catalogue import Catalogue
from oob.backup.folder import ROUTES
from oob.device.device import Device
from oob.errors import DeviceError, UsageError
from oob.recovery.proof.prove import Proof, ProofTarget
from oob.routing.route import NextHop, Route

MOST = 16  # neighbours that are asked
A_PING = 20.0  # seconds that the ping of a silent neighbour may take
LOCAL = (b'"local"', b'"connected"', b'"direct"')

Ping = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The wait of a proven configuration: so many *routes*, for *neighbours* that do not reply.

    *is_alone* tells that a critical prefix is missing that is directly attached to this device.
    """

    routes: int
    neighbours: tuple[str, ...]
    is_alone: bool = False

    def __str__(self) -> str:
        shown = ", ".join(self.neighbours[:3]) + (" and others" if len(self.neighbours) > 3 else "")
        what = "1 route waits" if self.routes == 1 else f"{self.routes} routes wait"
        return f"configuration proven; {what} for {shown}"


class Neighbours:
    """Pings the neighbours from the device, each once; *names* tells whose an address is.

    A neighbour whose ping could take longer than *time_left* is not asked, and its state is unknown.
    """

    def __init__(
        self,
        device: Device,
        proof_target: ProofTarget,
        names: Callable[[str], str],
        time_left: Callable[[], float] = lambda: inf,
    ) -> None:
        self._device = device
        self._target = proof_target
        self._names = names
        self._time_left = time_left
        self._answers: dict[tuple[str, str], bool] = {}

    def waiting(self, proof: Proof) -> Waiting | None:
        """Return what the device waits for, None where anything that *proof* misses has another reason."""
        if self._target.baseline is None or proof.routes is None or not proof.routes.changes:
            return None
        if not replace(proof, routes=None, silent=(), lost=()).is_proven:
            return None  # the configuration, or a difference that no neighbour explains
        gone = set(_gone(proof))
        asked = {(vrf, hop.address) for vrf, hop in gone if _can_be_asked(hop.address)}
        if not asked or len(asked) > MOST or not all(self._is_silent(*one) for one in sorted(asked)):
            return None
        down = _Down(self._target.baseline.routes, asked, proof)
        if not down.explains(proof):
            return None
        names = dict.fromkeys(self._names(address) for _, address in sorted(asked))
        return Waiting(routes=len(down.places), neighbours=tuple(names), is_alone=down.has_attached(proof))

    def are_back(self, proof: Proof) -> bool:
        """Tell whether neighbours that *proof* saw down reply by now, so that their routes may only be late."""
        return bool(proof.is_configured and proof.lost and any(self._answers.values()))

    def _is_silent(self, vrf: str, address: str) -> bool:
        if (vrf, address) not in self._answers:
            if self._time_left() < A_PING:
                return False
            try:
                self._answers[vrf, address] = self._device.ping(address, "" if vrf == "default" else vrf)
            except (DeviceError, UsageError):  # the device cannot ping it, so its state is unknown
                return False
        return not self._answers[vrf, address]


class _Down:
    """Neighbours that are down, and what that explains of a proof; *places* are the prefixes that differ, by VRF."""

    def __init__(self, baseline: Iterable[Route], silent: set[tuple[str, str]], proof: Proof) -> None:
        self._baseline = tuple(baseline)
        self._silent = silent
        self._interfaces = set(self._silent_interfaces())
        changes = proof.routes.changes if proof.routes else ()
        self._is_every = all(map(self._explains, changes_of(proof)))
        self.places = {(change.route.vrf, change.route.prefix) for change in changes}

    def explains(self, proof: Proof) -> bool:
        """Tell whether all of *proof* that is not as it was goes back to these neighbours."""
        missing = proof.routes.must_have_missing if proof.routes else ()
        return (
            self._is_every
            and all(self._waits(*place) for place in missing)
            and all(self._waits(*_named(text)) for text in proof.silent)
            and all(any(map(self._is_down, text.split())) for text in proof.lost)
        )

    def has_attached(self, proof: Proof) -> bool:
        """Tell whether a critical prefix that is missing hangs on this device alone: it is directly attached."""
        missing = set(proof.routes.must_have_missing) if proof.routes else set()
        return any(
            (route.vrf, route.prefix) in missing and not any(hop.address for hop in route.next_hops)
            for route in self._baseline
        )

    def _silent_interfaces(self) -> Iterator[str]:
        """Yield the interfaces behind which every neighbour is silent."""
        hops = [(hop.vrf or route.vrf, hop) for route in self._baseline for hop in route.next_hops]
        behind: dict[str, set[tuple[str, str]]] = {}
        for vrf, hop in hops:
            if hop.interface and _can_be_asked(hop.address):
                behind.setdefault(hop.interface, set()).add((vrf, hop.address))
        yield from (interface for interface, neighbours in behind.items() if neighbours <= self._silent)

    def _explains(self, gone: tuple[tuple[str, NextHop], ...]) -> bool:
        return bool(gone) and all(self._is_gone(vrf, hop) for vrf, hop in gone)

    def _is_gone(self, vrf: str, hop: NextHop) -> bool:
        if _can_be_asked(hop.address):
            return (vrf, hop.address) in self._silent
        return hop.interface in self._interfaces

    def _waits(self, vrf: str, place: str) -> bool:
        """Tell whether the next hop to *place*, an address or a prefix, is gone."""
        if (vrf, place) in self._silent:
            return True
        wanted = ip_network(place, strict=False)
        covering = [route for route in self._baseline if route.vrf == vrf and _covers(route.prefix, wanted)]
        longest = max((ip_network(route.prefix).prefixlen for route in covering), default=-1)
        best = [route for route in covering if ip_network(route.prefix).prefixlen == longest]
        return bool(best) and all((route.vrf, route.prefix) in self.places for route in best)

    def _is_down(self, word: str) -> bool:
        """Tell whether *word*, of the name of a neighbour or interface that is not up, names a down one."""
        if any(interface == word or interface.startswith(f"{word}.") for interface in self._interfaces):
            return True
        try:
            ip_network(word, strict=False)
        except ValueError:
            return False
        return any(self._waits(vrf, word.partition("/")[0]) for vrf in dict.fromkeys(vrf for vrf, _ in self._silent))


def owner(catalogue: Catalogue, own: str) -> Callable[[str], str]:
    """Return a function from an address to the other device of *catalogue* that has it, else to the address itself."""

    def name(address: str) -> str:
        size = ip_address(address).max_prefixlen
        wanted = f'"{address}/{size}"'.encode()
        seen = {own}
        for entry in catalogue.list():
            if entry.device in seen or not entry.is_good:
                continue
            seen.add(entry.device)
            if any(wanted in line and any(kind in line for kind in LOCAL) for line in _rows(entry.folder / ROUTES)):
                return entry.device
        return address

    return name


def changes_of(proof: Proof) -> Iterator[tuple[tuple[str, NextHop], ...]]:
    """Yield the lost next hops of each prefix that differs, each with its VRF.

    A prefix may have several routes (a link-local one has a route on each interface), of which another is active now.
    """
    before: defaultdict[tuple[str, str], set[tuple[str, NextHop]]] = defaultdict(set)
    after: defaultdict[tuple[str, str], set[tuple[str, NextHop]]] = defaultdict(set)
    for change in proof.routes.changes if proof.routes else ():
        for hops, route in ((before, change.before), (after, change.after)):
            place = (change.route.vrf, change.route.prefix)
            hops[place] |= {(hop.vrf or route.vrf, hop) for hop in route.next_hops} if route else set()
    for place, had in before.items():
        yield tuple(had - after[place])


def _gone(proof: Proof) -> Iterator[tuple[str, NextHop]]:
    for hops in changes_of(proof):
        yield from hops


def _can_be_asked(address: str) -> bool:
    """Tell whether *address* suffices for a ping: a link-local address needs its interface."""
    try:
        return not ip_address(address).is_link_local
    except ValueError:
        return False


def _covers(prefix: str, wanted: IPv4Network | IPv6Network) -> bool:
    network = ip_network(prefix)
    if isinstance(network, IPv4Network) and isinstance(wanted, IPv4Network):
        return wanted.subnet_of(network)
    if isinstance(network, IPv6Network) and isinstance(wanted, IPv6Network):
        return wanted.subnet_of(network)
    return False


def _named(text: str) -> tuple[str, str]:
    """Return VRF and address of a critical address as a proof names it."""
    address, _, vrf = text.partition(" in ")
    return vrf or "default", address


def _rows(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except OSError:
        return []
