"""Questions with a window, asked on a real terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pyte
import pytest

from oob.cli.ask import reply
from oob.recovery.question import Reply, TimedQuestion

ASK = (
    "from oob.cli.ask import reply; from oob.recovery.question import TimedQuestion; "
    "print('REPLY', reply(TimedQuestion(text='{text}', seconds={seconds}, silence='the device reverts it'), "
    "plain={plain}))"
)


def replied(typed: bytes, *, seconds: float, plain: bool = False, text: str = "Confirm it?") -> str:
    """Return everything that a terminal shows of a question at which *typed* was typed."""
    ours, theirs = pty.openpty()
    code = ASK.format(seconds=seconds, plain=plain, text=text)
    process = subprocess.Popen([sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, typed)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # the terminal is gone with the process
        pass
    process.wait(10)
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize(("typed", "reply"), [(b"y\n", "yes"), (b"what\nNO\n", "no")])
def test_a_question_takes_yes_or_no_and_asks_on_at_anything_else(typed: bytes, reply: str) -> None:
    shown = replied(typed, seconds=30)

    assert f"REPLY {reply}" in shown
    assert "y or n, 0:29 left, then the device reverts it: " in shown


def test_a_question_counts_down_and_silence_is_no_agreement() -> None:
    shown = replied(b"", seconds=1.2)

    assert "0:01 left" in shown
    assert "0:00 left" in shown
    assert "REPLY no reply" in shown


def test_the_count_down_takes_one_line_of_a_small_terminal_whatever_the_question() -> None:
    text = "attempt 3, the difference of the lines, typed: no revert timer: " * 4
    screen = pyte.Screen(80, 24)
    pyte.Stream(screen).feed(replied(b"ye", seconds=2.4, text=text))

    lines = [line.rstrip() for line in screen.display]

    assert "".join(lines).count("attempt 3") == 4
    assert sum("y or n, 0:0" in line for line in lines) == 1
    assert next(line for line in lines if "y or n" in line).startswith("y or n, 0:00 left, then the device reverts it")


def test_a_plain_question_redraws_nothing() -> None:
    shown = replied(b"", seconds=0.1, plain=True).replace("\r\n", "\n")

    assert "\r" not in shown
    assert "REPLY no reply" in shown


def test_without_a_terminal_there_is_no_reply() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(seconds=30, plain=False, text="Confirm it?")],
        input="y\n",
        capture_output=True,
        text=True,
    )

    assert done.stdout == "REPLY no reply\n"


def test_an_unattended_run_takes_the_reply_from_elsewhere_while_the_page_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("oob.cli.ask.is_attended", lambda: False)
    replies: list[Reply | None] = [None, "yes"]
    question = TimedQuestion(text="Confirm?", seconds=30.0, silence="", elsewhere=lambda: replies.pop(0))
    assert reply(question, is_served=lambda: True) == "yes"
    assert reply(TimedQuestion(text="Confirm?", seconds=30.0, silence=""), is_served=lambda: False) == "no reply"
