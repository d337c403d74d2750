"""Steps on a server as they are written down, and everything that makes them none."""

from __future__ import annotations

import pytest

from oob.errors import UsageError
from oob.recovery.ladder.steps import plain, understood

STEP = {"about": "look", "run": "cat x", "expect": "^y$"}


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"about": "look", "run": "cat x"}, "step 1: expect: is missing"),
        ({**STEP, "run": "cat x\ncat y"}, "a command is one line"),
        ({**STEP, "run": "cat x\x03"}, "a command holds no key"),
        ({**STEP, "expect": "("}, "not a regular expression"),
        ({**STEP, "shows": "cat x"}, "shows and shown go together"),
        ({**STEP, "undone": "x"}, "the pattern of the output of undo"),
        ({**STEP, "reads": True, "undo": "rm x"}, "nothing to undo"),
        ({**STEP, "colour": "red"}, "step 1: colour"),
        ({**STEP, "timeout": 0}, "step 1: timeout"),
    ],
)
def test_a_step_that_cannot_be_judged_is_refused(step: dict[str, object], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        understood([step], "plan.yaml")


def test_steps_are_written_down_as_they_were_read() -> None:
    assert plain(understood([STEP], "plan.yaml")) == (STEP,)
