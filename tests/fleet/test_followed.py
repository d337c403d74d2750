"""A fleet on the overview: its waves with a cell for each device, from its journal alone."""

from __future__ import annotations

from pathlib import Path

import oob.recovery.record.events as events
from oob.events import Events
from oob.fleet.followed import FollowedFleet
from oob.fleet.member import Member, Way
from oob.fleet.record import FleetRecord
from oob.fleet.rules import StopRules
from oob.recovery.record.journal import Journal
from oob.secret.masking import Masker
from tests.fleet.stand import Stand, device


def test_each_device_is_a_cell_of_its_wave_with_its_end(tmp_path: Path) -> None:
    stand = Stand(
        tmp_path / "f",
        [device("a"), device("b", "a"), device("c", "b")],
        draw=lambda one: ("not recovered" if one.member == "b" else "recovered", 10.0),
        rules=StopRules(failed_percent=None),
    )
    followed = FollowedFleet(tmp_path / "f", stand.order)
    assert followed.page()["waves"] == [{name: ["next", ""] for name in wave} for wave in stand.order]

    stand.go()
    followed.look()

    found = followed.page()
    assert [{name: state for name, (state, _) in wave.items()} for wave in found["waves"]] == [
        {"a": "proven"},
        {"b": "failed"},
        {"c": "next"},
    ]
    assert found["verdict"] == "STOPPED"
    assert found["why"]
    assert found["waves"][0]["a"][1] == stand.state.members["a"].run


def test_a_fleet_whose_devices_are_all_back_is_proven(tmp_path: Path) -> None:
    stand = Stand(tmp_path / "f", [device("a"), device("b", "a")], draw=lambda one: ("recovered", 10.0))
    stand.go()
    followed = FollowedFleet(tmp_path / "f", stand.order)
    followed.look()
    assert followed.page()["verdict"] == "PROVEN"


def test_who_waits_for_whom_and_what_is_shared_comes_from_the_plan(tmp_path: Path) -> None:
    ways = (Way(name="lte", resources=("carrier:lte-a", "server:192.0.2.9")),)
    members = {"a": Member(name="a", ways=ways), "b": Member(name="b", after=("a", "elsewhere"), ways=ways)}
    followed = FollowedFleet(tmp_path / "f", (("a",), ("b",)), members, {"carrier:lte-a": 2})
    assert followed.page()["needs"] == {"b": ["a"]}
    assert followed.page()["shared"] == {"carrier:lte-a": [0, 2]}
    with Journal.create(tmp_path / "f", run="f", operator="ada", device="", masker=Masker()) as journal:
        marks = {"member": "a", "wave": 1, "round": 1, "run": "r"}
        FleetRecord(journal, Events()).note(events.MEMBER_BEGUN, "a", marks=marks)
    followed.look()
    assert followed.page()["shared"] == {"carrier:lte-a": [1, 2]}
