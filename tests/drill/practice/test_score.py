"""The score of a drill for people comes from its record alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from oob.drill.practice.record import Kind, PracticeEvent, PracticeRecord, read
from oob.drill.practice.result import history, keep, page
from oob.drill.practice.score import score
from oob.drill.practice.situation import SITUATIONS
from oob.drill.run import NAMES, find
from oob.errors import UsageError


def story(*events: tuple[float, Kind, str]) -> Iterator[PracticeEvent]:
    yield PracticeEvent(seconds=0.0, kind="started", missing=9, broken=("edge1",))
    for seconds, kind, text in events:
        missing = int(text) if kind == "routes" else 0
        yield PracticeEvent(
            seconds=seconds,
            kind=kind,
            router="edge1",
            text="" if kind == "routes" else text,
            missing=missing,
            broken=("edge1",) if missing else (),
        )


CLEAN = (
    (30.0, "key", ""),
    (60.0, "line", "show ip route"),
    (90.0, "diagnosis", "OSPF network statement removed"),
    (120.0, "line", "configure replace flash:good force revert trigger error timer 5"),
    (121.0, "routes", "0"),
    (150.0, "line", "show ip route"),
    (160.0, "note", "confirmed at 03:12"),
    (170.0, "finished", ""),
)


def test_a_team_that_does_all_of_it_has_every_point() -> None:
    points = score(story(*CLEAN))

    assert (points.to_console, points.to_diagnosis, points.to_restored, points.to_proof) == (30.0, 90.0, 121.0, 150.0)
    assert points.timer_armed
    assert points.record_kept
    assert points.points == 100


def test_reading_the_routes_before_they_are_back_proves_nothing() -> None:
    points = score(story(*CLEAN[:5], CLEAN[-1]))

    assert points.to_proof is None
    assert points.points == 70


def test_a_hint_costs_points() -> None:
    assert score(story((10.0, "hint", "look"), *CLEAN)).points == 95


def test_commands_that_cost_routes_or_save_the_broken_state_are_named() -> None:
    points = score(
        story(
            (10.0, "line", "conf t"),
            (11.0, "line", "no router ospf 1"),
            (12.0, "routes", "14"),
            (13.0, "line", "show ip route"),
            (14.0, "line", "write memory"),
        )
    )

    assert points.worse == (
        "edge1: no router ospf 1 (5 more routes missing)",
        "edge1: write memory (saved the broken state)",
    )
    assert not points.timer_armed
    assert not points.is_finished
    assert points.points == 0


def test_a_timer_on_one_router_is_none_on_the_other() -> None:
    armed = PracticeEvent(seconds=1.0, kind="line", router="core1", text="commit confirmed 5")
    plain = PracticeEvent(seconds=2.0, kind="line", router="edge1", text="configure replace flash:good force")

    assert score([armed]).timer_armed
    assert not score([armed, plain]).timer_armed


def test_routes_that_move_while_a_candidate_is_edited_are_of_the_other_router() -> None:
    edge = PracticeEvent(seconds=1.0, kind="line", router="edge1", text="configure replace flash:a force time 5")
    core = [
        PracticeEvent(seconds=float(number), kind="line", router="core1", text=text)
        for number, text in enumerate(("configure exclusive", "rollback 1", "commit check"), 2)
    ]
    moved = PracticeEvent(seconds=5.0, kind="routes", missing=3)
    commit = PracticeEvent(seconds=6.0, kind="line", router="core1", text="commit confirmed 5")

    assert score([edge, *core, moved, commit]).timer_armed


@pytest.mark.parametrize(
    ("lines", "is_armed"),
    [
        (("configure", "rollback 1", "commit confirmed 5"), True),
        (("configure", "rollback 1", "commit"), False),
        (("configure", "rollback 1", "commit", "commit confirmed 5"), False),
        (("configure terminal revert timer 10", "router ospf 1"), True),
        (("conf t", "no ip route 0.0.0.0 0.0.0.0", "reload in 10"), False),
        (("reload in 10", "conf t"), True),
    ],
)
def test_a_timer_counts_where_nothing_took_effect_before_it(lines: tuple[str, ...], is_armed: bool) -> None:
    events: list[tuple[float, Kind, str]] = [(float(number), "line", text) for number, text in enumerate(lines, 1)]

    assert score(story(*events)).timer_armed is is_armed


def test_routes_that_go_again_were_not_restored() -> None:
    assert score(story((1.0, "routes", "0"), (2.0, "routes", "3"))).to_restored is None
    assert score(story((1.0, "routes", "0"), (2.0, "routes", "3"), (3.0, "routes", "0"))).to_restored == 3.0


def test_what_oob_recorded_itself_counts_in_its_time() -> None:
    points = score(
        story(
            (9.0, "line", "configure replace x force"), (9.0, "routes", "0"), (8.0, "timer", ""), (20.0, "proven", "")
        )
    )

    assert points.timer_armed
    assert points.to_proof == 20.0


def test_a_record_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    record = PracticeRecord(tmp_path)
    for event in story(*CLEAN):
        record.add(event)
    record.close()

    assert read(tmp_path) == tuple(story(*CLEAN))
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none")


def test_the_history_has_every_drill_and_leaves_out_what_is_damaged(tmp_path: Path) -> None:
    for name in ("20260101-000000Z-a", "20260102-000000Z-b"):
        (tmp_path / name).mkdir()
        keep(tmp_path / name, name[:16], "clean-rollback", ("ada", "eve"), tuple(story(*CLEAN)))
    (tmp_path / "20260102-000000Z-b" / "result.json").write_text("{")

    (one,) = history(tmp_path)

    assert (one.scenario, one.team, one.points, one.to_proof) == ("clean-rollback", ("ada", "eve"), 100, 150.0)


def test_what_was_typed_cannot_break_the_page_of_a_drill() -> None:
    events = tuple(story((1.0, "line", "show run | include <x>")))

    shown = page("now", "clean-rollback", (), events, score(events))

    assert "| 0:01 | edge1 | typed show run \\| include &lt;x> |" in shown


def test_every_virtual_scenario_has_a_situation_with_hints() -> None:
    assert set(SITUATIONS) == {name for name in NAMES if not find(name).is_real}
    assert all(len(one.hints) >= 2 for one in SITUATIONS.values())
