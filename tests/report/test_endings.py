"""How a run ended is said in the same words everywhere: code, figures, messages, report and records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oob.events import Event, Tone
from oob.recovery.record.ending import Ending, ending_of
from oob.recovery.record.journal import JournalEntry
from oob.report.code import code, spoken, word
from oob.report.handoff import hand_off
from oob.report.messages import messages
from oob.report.metrics import measure
from oob.report.page import html, markdown
from oob.report.records import records
from oob.report.story import tell
from oob.report.words import line
from tests.report.journals import Writer

PROOF = {"lines": [], "lines_differing": 0, "tolerated": [], "routes_problem": "", "silent": [], "lost": []}
FAILED = {**PROOF, "proven": False, "routes": {"equal": False, "lines": ["1 missing: 10.0.0.0/8"]}}
PROVEN = {**PROOF, "proven": True, "routes": {"equal": True, "lines": []}}
FIRST = {"phase": "recover", "number": 1, "strategy": "backup"}
BACK = {"phase": "put-back", "number": 1, "strategy": "backup"}


def begun(folder: Path, **choices: object) -> Writer:
    writer = Writer(folder)
    writer.at(0, "run.started", "recover edge1", target="b1", baseline="b1", platform="cisco_ios", choices=choices)
    writer.at(5, "preserve.finished", "keep it", backup="b2", data={"seconds": 1.0})
    writer.at(6, "difference", "what is wrong", data=FAILED)
    return writer


def put_back(folder: Path) -> tuple[JournalEntry, ...]:
    """A run whose attempt failed, and that put the broken state back by another attempt, which was proven."""
    writer = begun(folder)
    writer.at(7, "attempt.started", "bring the backup", **FIRST)
    writer.at(8, "proof.finished", "prove it", **FIRST, data=FAILED)
    writer.at(9, "attempt.judged", "not proven", **FIRST)
    writer.at(10, "attempt.ended", "not proven", **FIRST, verdict="failed")
    writer.at(11, "putback.started", "no attempt worked; the broken state is put back")
    writer.at(12, "attempt.started", "bring the backup", **BACK)
    writer.at(13, "step.started", "replace", **BACK)
    writer.at(14, "confirm.finished", "confirm", **BACK)
    writer.at(15, "proof.finished", "prove it", **BACK, data=PROVEN)
    writer.at(16, "attempt.ended", "the broken state is put back and proven", **BACK, verdict="proven")
    writer.at(17, "putback.ended", "the broken state is put back and proven", data={"proven": True})
    text = "not recovered; the broken state was put back"
    writer.at(18, "run.finished", text, exit_code=1, ending=str(Ending.PUT_BACK), data={"left": ["still: x"]})
    return writer.entries()


def unchanged(folder: Path) -> tuple[JournalEntry, ...]:
    writer = begun(folder)
    writer.at(7, "run.finished", "nothing was wrong; nothing was changed", exit_code=0, ending=str(Ending.UNCHANGED))
    return writer.entries()


def test_a_broken_state_that_was_put_back_is_said_so_everywhere(tmp_path: Path) -> None:
    entries = put_back(tmp_path)
    story = tell(entries)
    assert not story.is_recovered
    assert (story.card.strategy, story.card.to_proof, story.card.attempts_tried) == ("", None, 1)
    assert ("recovered and proven", "no: broken state put back") in story.card.rows()
    assert list(story.attempts) == ["Attempts to recover", "Attempts to put the broken state back"]
    assert story.proof["proven"] is False
    assert spoken(code(entries)).meaning == "done: not recovered; the broken state was put back"
    assert word(entries) == "put back"
    for page in (html(story), markdown(story)):
        assert "Attempts to put the broken state back" in page
        assert "restored to" not in page
    assert "put back after the attempts" in records(story)["Change record"]
    assert "NOT restored: backup b1" in hand_off(story)
    told = [message.text for message in messages(entries)]
    assert "put the broken state back: bring the backup; until about 12:00 UTC" in told
    assert "the device has confirmed the broken state that was put back" in told
    assert told[-1] == "not recovered; the broken state was put back; still: x"
    assert "the recovery is proven" not in told


def test_putting_back_is_no_sample_of_a_strategy(tmp_path: Path) -> None:
    metrics = measure([tell(put_back(tmp_path))])
    assert [(rate.tried, rate.proven) for rate in metrics.rates] == [(1, 0)]
    assert (metrics.recovered, metrics.to_proof) == (0, ())


def test_a_run_with_nothing_to_do_is_not_recovered_and_no_sample(tmp_path: Path) -> None:
    entries = unchanged(tmp_path)
    story = tell(entries)
    assert (story.card.is_recovered, story.card.to_proof, story.card.exit_code) == (False, None, 0)
    assert word(entries) == "nothing wrong"
    metrics = measure([story])
    assert (metrics.runs, metrics.unchanged, metrics.recovered, metrics.attempted) == (1, 1, 0, 0)
    assert (metrics.to_proof, metrics.scores) == ((), ())
    last = list(messages(entries))[-1]
    assert (last.kind, last.text) == ("completed", "nothing was wrong; nothing was changed")
    assert "nothing was wrong" in records(story)["Problem record"]


def test_a_run_that_waits_for_neighbours_is_not_called_a_failure(tmp_path: Path) -> None:
    writer = begun(tmp_path)
    text = "configuration proven; 14 routes wait for r3"
    writer.at(7, "attempt.started", "bring the backup", **FIRST)
    writer.at(8, "attempt.waiting", f"{text}; checked again until 12:04:00 UTC", **FIRST)
    writer.at(9, "attempt.ended", f"{text}; the configuration is kept", **FIRST, verdict="waiting")
    writer.at(10, "run.finished", text, exit_code=1, ending=str(Ending.WAITING), data={"left": ["recover r3"]})
    entries = writer.entries()
    last = list(messages(entries))[-1]
    assert (last.kind, last.text, last.subject) == ("waiting", f"{text}; recover r3", "edge1: recovery waiting")
    finished = entries[-1]
    shown = line(Event(name=finished.event, text=text, data=finished.marks))
    assert shown is not None
    assert shown.tone is Tone.WARN
    story = tell(entries)
    assert word(entries) == "waiting"
    assert "the routes wait for neighbours that are down" in records(story)["Change record"]
    assert "Restored: backup b1" in hand_off(story)
    metrics = measure([story])
    assert (metrics.rates, metrics.to_proof, metrics.recovered) == ((), (), 0)


@pytest.mark.parametrize(
    ("marks", "data", "ending"),
    [
        ({"exit_code": 0}, {}, Ending.RECOVERED),
        ({"exit_code": 0}, {"outcome": {"is_unchanged": True}}, Ending.UNCHANGED),
        ({"exit_code": 1}, {}, Ending.FAILED),
        ({"exit_code": 1, "ending": "of a later oob"}, {}, Ending.FAILED),
    ],
)
def test_journals_that_do_not_name_their_ending_are_understood(
    marks: dict[str, Any], data: dict[str, Any], ending: Ending, tmp_path: Path
) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.finished", "done", **marks, data=data)
    assert ending_of(writer.entries()) is ending


@pytest.mark.parametrize(("event", "letter"), [("run.interrupted", "J"), ("run.stopped", "Y"), ("stage", "T")])
def test_a_code_tells_that_a_timer_is_armed_however_the_run_stopped(event: str, letter: str, tmp_path: Path) -> None:
    writer = begun(tmp_path)
    writer.at(7, "step.started", "replace", **FIRST, arms=True)
    writer.at(8, "step.finished", "replace", **FIRST)
    writer.at(9, event, "stopped here", exit_code=130)
    said = spoken(code(writer.entries()))
    assert (said.state, said.number) == (letter, 1)
    assert "timer" in said.meaning
    assert "armed" in said.meaning


def test_a_code_tells_no_timer_once_it_is_gone(tmp_path: Path) -> None:
    writer = begun(tmp_path)
    writer.at(7, "step.started", "replace", **FIRST, arms=True)
    writer.at(8, "revert.finished", "reverted", **FIRST)
    writer.at(9, "run.interrupted", "stopped here", exit_code=130)
    assert spoken(code(writer.entries())).state == "I"
