"""What a person reads of a profile's patterns and answers, on a card and in a plan."""

from __future__ import annotations

import pytest

from oob.profile.model import Step
from oob.profile.wording import answers, pressed, readable


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\[Y\]es/\[N\]o: ?$", "[Y]es/[N]o:"),
        (r"Proceed with reload\? \[confirm\] ?$", "Proceed with reload? [confirm]"),
        (r"^Rollback (?:done|over)\s*", "Rollback done"),
    ],
)
def test_a_pattern_is_written_as_what_it_stands_for(pattern: str, text: str) -> None:
    assert readable(pattern) == text


@pytest.mark.parametrize(
    ("typed", "keys"),
    [("n\r", "n and Return"), ("y", "y"), ("\r", "Return"), ("\x18", "Ctrl-X"), ("\x07", r"'\x07'")],
)
def test_keys_that_print_nothing_have_names(typed: str, keys: str) -> None:
    assert pressed(typed) == keys


def test_an_answer_stands_behind_its_question() -> None:
    step = Step(about="restart", run="reload", answers={r"Save\? \[yes/no\]: ?$": "no\r", r"\[confirm\]": "\r"})

    assert answers(step) == ("asked 'Save? [yes/no]:': no and Return", "asked '[confirm]': Return")
