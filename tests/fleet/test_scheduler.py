"""The waves of a fleet, carried out: order, caps, stop rules, pause, skip, and resume."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.fleet.assignment import Assignment
from oob.fleet.control import Control, FleetRequest
from oob.fleet.rules import StopRules
from oob.recovery.record import events
from tests.fleet.stand import Stand, device


def test_each_wave_begins_when_the_one_before_has_ended(tmp_path: Path) -> None:
    stand = Stand(tmp_path / "f", [device("b", "a"), device("a"), device("c", via=("b",))])

    assert stand.go() == 0
    story = [
        (one.event, one.marks["member"])
        for one in stand.history.entries
        if one.event in (events.MEMBER_BEGUN, events.MEMBER_ENDED)
    ]
    begun, ended = events.MEMBER_BEGUN, events.MEMBER_ENDED
    assert story == [(begun, "a"), (ended, "a"), (begun, "b"), (ended, "b"), (begun, "c"), (ended, "c")]


def test_a_canary_that_fails_stops_every_later_wave_and_says_so(tmp_path: Path) -> None:
    stand = Stand(
        tmp_path / "f",
        [device(name) for name in "abcdef"],
        draw=lambda one: ("not recovered" if one.member == "a" else "recovered", 10.0),
        canaries=("a",),
        rules=StopRules(),
    )

    assert stand.go() == 1
    assert stand.begun() == ["a"]
    assert stand.state.halted == "1 not recovered in this wave, the limit is 1"


def test_a_rule_that_is_met_lets_no_further_device_of_the_wave_begin(tmp_path: Path) -> None:
    stand = Stand(
        tmp_path / "f",
        [device(f"r{number}") for number in range(10)],
        draw=lambda one: ("not recovered", 10.0),
        jobs=2,
        rules=StopRules(failed_in_wave=3, failed_percent=None),
    )

    assert stand.go() == 1
    assert len(stand.begun()) == 4  # the second of the third pair was under way
    assert len(stand.endings()) == 4


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (StopRules(failed_in_wave=None, failed_percent=20.0), "% of"),
        (StopRules(failed_in_wave=None, failed_percent=None, impact=2), "the impact limit is 2"),
    ],
)
def test_shares_and_impact_count_over_all_waves(tmp_path: Path, rules: StopRules, why: str) -> None:
    members = [device(f"r{number}", *([f"x{number - 1}"] if number else [])) for number in range(3)]
    members += [device(f"x{number}", *([f"x{number - 1}"] if number else [])) for number in range(6)]
    stand = Stand(
        tmp_path / "f",
        members,
        draw=lambda one: ("not recovered" if one.member[0] == "r" else "recovered", 10.0),
        rules=rules,
    )

    assert stand.go() == 1
    assert why in stand.state.halted


def test_an_error_rate_above_its_limit_halts_the_next_wave(tmp_path: Path) -> None:
    rates = iter((1.0, 7.5))
    stand = Stand(
        tmp_path / "f",
        [device("a"), device("b", "a")],
        error_rate=lambda: next(rates),
        rules=StopRules(error_rate=5.0),
    )

    assert stand.go() == 1
    assert stand.begun() == ["a"]
    assert stand.state.halted == "the error rate is 7.5 %, the limit is 5 %"


def test_an_error_rate_that_cannot_be_read_halts_too(tmp_path: Path) -> None:
    stand = Stand(tmp_path / "f", [device("a")], rules=StopRules(error_rate=5.0))

    assert stand.go() == 1
    assert stand.begun() == []
    assert "cannot be read" in stand.state.halted


def test_what_depends_on_a_failed_device_is_skipped_with_the_reason(tmp_path: Path) -> None:
    stand = Stand(
        tmp_path / "f",
        [device("a"), device("b", "a"), device("c", "b"), device("d")],
        draw=lambda one: ("not recovered" if one.member == "a" else "recovered", 10.0),
    )

    stand.go()

    assert stand.endings() == {"a": "not recovered", "b": "skipped", "c": "skipped", "d": "recovered"}
    assert stand.state.members["b"].skipped == "b: depends on a, not recovered"


def test_a_device_with_a_second_path_is_not_lost_with_the_first(tmp_path: Path) -> None:
    stand = Stand(
        tmp_path / "f",
        [device("gate"), device("one", via=("gate",)), device("two", via=("gate", ""))],
        draw=lambda one: ("not recovered" if one.member == "gate" else "recovered", 10.0),
    )

    stand.go()

    assert stand.endings() == {"gate": "not recovered", "one": "skipped", "two": "recovered"}
    assert stand.state.members["one"].skipped == "one: every path runs through gate, not recovered"


def test_a_device_that_waits_for_neighbours_is_no_failure(tmp_path: Path) -> None:
    stand = Stand(
        tmp_path / "f",
        [device("a"), device("b", "a")],
        draw=lambda one: ("waiting for neighbours" if one.member == "a" else "recovered", 10.0),
        rules=StopRules(),
    )

    assert stand.go() == 1
    assert stand.endings() == {"a": "waiting for neighbours", "b": "recovered"}


def test_pause_lets_none_begin_until_continue(tmp_path: Path) -> None:
    stand = Stand(tmp_path / "f", [device("a"), device("b")], jobs=1)

    def ask(one: Assignment, control: Control) -> None:
        if one.member == "a":
            control.write(FleetRequest(do="pause", by="ada"))

    def a_minute_later() -> float:
        if stand.time.now > 60 and stand.state.is_paused:
            Control(stand.folder).write(FleetRequest(do="continue", by="bob"))
        return stand.time.now

    stand.on_time = a_minute_later

    assert stand.go(ask) == 0
    (second,) = [one for one in stand.history.entries if one.event == events.MEMBER_BEGUN][1:]
    names = [one.event for one in stand.history.entries]
    assert names.index(events.FLEET_PAUSED) < names.index(events.FLEET_CONTINUED) < second.sequence
    assert second.monotonic > 60


def test_a_skipped_device_never_begins_and_takes_what_needs_it_along(tmp_path: Path) -> None:
    def ask(one: Assignment, control: Control) -> None:
        if one.member == "a":
            control.write(FleetRequest(do="skip", by="ada", member="b", reason="on fire"))

    stand = Stand(tmp_path / "f", [device("a"), device("b", "a"), device("c", "b")])

    assert stand.go(ask) == 1
    assert stand.endings() == {"a": "recovered", "b": "skipped", "c": "skipped"}
    assert stand.state.members["b"].skipped == "b: skipped by ada: on fire"


def test_a_device_that_never_ends_becomes_unknown_and_holds_no_other_up(tmp_path: Path) -> None:
    stand = Stand(
        tmp_path / "f",
        [device("a"), device("b"), device("c", "b")],
        draw=lambda one: ("recovered", 1e9 if one.member == "a" else 10.0),
        jobs=2,
    )

    assert stand.go() == 130
    assert stand.endings() == {"a": "unknown", "b": "recovered", "c": "recovered"}
    assert "still under way after 30 minutes" in stand.state.members["a"].text


def test_resume_goes_into_what_is_unknown_and_begins_nothing_twice(tmp_path: Path) -> None:
    stand = Stand(
        tmp_path / "f",
        [device("a"), device("b"), device("c", "b")],
        draw=lambda one: ("unknown" if one.member == "b" else "recovered", 10.0),
        rules=StopRules(),
    )
    assert stand.go() == 130

    stand.draw = lambda one: ("recovered", 10.0)

    assert stand.again() == 0
    assert stand.begun() == ["a", "b", "b", "c"]
    assert set(stand.endings().values()) == {"recovered"}
    assert stand.again() == 0
    assert stand.begun() == ["a", "b", "b", "c"]


def test_resume_after_a_kill_at_any_line_of_the_journal_proves_every_device(tmp_path: Path) -> None:
    whole = Stand(tmp_path / "whole", [device("a"), device("b"), device("c", "a", "b")])
    whole.go()
    lines = (tmp_path / "whole" / "journal.jsonl").read_bytes().splitlines(keepends=True)
    claims = sorted((tmp_path / "whole" / "claims").iterdir())

    for kept in range(1, len(lines)):
        folder = tmp_path / f"killed{kept}"
        (folder / "claims").mkdir(parents=True)
        (folder / "journal.jsonl").write_bytes(b"".join(lines[:kept]) + lines[kept][:10])
        begun = {one.marks["member"] for one in Stand(folder, []).history.entries if one.event == events.MEMBER_BEGUN}
        for claim in claims:
            if claim.name.split(".")[0] in begun:
                (folder / "claims" / claim.name).write_bytes(claim.read_bytes())
        stand = Stand(folder, whole.members)

        assert stand.again() == 0
        assert set(stand.endings().values()) == {"recovered"}
        known = [one.marks["member"] for one in stand.history.entries[:kept] if one.event == events.MEMBER_ENDED]
        assert not set(known) & set(stand.engine.begun)


def test_a_fault_while_neighbours_are_asked_ends_no_fleet(tmp_path: Path) -> None:
    def fault() -> None:
        raise AttributeError("unforeseen")

    stand = Stand(tmp_path / "f", [device("a"), device("b", "a")], check=fault)

    assert stand.go() == 0
    assert sum("the neighbours could not be asked" in str(one.data.get("text")) for one in stand.history.entries) == 2


@pytest.mark.parametrize("moment", ["before", "after"])
def test_ctrl_c_at_the_begin_of_a_device_halts_and_waits_for_what_was_begun(tmp_path: Path, moment: str) -> None:
    stand = Stand(tmp_path / "f", [device("a"), device("b"), device("c", "a")], jobs=1)
    pressed: list[str] = []

    def press(one: Assignment) -> tuple[str, float]:
        if not pressed:
            pressed.append(one.member)
            raise KeyboardInterrupt
        return ("recovered", 10.0)

    if moment == "after":  # the begin is in the journal, the engine has not got it
        stand.draw = press
        stand.go()
        assert stand.endings() == {"a": "recovered"}
    else:
        stand.go(lambda one, control: press(one) and None)
        assert stand.endings() == {}
    assert stand.state.halted.startswith("interrupted by the operator")
    stand.draw = lambda one: ("recovered", 10.0)
    assert stand.again() == 0
    assert sorted(stand.begun()) == ["a", "b", "c"]
