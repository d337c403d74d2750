"""The incident: band, ladder, bars and tiles, from the lines of a journal alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import oob.recovery.record.events as events
from oob.errors import JournalError
from oob.inventory.home import Home
from oob.recovery.record.journal import NAME, Follower, read
from oob.report.incident import Incident, incident
from tests.web.written import ATTEMPT, RUN, SECOND, WrittenRun, reading


@pytest.fixture
def run(tmp_path: Path) -> Iterator[WrittenRun]:
    written = WrittenRun(Home(tmp_path))
    with written.journal:
        yield written


def seen(run: WrittenRun) -> Incident:
    return incident(read(run.journal.location).entries)


def test_the_ladder_says_what_came_of_each_attempt(run: WrittenRun) -> None:
    run.begin()
    assert [rung.state for rung in seen(run).ladder] == ["next", "next"]
    run.attempt(ATTEMPT, fails=True)
    run.attempt(SECOND, fails=False)
    assert [rung.state for rung in seen(run).ladder] == ["failed", "in progress"]
    run.finish()
    assert [rung.state for rung in seen(run).ladder] == ["failed", "proven"]


def test_an_attempt_that_was_not_needed_is_not_next_for_ever(run: WrittenRun) -> None:
    run.begin()
    run.note(events.ATTEMPT_STARTED, "replace", ATTEMPT, expected=1.0)
    run.note(events.ATTEMPT_ENDED, "proven", {**ATTEMPT, "verdict": "proven"})
    run.note(events.RUN_FINISHED, "recovered", {"exit_code": 0, "ending": "recovered"})
    assert [rung.state for rung in seen(run).ladder] == ["proven", "not needed"]


def test_impact_is_an_alert_while_prefixes_are_missing_and_clears_with_the_proof(run: WrittenRun) -> None:
    run.begin()
    tiles = {tile.name: tile for tile in seen(run).tiles}
    assert tiles["impact"].is_alert
    assert tiles["impact"].text.startswith("7 of 10")
    assert tiles["health"].text.startswith("2 of 4")
    run.attempt(SECOND, fails=False)
    run.finish()
    tiles = {tile.name: tile for tile in seen(run).tiles}
    assert not tiles["impact"].is_alert
    assert tiles["health"].text.startswith("4 of 4")


def test_a_failed_step_raises_the_error_rate_and_the_next_attempt_clears_it(run: WrittenRun) -> None:
    run.begin()
    run.attempt(ATTEMPT, fails=True)
    assert next(tile for tile in seen(run).tiles if tile.name == "error rate").is_alert
    run.attempt(SECOND, fails=False)
    assert not next(tile for tile in seen(run).tiles if tile.name == "error rate").is_alert


def test_what_is_missing_is_counted_by_cause(run: WrittenRun) -> None:
    run.begin()
    found = seen(run)
    assert found.missing["prefixes"] == 3
    assert found.causes == ("neighbour 10.0.0.2 lost (vrf default): 3 lost",)


def test_a_timer_is_a_bar_until_it_is_confirmed(run: WrittenRun) -> None:
    run.begin()
    run.attempt(SECOND, fails=False)
    run.note(events.TIMER_ARMED, "reverts", SECOND, deadline="2999-01-01T00:00:00+00:00")
    armed = [bar for bar in seen(run).bars if bar.lane == "timer"]
    assert [bar.end for bar in armed] == [None]
    assert seen(run).band(datetime.fromisoformat("2999-01-01T00:00:00+00:00"))["deadline"].startswith("2999")
    run.finish()
    assert [bar.end is None for bar in seen(run).bars if bar.lane == "timer"] == [False]


def test_a_run_that_ended_stands_still(run: WrittenRun) -> None:
    run.begin()
    run.attempt(SECOND, fails=False)
    run.finish()
    found = seen(run)
    late = datetime.fromisoformat("2999-01-01T00:00:00+00:00")
    assert found.moment(late) == found.at
    assert found.band(late)["percent"] == 100
    assert all(bar.end is not None for bar in found.bars)


def test_a_run_whose_proof_still_waits_shows_what_is_missing_now(run: WrittenRun) -> None:
    run.begin()
    run.attempt(SECOND, fails=False)
    counted = {"lines": 0, "prefixes": 1, "addresses": 0, "neighbours": 0}
    run.note(events.PROOF_WAITING, "not yet", missing=counted, expected=reading()["expected"])
    assert seen(run).missing == counted
    assert next(tile for tile in seen(run).tiles if tile.name == "impact").is_alert


def test_an_empty_journal_is_no_incident() -> None:
    with pytest.raises(JournalError):
        incident(())


def test_a_journal_is_followed_line_by_line_while_it_is_written(run: WrittenRun, tmp_path: Path) -> None:
    follower = Follower(run.journal.location)
    assert follower.more() == ()
    run.begin()
    first = follower.more()
    assert [entry.sequence for entry in first] == list(range(1, len(first) + 1))
    assert follower.more() == ()
    with open(run.journal.location, "ab") as file:
        file.write(b'{"torn')
    assert follower.more() == ()
    assert follower.damage == ""


def test_a_changed_line_ends_what_is_followed(run: WrittenRun, tmp_path: Path) -> None:
    run.begin()
    path = tmp_path / "runs" / RUN / NAME
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b"reach", b"leach")
    path.write_bytes(b"\n".join(lines))
    follower = Follower(path)
    assert len(follower.more()) == 2
    assert "line 3 is damaged" in follower.damage
    assert follower.more() == ()
