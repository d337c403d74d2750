"""A simulated region: order, caps, claims and stop rules hold; `make bench-fleet` does the same with 50,000 devices."""

from __future__ import annotations

from pathlib import Path

from oob.fleet.rules import StopRules
from tests.fleet.simulation import simulate


def test_a_region_is_recovered_in_order_under_its_caps_and_each_device_once(tmp_path: Path) -> None:
    stand = simulate(160, tmp_path / "f")

    assert set(stand.endings().values()) == {"recovered"}
    assert len(stand.begun()) == len(set(stand.begun())) == 160


def test_a_stop_rule_holds_in_the_middle_of_a_region(tmp_path: Path) -> None:
    stand = simulate(160, tmp_path / "f", failing=0.3, rules=StopRules(failed_in_wave=5, failed_percent=None))

    failed = [name for name, ending in stand.endings().items() if ending == "not recovered"]
    assert "not recovered in this wave, the limit is 5" in stand.state.halted
    assert len(stand.begun()) < 160
    assert len(failed) >= 5
