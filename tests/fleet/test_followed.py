"""A fleet on the overview: its waves with a cell for each device, from its journal alone."""

from __future__ import annotations

from pathlib import Path

from oob.fleet.followed import FollowedFleet
from oob.fleet.rules import StopRules
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
