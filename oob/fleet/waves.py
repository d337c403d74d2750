"""The order of a fleet: waves, in which no device needs another of the same wave. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from oob.fleet.member import FleetRefused, Member

SHARE = 8  # one device in so many may be a canary

Waves = tuple[tuple[str, ...], ...]


def waves(members: Iterable[Member], canaries: Sequence[str] = ()) -> Waves:
    """Return the names in waves: the canaries alone first, then each device behind all that it needs.

    Within a wave the longest recovery comes first. A device that is needed and is not of the fleet orders nothing.
    Raises FleetRefused where devices need each other in a cycle, which is named, or where a canary needs another one.
    """
    known = {member.name: member for member in members}
    levels = _levels(known)
    _check_canaries(canaries, known)
    first = set(canaries)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for name, level in levels.items():
        if name not in first:
            found[level].append(name)
    ordered = [tuple(canaries)] if canaries else []
    for level in sorted(found):
        ordered.append(tuple(sorted(found[level], key=lambda name: (-known[name].seconds, name))))
    return tuple(ordered)


def canaries(members: Iterable[Member]) -> tuple[str, ...]:
    """Return a device of each platform that needs no other: of these the one on which the fewest others depend.

    Where that were more than one device in eight, those of the commonest platforms, at least one.
    """
    known = {member.name: member for member in members}
    dependents = Counter(name for member in known.values() for name in member.needs)
    platforms = Counter(member.platform for member in known.values())
    found: dict[str, str] = {}
    for name in sorted(known, key=lambda name: (dependents[name], known[name].seconds, name)):
        if not _needed(known[name], known):
            found.setdefault(known[name].platform, name)
    common = sorted(found, key=lambda platform: (-platforms[platform], platform))
    return tuple(sorted(found[platform] for platform in common[: max(1, len(known) // SHARE)]))


def longest_chain(members: Iterable[Member]) -> tuple[str, ...]:
    """Return the chain of devices, each needed by the next, that takes the longest by expected seconds."""
    known = {member.name: member for member in members}
    before: dict[str, str] = {}
    total: dict[str, float] = {}
    for name in _levels(known):
        longest = max(_needed(known[name], known), key=lambda one: total[one], default="")
        before[name] = longest
        total[name] = known[name].seconds + (total[longest] if longest else 0.0)
    chain: list[str] = []
    name = max(total, key=lambda one: total[one], default="")
    while name:
        chain.append(name)
        name = before[name]
    return tuple(reversed(chain))


def _levels(known: Mapping[str, Member]) -> dict[str, int]:
    """Return how many devices stand before each in a row, in an order in which a device follows those it needs."""
    waiting = {name: len(_needed(member, known)) for name, member in known.items()}
    followers: defaultdict[str, list[str]] = defaultdict(list)
    for name, member in known.items():
        for needed in _needed(member, known):
            followers[needed].append(name)
    levels = {name: 0 for name, count in waiting.items() if count == 0}
    ready = list(levels)
    for name in ready:  # grows while it is read
        for follower in followers[name]:
            waiting[follower] -= 1
            if not waiting[follower]:
                levels[follower] = levels[name] + 1
                ready.append(follower)
    if len(levels) < len(known):
        raise FleetRefused(f"the devices need each other in a cycle: {' -> '.join(_cycle(known, set(levels)))}")
    return levels


def _needed(member: Member, known: Mapping[str, Member]) -> tuple[str, ...]:
    return tuple(name for name in member.needs if name in known)


def _cycle(known: Mapping[str, Member], free: set[str]) -> list[str]:
    """Return a cycle among the devices that are not *free*, its first device again at its end."""
    seen: dict[str, int] = {}
    walk: list[str] = []
    name = min(set(known) - free)
    while name not in seen:
        seen[name] = len(walk)
        walk.append(name)
        name = next(one for one in _needed(known[name], known) if one not in free)
    return [*walk[seen[name] :], name]


def _check_canaries(chosen: Sequence[str], known: Mapping[str, Member]) -> None:
    for name in chosen:
        if name not in known:
            raise FleetRefused(f"canary {name}: not a device of this fleet")
        if needed := _needed(known[name], known):
            raise FleetRefused(f"canary {name}: needs {', '.join(needed)}, so it cannot come first")
