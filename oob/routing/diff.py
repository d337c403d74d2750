"""How two routing tables differ, said so that 20,000 differences read as three lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network
from typing import Any, NamedTuple

from oob.errors import UsageError
from oob.routing.normalise import normalise
from oob.routing.route import NextHop, Route
from oob.routing.table import RouteTable


class Kind(StrEnum):
    """What became of a route."""

    MISSING = "missing"
    ADDED = "added"
    PROTOCOL = "protocol or preference changed"
    NEXT_HOP = "next hop changed"
    MEMBER_LOST = "ECMP member lost"
    MEMBER_ADDED = "ECMP member added"
    METRIC = "metric changed"
    ACTIVE = "active changed"


class Change(NamedTuple):
    """One route before and after; one of them is `None` where it is missing or added."""

    kind: Kind
    before: Route | None
    after: Route | None

    @property
    def route(self) -> Route:
        """The route as it is now, or as it was where it is no more."""
        route = self.after or self.before
        assert route is not None
        return route

    def as_json(self) -> dict[str, Any]:
        """Give the change as a JSON object."""
        before, after = (route and route.as_json() for route in (self.before, self.after))
        return {"kind": self.kind.value, "before": before, "after": after}

    def __str__(self) -> str:
        if self.before is None or self.after is None:
            return f"{self.kind}: {self.route}"
        return f"{self.kind}: {self.before} -> {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Changes in one VRF that have one cause; its text is the line a person reads."""

    vrf: str
    cause: str
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many routes it is, by what became of them."""
        return dict(Counter(change.kind.value for change in self.changes))

    def __str__(self) -> str:
        what = ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
        example = self.changes[0].route.prefix
        more = "" if len(self.changes) == 1 else f", first {example}"
        return f"vrf {self.vrf}: {self.cause}: {what if more else f'{example} {self.changes[0].kind}'}{more}"

    def as_json(self) -> dict[str, Any]:
        """Give the group as a JSON object, its changes by their prefixes only."""
        prefixes = [change.route.prefix for change in self.changes]
        return {"vrf": self.vrf, "cause": self.cause, "counts": self.counts, "prefixes": prefixes}


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDiff:
    """The changes from one table to another; *must_have* names wanted prefixes that the second has no route to.

    *reservations* is what a verdict has to admit: lines that were not understood, changes that were ignored.
    """

    changes: tuple[Change, ...]
    must_have_missing: tuple[str, ...] = ()
    ignored: int = 0
    reservations: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs and nothing wanted is missing, as far as *reservations* allow to say."""
        return not self.changes and not self.must_have_missing

    @property
    def counts(self) -> dict[str, int]:
        """How many routes differ, by what became of them."""
        return dict(Counter(change.kind.value for change in self.changes))

    def lines(self) -> tuple[str, ...]:
        """Give the difference as lines to read, the largest group first."""
        wanted = tuple(f"no active route for {prefix}, which must be there" for prefix in self.must_have_missing)
        said = tuple(f"note: {text}" for text in self.reservations)
        return wanted + tuple(map(str, self.groups)) + said

    def as_json(self) -> dict[str, Any]:
        """Give the difference as a JSON object."""
        return {
            "equal": self.is_equal,
            "counts": self.counts,
            "must_have_missing": list(self.must_have_missing),
            "ignored": self.ignored,
            "reservations": list(self.reservations),
            "groups": [group.as_json() for group in self.groups],
            "changes": [change.as_json() for change in self.changes],
        }

    def apply(self, routes: Iterable[Route]) -> tuple[Route, ...]:
        """Give what *routes* become by these changes, in one order: `diff(a, b).apply(a)` is b."""
        result = Counter(routes)
        result.subtract(change.before for change in self.changes if change.before is not None)
        result.update(change.after for change in self.changes if change.after is not None)
        return normalise(result.elements())


def diff(a: RouteTable, b: RouteTable, *, ignore: Iterable[str] = (), must_have: Iterable[str] = ()) -> RouteDiff:
    """Compare table *a*, the baseline, with table *b*.

    Rules of *ignore* are words joined by spaces, all of which must hold: a protocol, a prefix (which also stands for
    what lies below it), `vrf=NAME`, `interface=NAME`, `kind=missing`. *must_have* lists prefixes, `NAME:` before one
    that is not in the default table, that *b* must have active routes for. `UsageError` if a rule makes no sense.
    """
    rules = [_rule(text) for text in ignore]
    found = _changes(a.routes, b.routes)
    kept = [change for change in found if not any(rule(change) for rule in rules)] if rules else found
    reservations = [f"{name}: {said}" for name, table in (("before", a), ("after", b)) for said in table.reservations]
    if len(found) != len(kept):
        reservations.append(f"{len(found) - len(kept)} changes were ignored by rule")
    return RouteDiff(
        changes=tuple(kept),
        must_have_missing=_unmet(b.routes, must_have),
        ignored=len(found) - len(kept),
        reservations=tuple(reservations),
        groups=_groups(a.routes, b.routes, kept),
    )


# --- what differs


def _changes(before: Iterable[Route], after: Iterable[Route]) -> list[Change]:
    """Give the changes, in the order of the table before and then of the one after."""
    # Equal routes fall out at C speed; only what is left needs thought.
    gone, come = Counter(before), Counter(after)
    gone, come = gone - come, come - gone
    by_place: defaultdict[tuple[str, str], list[Route]] = defaultdict(list)
    for route in come.elements():
        by_place[route.vrf, route.prefix].append(route)
    changes = []
    for route in gone.elements():
        partner = _partner(route, by_place.get((route.vrf, route.prefix), []))
        changes.append(Change(_kind(route, partner), route, partner))
    changes.extend(Change(Kind.ADDED, None, route) for left in by_place.values() for route in left)
    return changes


def _partner(route: Route, candidates: list[Route]) -> Route | None:
    """Take from *candidates* the route that *route* became: of the same protocol if there is one."""
    if not candidates:
        return None
    same = [other for other in candidates if other.protocol == route.protocol]
    best = max(same or candidates, key=lambda other: (other.active == route.active, other.next_hops == route.next_hops))
    if not same and best.active != route.active:
        return None
    candidates.remove(best)
    return best


def _kind(before: Route, after: Route | None) -> Kind:
    if after is None:
        return Kind.MISSING
    if (before.protocol, before.preference) != (after.protocol, after.preference):
        return Kind.PROTOCOL
    if before.next_hops != after.next_hops:
        had, has = set(before.next_hops), set(after.next_hops)
        return Kind.MEMBER_LOST if has < had else Kind.MEMBER_ADDED if had < has else Kind.NEXT_HOP
    return Kind.METRIC if before.metric != after.metric else Kind.ACTIVE


# --- what is ignored, what must be there


def _rule(text: str) -> Callable[[Change], bool]:
    tests = [_test(word) for word in text.split()]
    if not tests:
        raise UsageError("an ignore rule without words would ignore everything")
    return lambda change: all(test(change) for test in tests)


def _test(word: str) -> Callable[[Change], bool]:
    name, equals, value = word.partition("=")
    if equals:
        return _named_test(name, value)
    if "/" not in word:
        return lambda change: change.route.protocol == word
    try:
        network = ip_network(word)
    except ValueError as error:
        raise UsageError(f"ignore rule {word!r}: {error}") from error
    return lambda change: _is_below(change.route.prefix, network)


def _named_test(name: str, value: str) -> Callable[[Change], bool]:
    if name == "vrf":
        return lambda change: change.route.vrf == value
    if name == "interface":
        return lambda change: any(
            hop.interface == value for route in (change.before, change.after) if route for hop in route.next_hops
        )
    if name == "kind":
        kinds = {kind.name.lower().replace("_", "-"): kind for kind in Kind}
        if value not in kinds:
            raise UsageError(f"ignore rule kind={value}: there are {', '.join(kinds)}")
        return lambda change: change.kind is kinds[value]
    raise UsageError(f"ignore rule {name}={value}: there are vrf=, interface= and kind=")


def _is_below(prefix: str, network: Any) -> bool:
    try:
        inner: Any = ip_network(prefix)
    except ValueError:
        return False
    return inner.version == network.version and bool(inner.subnet_of(network))


def _unmet(routes: Iterable[Route], must_have: Iterable[str]) -> tuple[str, ...]:
    wanted = tuple(must_have)
    if not wanted:
        return ()
    has = {(route.vrf, route.prefix) for route in routes if route.active}
    return tuple(text for text in wanted if _place(text) not in has)


def _place(text: str) -> tuple[str, str]:
    """Give VRF and prefix of `10.0.0.0/8` or `RED:10.0.0.0/8`."""
    vrf, prefix = "default", text
    try:
        network = ip_network(prefix)
    except ValueError:
        vrf, _, prefix = text.partition(":")
        try:
            network = ip_network(prefix)
        except ValueError as error:
            raise UsageError(f"must-have prefix {text!r}: no prefix, nor VRF:PREFIX; host bits must be 0") from error
    return vrf, str(network)


# --- why


class _Presence:
    """Per VRF, how often each neighbour, interface and protocol is used by a table's routes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.vrfs: set[str] = set()
        self.protocols: set[tuple[str, str]] = set()
        ways: set[tuple[str, tuple[NextHop, ...]]] = set()
        for vrf, _, protocol, next_hops, _, _, _ in routes:
            self.protocols.add((vrf, protocol))
            ways.add((vrf, next_hops))
        self.vrfs = {vrf for vrf, _ in self.protocols}
        self.neighbours = {(vrf, hop.address) for vrf, next_hops in ways for hop in next_hops if hop.address}
        self.interfaces = {(vrf, hop.interface) for vrf, next_hops in ways for hop in next_hops if hop.interface}


def _groups(before: Iterable[Route], after: Iterable[Route], changes: list[Change]) -> tuple[Group, ...]:
    """Group *changes* by VRF and cause, the largest group first."""
    if not changes:
        return ()
    was, now = _Presence(before), _Presence(after)
    grouped: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    causes: dict[tuple[str, str, tuple[NextHop, ...], tuple[NextHop, ...], Kind, str], str] = {}
    for change in changes:
        key = _shape(change)
        if key not in causes:
            causes[key] = _cause(change, was, now)
        grouped[key[0], causes[key]].append(change)
    groups = (Group(vrf=vrf, cause=cause, changes=tuple(same)) for (vrf, cause), same in grouped.items())
    return tuple(sorted(groups, key=lambda group: -len(group.changes)))


def _shape(change: Change) -> tuple[str, str, tuple[NextHop, ...], tuple[NextHop, ...], Kind, str]:
    """Give all of a change that its cause depends on."""
    kind, before, after = change
    return (
        change.route.vrf,
        before.protocol if before else "",
        before.next_hops if before else (),
        after.next_hops if after else (),
        kind,
        after.protocol if after else "",
    )


def _cause(change: Change, was: _Presence, now: _Presence) -> str:
    vrf = change.route.vrf
    lost = _only(change.before, change.after)
    new = _only(change.after, change.before)
    if vrf not in now.vrfs:
        return "no routes left"
    if vrf not in was.vrfs:
        return "had no routes"
    if change.before and (vrf, change.before.protocol) not in now.protocols:
        return f"protocol {change.before.protocol} is gone"
    if change.after and (vrf, change.after.protocol) not in was.protocols:
        return f"protocol {change.after.protocol} is new"
    for verb, hops, there in (("is gone", lost, now), ("is new", new, was)):
        for hop in hops:
            if hop.interface and (vrf, hop.interface) not in there.interfaces:
                return f"interface {hop.interface} {verb}"
        for hop in hops:
            if hop.address and (vrf, hop.address) not in there.neighbours:
                return f"neighbour {hop.address} {verb}"
    return _plain_cause(change)


def _only(one: Route | None, other: Route | None) -> tuple[NextHop, ...]:
    """Give the next hops that *one* has and *other* hasn't."""
    if one is None:
        return ()
    return tuple(hop for hop in one.next_hops if other is None or hop not in other.next_hops)


def _plain_cause(change: Change) -> str:
    kind, before, after = change
    if before is None or after is None:
        return f"{change.route.protocol} via {', '.join(map(str, change.route.next_hops)) or 'nowhere'}"
    if kind is Kind.PROTOCOL and before.protocol != after.protocol:
        return f"protocol {before.protocol} became {after.protocol}"
    if kind is Kind.PROTOCOL:
        return f"preference of {before.protocol} changed"
    if kind in (Kind.METRIC, Kind.ACTIVE):
        return f"{before.protocol} {kind.value}"
    was, now = (", ".join(map(str, route.next_hops)) for route in (before, after))
    return f"next hop {was} became {now}"
