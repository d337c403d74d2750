"""A run's state as a code that is read out over the phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.errors import UsageError
from oob.report.code import STATES, code, spoken
from tests.report.journals import Writer

ATTEMPT = {"phase": "recover", "number": 3}


@pytest.mark.parametrize(
    ("lines", "state", "number"),
    [
        ([("backups.started", {})], "B", 0),
        ([("reach.finished", {})], "R", 0),
        ([("reach.finished", {}), ("preserve.finished", {"backup": "b"})], "K", 0),
        ([("step.started", {**ATTEMPT, "arms": False})], "S", 3),
        ([("step.started", {**ATTEMPT, "arms": True}), ("proof.finished", ATTEMPT)], "T", 3),
        ([("step.started", {**ATTEMPT, "arms": True}), ("confirm.finished", ATTEMPT)], "C", 3),
        ([("step.started", {**ATTEMPT, "arms": True}), ("attempt.ended", {**ATTEMPT, "verdict": "failed"})], "A", 3),
        ([("putback.started", {})], "U", 0),
        ([("run.interrupted", {})], "I", 0),
        ([("run.stopped", {"exit_code": 7})], "X", 0),
        ([("run.finished", {"exit_code": 0})], "D", 0),
        ([("run.finished", {"exit_code": 1}), ("watch.finished", {"stable": True})], "N", 0),
    ],
)
def test_the_code_says_how_far_the_run_is(
    lines: list[tuple[str, dict[str, object]]], state: str, number: int, tmp_path: Path
) -> None:
    writer = Writer(tmp_path)
    for event, marks in lines:
        writer.at(0, event, "", **marks)
    said = code(writer.entries())
    assert len(said) <= 14
    heard = spoken(said.lower().replace("-", " "))
    assert (heard.run, heard.state, heard.number) == ("abcd", state, number)
    assert heard.meaning == STATES[state]


@pytest.mark.parametrize("place", range(7))
def test_a_code_with_one_wrong_character_is_known_to_be_misheard(place: int, tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.interrupted")
    said = code(writer.entries())
    wrong = said[:place] + ("7" if said[place] != "7" else "8") + said[place + 1 :]
    with pytest.raises(UsageError, match="misheard"):
        spoken(wrong)
