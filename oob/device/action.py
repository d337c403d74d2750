"""Performs one step of a strategy on the console and judges what the device said to it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from oob.console import tcl
from oob.console.console import Console
from oob.console.conversation import ANSWERED
from oob.console.paste import PasteError
from oob.device.carry import carried, check_carriable
from oob.device.reason import LONGEST, RULE, failure_in, reason, refused_at
from oob.device.values import Values
from oob.errors import ConsoleError, DeviceError
from oob.profile.model import Step

REBOOT = 600.0  # seconds of silence while a device restarts


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The output of a step, the lines of a paste that the device answered, and those that it refused."""

    text: str = ""
    answers: tuple[PasteError, ...] = ()
    refused: tuple[PasteError, ...] = ()
    resent: int = 0
    seconds: float = 0.0


# How much longer than expected a step may take in all, whatever the device goes on printing, and seconds besides.
REFUSAL_LINES = 3  # the command, the marker below it, the sentence
FACTOR, GRACE = 3.0, 60.0


def allowed(step: Step, expected: float) -> float:
    """Return how long *step* may take in all when it is *expected* to take so many seconds."""
    return FACTOR * max(expected, step.seconds) + (step.silence or (REBOOT if step.reboots else GRACE)) + GRACE


def perform(
    console: Console, step: Step, values: Values, *, limit: float = ANSWERED, hide: Callable[[str], str] = str
) -> Result:
    """Do *step* within *limit* seconds; raises DeviceError when the device refuses it or does not say what it must.

    What an error quotes of the device has passed *hide*, which leaves the lines where they are.
    """
    check_carriable(step, values.texts.get(step.paste, ()), console.grammar.data.keys)
    with console.conversation.within(limit):
        return _perform(console, step, values, hide)


def _perform(console: Console, step: Step, values: Values, hide: Callable[[str], str]) -> Result:
    console.mark(values.fill(step.about))
    if step.state:
        console.go(step.state)
    if step.opens:
        result = _load(console, step, values)
    elif step.paste:
        result = _paste(console, step, values, hide)
    elif step.press:
        result = Result(text=console.conversation.press(step.press, silence=step.silence))
    elif step.reboots:
        result = _reboot(console, step, values)
    elif step.run:
        result = _run(console, step, values)
    else:
        return Result()
    try:
        judge(step, values, result.text, hide)
    except DeviceError as error:
        if told := _explanation(console, step):
            raise _with(error, hide(told)) from error
        raise
    if step.then:
        console.go(step.then)
    return result


def _run(console: Console, step: Step, values: Values) -> Result:
    command = values.fill(step.run)
    if step.answers or step.changes:
        output = console.ask(command, step.answers, silence=step.silence)
    else:
        output = console.run(command, silence=step.silence)
    return Result(text=output.text, seconds=output.seconds)


def _paste(console: Console, step: Step, values: Values, hide: Callable[[str], str]) -> Result:
    lines = carried(step, values.texts[step.paste], values)
    if not lines:
        return Result()
    if step.tcl_file:
        return _write(console, step, lines, values, hide)
    pasted = console.paste(lines, silence=step.silence)
    return Result(answers=pasted.answers, refused=pasted.errors, resent=pasted.resent, seconds=pasted.seconds)


def _write(console: Console, step: Step, commands: Sequence[str], values: Values, hide: Callable[[str], str]) -> Result:
    """Have a Tcl interpreter write a file; raises DeviceError with what it says where it could not."""
    written = console.write_text(commands, silence=step.silence)
    said = next((answer for answer in written.answers if not tcl.SUCCEEDED.fullmatch(answer.answer.strip())), None)
    if said is not None:
        answer = hide(said.answer)
        raise DeviceError(
            f"{values.fill(step.tcl_file)} was not written: {' '.join(answer.split())!r}",
            command=said.text,
            answer=answer,
        )
    return Result(resent=written.resent, seconds=written.seconds)


def _load(console: Console, step: Step, values: Values) -> Result:
    """Load a text that the device takes without prompts, from the command that opens it to the key that ends it."""
    loaded = console.load(
        values.fill(step.opens),
        carried(step, values.texts[step.paste], values),
        ready=step.ready or "",
        close=step.closes,
        silence=step.silence,
    )
    return Result(text=loaded.text, seconds=loaded.seconds)


def _reboot(console: Console, step: Step, values: Values) -> Result:
    """Send a command that ends the session, and wait for the device to come back to a prompt."""
    started = time.monotonic()
    text = console.reboot(values.fill(step.run), step.answers, silence=step.silence or REBOOT)
    return Result(text=text, seconds=time.monotonic() - started)


def judge(step: Step, values: Values, text: str, hide: Callable[[str], str]) -> None:
    """Raise DeviceError where *text* is not what *step* prints when it works, with the reason that it names."""
    what, command = values.fill(step.run or step.about), values.fill(step.run)
    if (at := refused_at(text, step.refuse)) is not None:
        shown = hide(text)
        raise DeviceError(
            f"{what!r} failed: {reason(shown, _same_line(text, at, shown))!r}", command=command, answer=shown
        )
    if step.expect and not re.search(values.pattern(step.expect), text, re.M):
        at, shown = failure_in(text), hide(text)
        said = shown[-200:] if at is None else reason(shown, _same_line(text, at, shown))
        told = f"{what!r} did not say what it says when it works; it said {said!r}"
        raise DeviceError(told, command=command, answer=shown)


def _same_line(text: str, position: int, shown: str) -> int:
    """Return the beginning of the line of *shown* that stands where *position* is in *text*."""
    lines = shown.split("\n")[: text.count("\n", 0, position)]
    return sum(len(line) + 1 for line in lines)


def _explanation(console: Console, step: Step) -> str:
    """Return what the device says of a failure when it is asked, while it can still be asked; it need not know how."""
    refusal = console.grammar.refusal
    told = []
    for command in step.explain:
        with suppress(ConsoleError):
            text = console.run(command).text.strip()
            # A log quotes lines that were refused; a refusal of the command itself is short.
            is_refused = refusal and refusal.search(text) and text.count("\n") < REFUSAL_LINES
            told += [text] if text and not is_refused else []
    return "\n".join(told)


def _with(error: DeviceError, told: str) -> DeviceError:
    short = " | ".join(" ".join(line.split()) for line in told.split("\n") if not RULE.fullmatch(line))
    return DeviceError(
        f"{error}; asked why, the device said {short[-LONGEST:]!r}",
        command=error.command,
        answer=f"{error.answer}\n{told}",
    )
