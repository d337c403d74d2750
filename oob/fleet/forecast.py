"""When each wave of a fleet is expected to begin and to end, under its caps. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from oob.fleet.lanes import Lanes
from oob.fleet.member import Member
from oob.fleet.waves import Waves


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveForecast:
    """The expected seconds from the start of the fleet to a wave's begin and end."""

    begins: float
    ends: float


def forecast(waves: Waves, members: Mapping[str, Member], caps: Mapping[str, int], jobs: int) -> list[WaveForecast]:
    """Return the forecast of each wave: each begins when the one before it has ended."""
    found: list[WaveForecast] = []
    now = 0.0
    for wave in waves:
        ends = now + _seconds([members[name] for name in wave], caps, jobs)
        found.append(WaveForecast(begins=round(now, 1), ends=round(ends, 1)))
        now = ends
    return found


def beyond_budgets(members: Mapping[str, Member], carriers: Mapping[str, int]) -> Iterator[str]:
    """Yield what the paths and carriers may not carry: *carriers* are the bytes that each may carry in all."""
    total: dict[str, int] = {}
    for member in members.values():
        way = member.way(())
        if way is None:
            continue
        if way.budget is not None and member.size > way.budget:
            yield f"{member.name}: path {way.name} may carry {way.budget} bytes more, about {member.size} are expected"
        for resource in way.resources:
            total[resource] = total.get(resource, 0) + member.size
    for carrier, limit in sorted(carriers.items()):
        if (expected := total.get(f"carrier:{carrier}", 0)) > limit:
            yield f"carrier {carrier} may carry {limit} bytes, about {expected} are expected"


def _seconds(wave: list[Member], caps: Mapping[str, int], jobs: int) -> float:
    lanes, now = Lanes(caps, jobs), 0.0
    seconds = {member.name: member.seconds for member in wave}
    for member in wave:
        way = member.way(())
        lanes.add(member.name, way.resources if way else ())
    going: list[tuple[float, str]] = []
    while lanes or going:
        while (name := lanes.take()) is not None:
            heapq.heappush(going, (now + seconds[name], name))
        now, name = heapq.heappop(going)
        lanes.release(name)
    return now
