"""The difference of two routing tables, grouped by cause: 20,000 changes read as three lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from oob.routing.change import Change, Kind
from oob.routing.normalise import normalise
from oob.routing.opaque import OpaqueLine, lines_in
from oob.routing.route import OVERRIDE, NextHop, Route
from oob.routing.rules import IgnoreRule, VrfPrefix
from oob.routing.table import RouteTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The changes in one VRF with one cause; its text is the line for a person."""

    vrf: str
    cause: str
    changes: tuple[Change, ...]

    @property
    def counts(self) -> dict[str, int]:
        """The number of routes by kind of change."""
        return dict(Counter(change.kind.value for change in self.changes))

    def __str__(self) -> str:
        what = ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
        first = str(self.changes[0])
        return f"vrf {self.vrf}: {self.cause}: {first if len(self.changes) == 1 else f'{what}, first {first}'}"

    def as_json(self) -> dict[str, Any]:
        """Return the group as a JSON object, its changes by their prefixes only."""
        prefixes = [change.route.prefix for change in self.changes]
        return {"vrf": self.vrf, "cause": self.cause, "counts": self.counts, "prefixes": prefixes}


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDiff:
    """The changes from one table to another; *must_have_missing* lists critical prefixes without an active route.

    *text_lost* and *text_gained* are opaque lines of one table only; *lines_as_text* counts those that both have.
    *reservations* lists the limits of the verdict: truncated totals, changes that were ignored.
    """

    changes: tuple[Change, ...]
    must_have_missing: tuple[VrfPrefix, ...] = ()
    ignored: int = 0
    reservations: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    text_lost: tuple[OpaqueLine, ...] = ()
    text_gained: tuple[OpaqueLine, ...] = ()
    lines_as_text: int = 0

    @property
    def is_equal(self) -> bool:
        """Tell whether the tables are equal and have every critical prefix, within *reservations*."""
        return not (self.changes or self.must_have_missing or self.text_lost or self.text_gained)

    @property
    def level(self) -> str:
        """The proof level of equal tables, empty where they differ."""
        if not self.is_equal:
            return ""
        return "table equal" + (f"; {self.lines_as_text} lines compared as text" if self.lines_as_text else "")

    @property
    def counts(self) -> dict[str, int]:
        """The number of routes that differ by kind of change."""
        return dict(Counter(change.kind.value for change in self.changes))

    def lines(self) -> tuple[str, ...]:
        """Return the difference as lines to read, the largest group first."""
        wanted = tuple(f"critical prefix {prefix}: no active route" for prefix in self.must_have_missing)
        text = tuple(f"unrecognised line lost: {line}" for line in self.text_lost)
        text += tuple(f"unrecognised line gained: {line}" for line in self.text_gained)
        said = tuple(f"note: {text}" for text in self.reservations)
        return wanted + tuple(map(str, self.groups)) + text + said

    def as_json(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return {
            "equal": self.is_equal,
            "level": self.level,
            "counts": self.counts,
            "must_have_missing": list(map(str, self.must_have_missing)),
            "ignored": self.ignored,
            "reservations": list(self.reservations),
            "groups": [group.as_json() for group in self.groups],
            "changes": [change.as_json() for change in self.changes],
            "text_lost": [line.as_json() for line in self.text_lost],
            "text_gained": [line.as_json() for line in self.text_gained],
            "lines_as_text": self.lines_as_text,
        }

    def apply(self, routes: Iterable[Route]) -> tuple[Route, ...]:
        """Return *routes* with these changes, in one order: `diff(a, b).apply(a)` is b."""
        result = Counter(routes)
        result.subtract(change.before for change in self.changes if change.before is not None)
        result.update(change.after for change in self.changes if change.after is not None)
        return normalise(result.elements())


def diff(
    a: RouteTable, b: RouteTable, *, ignore: Iterable[IgnoreRule] = (), must_have: Iterable[VrfPrefix] = ()
) -> RouteDiff:
    """Compare table *a*, the baseline, with table *b*, which must have active routes for the prefixes of *must_have*.

    Changes that a rule of *ignore* covers are counted, and do not differ.
    """
    rules = tuple(ignore)
    found, overrides = _changes(a.routes, b.routes)
    kept = [change for change in found if not any(rule.covers(change) for rule in rules)] if rules else found
    lost, gained, same = _text(a.opaque, b.opaque)
    missed = [line for line in (*lost, *gained) if any(rule.covers_line(line) for rule in rules)]
    ignored = len(found) - len(kept) + len(missed)
    must_have_missing, in_text = _unmet(b.routes, same, must_have)
    return RouteDiff(
        changes=tuple(kept),
        must_have_missing=must_have_missing,
        ignored=ignored,
        reservations=_reservations(a, b, ignored, overrides, in_text),
        groups=_groups(a.routes, b.routes, kept),
        text_lost=tuple(line for line in lost if line not in missed),
        text_gained=tuple(line for line in gained if line not in missed),
        lines_as_text=lines_in(same),
    )


def _reservations(
    a: RouteTable, b: RouteTable, ignored: int, overrides: int, in_text: Iterable[VrfPrefix]
) -> tuple[str, ...]:
    said = []
    for name, table in (("before", a), ("after", b)):
        said += [f"{name}: {limit}" for limit in table.limits]
        if table.totals_wrong:
            said.append(f"{name}: {len(table.totals_wrong)} announced totals were not met")
        if table.opaque:
            said.append(f"{name}: {table.lines_as_text} lines were not recognised and are compared as text")
    said += [f"critical prefix {prefix} stands in a line compared as text" for prefix in in_text]
    if overrides:
        said.append(f"{overrides} routes differ only in next hops that NHRP overrides while traffic flows")
    if ignored:
        said.append(f"{ignored} changes were ignored by rule")
    return tuple(said)


# --- changes


def _changes(before: Iterable[Route], after: Iterable[Route]) -> tuple[list[Change], int]:
    """Return the changes, in the order of both tables, and the number of routes that differ in overrides only."""
    # Equal routes fall out at C speed; only the rest needs thought.
    gone, come = Counter(before), Counter(after)
    gone, come = gone - come, come - gone
    by_place: defaultdict[tuple[str, str, str], list[Route]] = defaultdict(list)
    for route in come.elements():
        by_place[route.vrf, route.prefix, route.selector].append(route)
    changes = []
    overrides = 0
    for route in gone.elements():
        partner = _partner(route, by_place.get((route.vrf, route.prefix, route.selector), []))
        if partner is not None and _lasting(route) == _lasting(partner):
            overrides += 1
        else:
            changes.append(Change(_kind(route, partner), route, partner))
    changes.extend(Change(Kind.GAINED, None, route) for left in by_place.values() for route in left)
    return changes, overrides


def _lasting(route: Route) -> Route:
    """Return *route* without the next hops that NHRP overrides for a while."""
    if not any(hop.share == OVERRIDE for hop in route.next_hops):
        return route
    return route._replace(next_hops=tuple(hop for hop in route.next_hops if hop.share != OVERRIDE))


def _text(
    before: Iterable[OpaqueLine], after: Iterable[OpaqueLine]
) -> tuple[list[OpaqueLine], list[OpaqueLine], tuple[OpaqueLine, ...]]:
    """Return the opaque lines of *before* alone, those of *after* alone, and those that both have."""
    left: defaultdict[tuple[str, str, str], list[OpaqueLine]] = defaultdict(list)
    for line in before:
        left[line.key].append(line)
    gained, same = [], []
    for line in after:
        if left[line.key]:
            left[line.key].pop(0)
            same.append(line)
        else:
            gained.append(line)
    return [line for lines in left.values() for line in lines], gained, tuple(same)


def _partner(route: Route, candidates: list[Route]) -> Route | None:
    """Take from *candidates* the route that *route* became, of the same protocol if possible."""
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
        return Kind.LOST
    if (before.protocol, before.preference) != (after.protocol, after.preference):
        return Kind.PROTOCOL
    if before.next_hops != after.next_hops:
        return _hop_kind(before.next_hops, after.next_hops)
    return Kind.METRIC if before.metric != after.metric else Kind.ACTIVE


def _hop_kind(before: tuple[NextHop, ...], after: tuple[NextHop, ...]) -> Kind:
    had, has = ({hop._replace(label="", share="") for hop in hops} for hops in (before, after))
    if had != has:
        return Kind.MEMBER_LOST if has < had else Kind.MEMBER_GAINED if had < has else Kind.NEXT_HOP
    labels = [{hop._replace(share="") for hop in hops} for hops in (before, after)]
    return Kind.LABEL if labels[0] != labels[1] else Kind.SHARE


# --- critical prefixes


def _unmet(
    routes: Iterable[Route], same: Iterable[OpaqueLine], must_have: Iterable[VrfPrefix]
) -> tuple[tuple[VrfPrefix, ...], tuple[VrfPrefix, ...]]:
    """Return the critical prefixes without an active route, and those in opaque lines that both tables have.

    A route that needs more than a destination to match does not serve every packet to its prefix.
    """
    wanted = tuple(must_have)
    if not wanted:
        return (), ()
    has = {(route.vrf, route.prefix) for route in routes if route.serves_all}
    unmet = [place for place in wanted if place not in has]
    in_text = {(line.vrf, prefix) for line in same for prefix in line.prefixes} if unmet else set()
    kept = tuple(place for place in unmet if place in in_text)
    return tuple(place for place in unmet if place not in kept), kept


# --- causes


class _Presence:
    """The neighbours, interfaces and protocols of a table's routes, per VRF."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.vrfs: set[str] = set()
        self.protocols: set[tuple[str, str]] = set()
        ways: set[tuple[str, tuple[NextHop, ...]]] = set()
        for vrf, _, protocol, next_hops, _, _, _, _ in routes:
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
    """Return the part of a change that its cause depends on."""
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
        return f"protocol {change.before.protocol} lost"
    if change.after and (vrf, change.after.protocol) not in was.protocols:
        return f"protocol {change.after.protocol} gained"
    for verb, hops, there in (("lost", lost, now), ("gained", new, was)):
        for hop in hops:
            if hop.interface and (vrf, hop.interface) not in there.interfaces:
                return f"interface {hop.interface} {verb}"
        for hop in hops:
            if hop.address and (vrf, hop.address) not in there.neighbours:
                return f"neighbour {hop.address} {verb}"
    return _plain_cause(change)


def _only(one: Route | None, other: Route | None) -> tuple[NextHop, ...]:
    """Return the next hops of *one* that *other* does not have."""
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
    if kind in (Kind.METRIC, Kind.ACTIVE, Kind.LABEL, Kind.SHARE):
        return f"{before.protocol} {kind.value}"
    was, now = (", ".join(map(str, route.next_hops)) for route in (before, after))
    return f"next hop {was} became {now}"
