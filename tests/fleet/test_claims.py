"""At most once: the second execution of an assignment does nothing, whatever the first has come to."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from oob.errors import GuardStopped, PathLost
from oob.fleet.assignment import Assignment, MemberEnd
from oob.fleet.claims import FOLDER, Claims
from oob.fleet.engine import carry_out

WORK = Assignment(fleet="f", member="edge1", run="20260304-130000Z-abcd", plan="0" * 64)


def proven(assignment: Assignment) -> MemberEnd:
    return MemberEnd(
        member=assignment.member, run=assignment.run, round=assignment.round, ending="recovered", exit_code=0
    )


def test_the_second_execution_returns_the_recorded_outcome(tmp_path: Path) -> None:
    done: list[str] = []

    def act(assignment: Assignment) -> MemberEnd:
        done.append(assignment.member)
        return proven(assignment)

    ends = [carry_out(WORK, Claims(tmp_path), act, "jump1") for _ in range(2)]

    assert done == ["edge1"]
    assert ends[0] == ends[1]
    assert ends[0].worker == "jump1"


def test_a_claim_without_an_outcome_is_unknown_and_is_not_tried_again(tmp_path: Path) -> None:
    def killed(assignment: Assignment) -> MemberEnd:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out(WORK, Claims(tmp_path), killed, "jump1")
    end = carry_out(WORK, Claims(tmp_path), proven, "jump2")

    assert end.is_unknown
    assert f"claimed before by jump1 {os.getpid()}" in end.text


def test_the_next_round_has_a_claim_of_its_own(tmp_path: Path) -> None:
    claims = Claims(tmp_path)
    again = Assignment(fleet="f", member="edge1", run=WORK.run, plan=WORK.plan, round=2)

    assert claims.take(WORK) is None
    assert claims.take(again) is None
    assert claims.count() == 2


def test_of_many_at_once_exactly_one_gets_the_claim(tmp_path: Path) -> None:
    claims = Claims(tmp_path)
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _: claims.take(WORK), range(64)))

    assert sum(one is None for one in taken) == 1


def test_an_error_is_an_outcome_like_any_other(tmp_path: Path) -> None:
    def lost(assignment: Assignment) -> MemberEnd:
        raise PathLost("the far end is gone", path="tcp://192.0.2.1:4001")

    end = carry_out(WORK, Claims(tmp_path), lost)

    assert (end.ending, end.exit_code) == ("stopped", 3)
    assert carry_out(WORK, Claims(tmp_path), proven) == end


def test_nothing_is_done_where_no_claim_can_be_made(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("in the way of the folder")

    with pytest.raises(GuardStopped, match="the claim cannot be made, so nothing was done"):
        Claims(tmp_path).take(WORK)
    assert carry_out(WORK, Claims(tmp_path), proven).exit_code == GuardStopped.exit_code


def test_a_half_written_outcome_is_unknown(tmp_path: Path) -> None:
    carry_out(WORK, Claims(tmp_path), proven)
    file = next((tmp_path / FOLDER).glob("*.end"))
    file.write_bytes(file.read_bytes()[:20])

    assert carry_out(WORK, Claims(tmp_path), proven).is_unknown
