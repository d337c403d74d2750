"""Questions to the person at the terminal: never under a live view, one at a time, and not for ever."""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click

from oob.cli.options import UNATTENDED, is_attended
from oob.errors import GuardStopped
from oob.printable import one_line, printable
from oob.recovery.question import Reply, TimedQuestion
from oob.report.screen import SCREEN

PATIENCE = 300.0  # seconds for an answer
TRIES = 3
MINUTE = 60.0
GLANCE = 0.25  # seconds between two looks for Ctrl-C
TICK, PLAIN_TICK = 1.0, 30.0  # seconds between two showings of the time that is left
REPLIES: dict[str, Reply] = {"y": "yes", "yes": "yes", "n": "no", "no": "no"}


class Unanswered(GuardStopped):
    """No answer came in time."""


def ask(text: str, *, is_secret: bool = False, seconds: float = PATIENCE) -> str:
    """Ask *text* on the terminal and return the answer without its newline; an empty one is an answer.

    A secret is not echoed. Raises Unanswered after *seconds*, and KeyboardInterrupt at the end of input.
    """
    with SCREEN.asking():
        prompt = f"{one_line(text)}: "
        if UNATTENDED.get():
            raise click.Abort
        if not is_attended():
            return str(click.prompt(text, default="", show_default=False, hide_input=is_secret, err=True))
        click.echo(prompt, nl=False, err=True)
        with _echo(not is_secret):
            try:
                line = _line(sys.stdin.fileno(), time.monotonic() + seconds)
            finally:
                if is_secret:
                    click.echo(err=True)
    if line is None:
        click.echo(err=True)
        raise Unanswered(f"{one_line(text)}: no answer within {seconds / MINUTE:g} minutes; nothing was changed")
    return line


def ask_again(text: str, check: Callable[[str], str], *, seconds: float = PATIENCE) -> str:
    """Ask for a secret until *check* has no objection, three times at most; return the last one typed."""
    for left in reversed(range(TRIES)):
        typed = ask(text, is_secret=True, seconds=seconds)
        if not (wrong := check(typed)) or not left or not is_attended():
            break
        click.echo(printable(f"{wrong}; {left} {'try is' if left == 1 else 'tries are'} left"), err=True)
    return typed


def ask_twice(text: str) -> str:
    """Ask for a new secret until it was typed twice alike, three times at most; raises Unanswered otherwise."""
    for left in reversed(range(TRIES)):
        typed = ask(text, is_secret=True)
        if typed and typed == ask("the same again", is_secret=True):
            return typed
        tries = f"; {left} {'try is' if left == 1 else 'tries are'} left" if left else ""
        click.echo(f"{'the two differ' if typed else 'an empty one protects nothing'}{tries}", err=True)
    raise Unanswered(f"{one_line(text)}: not typed twice alike; nothing was changed")


def reply(question: TimedQuestion, *, plain: bool = False, is_served: Callable[[], bool] = lambda: False) -> Reply:
    """Put *question* to the person at the terminal, its window counting down, and return the first reply from anywhere.

    Without a terminal there is only a reply from elsewhere, which is waited for while the live page *is_served*. With
    *plain* the time that is left is a line of its own, twice a minute, and nothing is redrawn.
    """
    if not is_attended():
        return _from_elsewhere(question, is_served)
    tick, begin, end = (PLAIN_TICK, "", "\n") if plain else (TICK, "\r", "")
    over = time.monotonic() + question.seconds  # also while another run of a fleet asks: a revert timer waits for none
    with SCREEN.asking(), _echo(is_on=True):
        click.echo(one_line(question.text), err=True)
        shown = -tick
        while (left := over - time.monotonic()) > 0:
            if shown + tick <= time.monotonic():
                shown = time.monotonic()
                clock = f"{int(left) // 60}:{int(left) % 60:02d}"
                click.echo(f"{begin}y or n, {clock} left, then {question.silence}: {end}", nl=False, err=True)
            line = _line(sys.stdin.fileno(), min(over, time.monotonic() + TICK))
            if line is not None and (answer := REPLIES.get(line.strip().casefold())):
                return answer
            if answer := question.elsewhere():
                click.echo(f"{end or chr(10)}{answer}, from elsewhere", err=True)
                return answer
        click.echo(err=True)
    return question.elsewhere() or "no reply"


def _from_elsewhere(question: TimedQuestion, is_served: Callable[[], bool]) -> Reply:
    over = time.monotonic() + question.seconds
    while is_served() and time.monotonic() < over:
        if answer := question.elsewhere():
            return answer
        threading.Event().wait(min(TICK, max(0.0, over - time.monotonic())))
    return question.elsewhere() or "no reply"


def confirm(text: str, *, default: bool = False, seconds: float = PATIENCE) -> bool:
    """Ask a yes-or-no question above no live region; an answer that is neither, three times, is no.

    Raises Unanswered after *seconds*.
    """
    with SCREEN.asking():
        if not is_attended():
            return click.confirm(printable(text), default=default, err=True)
        *above, last = text.splitlines()
        for line in above:
            click.echo(printable(line), err=True)
        for _ in range(TRIES):
            typed = ask(f"{last} [{'Y/n' if default else 'y/N'}]", seconds=seconds).strip().casefold()
            if not typed:
                return default
            if typed in REPLIES:
                return REPLIES[typed] == "yes"
            click.echo("y or n", err=True)
    return False


@contextmanager
def _echo(is_on: bool) -> Iterator[None]:
    """Let the terminal echo keys, or not, and put that back."""
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    if not is_on:
        quiet = list(before)
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(handle, termios.TCSAFLUSH, quiet)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(handle, termios.TCSADRAIN, before)


def _line(handle: int, end: float) -> str | None:
    """Return the next line of the terminal, None where the time is over before one ends."""
    data = bytearray()
    while not data.endswith(b"\n"):
        left = max(0.0, end - time.monotonic())
        # Ctrl-C in the moment before `select` begins to wait is only noticed when it ends, so it never waits for long.
        ready, _, _ = select.select([handle], [], [], min(left, GLANCE))
        if not ready and left <= GLANCE:
            return None
        if not ready:
            continue
        chunk = os.read(handle, 4096)
        if not chunk:
            raise KeyboardInterrupt
        data += chunk
    return data.decode(errors="surrogateescape").rstrip("\r\n")
