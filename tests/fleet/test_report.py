"""The page of a fleet: every device of the plan stands on it, with its wave and its end, and nothing acts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oob.fleet.document import FleetPlan
from oob.fleet.report import html, page
from oob.fleet.rules import StopRules
from tests.fleet.stand import Stand, device


@pytest.fixture
def halted(tmp_path: Path) -> Stand:
    """Two proven devices, one that failed and halted the rest, and one that was skipped."""
    members = [device("a"), device("b"), device("<c>", "a"), device("d", "<c>"), device("e", "<c>")]
    stand = Stand(
        tmp_path / "f",
        members,
        draw=lambda one: ("not recovered" if one.member == "<c>" else "recovered", 10.0),
        rules=StopRules(failed_percent=None),
    )
    stand.go()
    return stand


def plan(stand: Stand) -> FleetPlan:
    expected: dict[str, Any] = {"seconds": 30.0, "longest_chain": ["a", "<c>", "d"]}
    rules = {"failed_in_wave": 1, "failed_percent": None, "impact": None, "error_rate": None}
    return FleetPlan(
        sha256="0" * 64,
        signer="",
        signature={},
        unarmed={},
        no_timer=(),
        change="CHG1",
        waves=stand.order,
        members={member.name: member for member in stand.members},
        parts={},
        caps={"server:192.0.2.1": 8},
        jobs=32,
        rules=StopRules(),
        content={"expected": expected, "rules": rules, "made": "2026-03-04T02:00:00Z", "by": "ada"},
    )


def test_the_page_has_each_device_in_its_wave_with_its_end(halted: Stand) -> None:
    shown = page("f", plan(halted), halted.state)

    ends = [{row.name: row.end for row in wave.rows} for wave in shown.waves]
    assert ends == [{"a": "proven", "b": "proven"}, {"<c>": "NOT recovered"}, {"d": "not begun", "e": "not begun"}]
    assert (shown.verdict, shown.under) == ("HALTED", "2 of 5 devices proven")
    assert "Halted: 1 not recovered in this wave, the limit is 1." in shown.sentences
    assert "Not begun: d, e." in shown.sentences


def test_the_bars_lie_within_the_time_of_the_fleet(halted: Stand) -> None:
    rows = [row for wave in page("f", plan(halted), halted.state).waves for row in wave.rows if row.width]

    assert len(rows) == 3
    assert all(0 <= row.left <= 100 and row.left + row.width <= 100.5 for row in rows)
    assert rows[0].left < rows[2].left


def test_text_on_the_page_is_never_markup_and_nothing_is_fetched(halted: Stand) -> None:
    text = html("f", plan(halted), halted.state, "line 9 is damaged")

    assert "&lt;c&gt;" in text
    assert "<c>" not in text
    assert "default-src 'none'" in text
    assert not [word for word in ("<script", "src=", "http://", "https://", "@import") if word in text]
    assert "The journal is damaged" in text
