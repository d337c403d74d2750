"""Fleets of simulated devices, and what has to hold of every recovery of one."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from oob.fleet.assignment import Assignment
from oob.fleet.claims import Claims
from oob.fleet.member import Member, Way
from oob.fleet.rules import StopRules
from oob.recovery.record import events
from tests.fleet.stand import Stand

PORTS = 32  # console ports of a server
CAPS = {"server": 8, "carrier": 40}
JOBS = 500


def region(count: int, chance: random.Random) -> list[Member]:
    """Return *count* devices: sites of 32 behind one server, each with a gate that the consoles of the others need."""
    members: list[Member] = []
    for number in range(count):
        site, place = divmod(number, PORTS)
        gate = f"r{site * PORTS}"
        resources = (f"server:{site}", f"carrier:{site % 20}")
        after = (f"r{number - 1 - chance.randrange(min(place - 1, 5))}",) if place > 6 and chance.random() < 0.3 else ()
        members.append(
            Member(
                name=f"r{number}",
                platform=chance.choice(("cisco_ios", "juniper_junos", "arista_eos", "cisco_nxos", "cisco_xr")),
                site=str(site),
                after=after,
                ways=(Way(name="1", via=gate if place else "", resources=resources),),
                seconds=60.0,
            )
        )
    return members


def simulate(count: int, folder: Path, *, failing: float = 0.0, rules: StopRules | None = None) -> Stand:
    """Recover *count* devices of which a share is *failing*, and check what has to hold."""
    chance = random.Random(count)
    members = region(count, chance)
    caps = {one: CAPS[one.partition(":")[0]] for member in members for way in member.ways for one in way.resources}

    def draw(assignment: Assignment) -> tuple[str, float]:
        return ("not recovered" if chance.random() < failing else "recovered", chance.lognormvariate(4.0, 0.5))

    never = StopRules(failed_in_wave=None, failed_percent=None)
    stand = Stand(folder, members, draw=draw, caps=caps, jobs=JOBS, rules=rules or never)
    stand.go()
    check(stand, caps)
    return stand


def check(stand: Stand, caps: dict[str, int]) -> None:
    """Raise AssertionError where order, caps, claims or the journal do not hold."""
    members = {member.name: member for member in stand.members}
    ended: dict[str, str] = {}
    going: Counter[str] = Counter()
    begun = 0
    history = stand.history
    assert not history.damage
    for entry in history.entries:
        if "member" not in entry.marks:
            continue
        member = members[entry.marks["member"]]
        change = 1 if entry.event == events.MEMBER_BEGUN else -1 if entry.event == events.MEMBER_ENDED else 0
        begun += change == 1
        going.update({one: change for one in (*member.ways[0].resources, "jobs")} if change else {})
        if change == 1:
            assert all(ended.get(name) == "recovered" for name in member.needs), f"{member.name} began too early"
            assert all(going[one] <= caps[one] for one in member.ways[0].resources), f"{member.name}: cap"
            assert going["jobs"] <= stand.jobs
        elif change == -1:
            ended[member.name] = str(entry.marks["ending"])
    assert set(stand.engine.begun.values()) <= {1}
    assert Claims(stand.folder).count() == begun == len(stand.engine.begun)
