"""Performs one step of a strategy on the console and judges what the device said to it."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from oob.console import tcl
from oob.console.console import Console
from oob.console.paste import PasteError
from oob.device.carry import carried
from oob.device.values import Values
from oob.errors import DeviceError
from oob.profile.model import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a step printed, the lines of a paste that the device refused, and how long it took."""

    text: str = ""
    refused: tuple[PasteError, ...] = ()
    resent: int = 0
    seconds: float = 0.0


def perform(console: Console, step: Step, values: Values) -> Result:
    """Do *step*; raises DeviceError when the device refuses it or does not say what it must."""
    console.mark(values.fill(step.about))
    if step.state:
        console.go(step.state)
    if step.opens:
        result = _load(console, step, values)
    elif step.paste:
        result = _paste(console, step, values)
    elif step.press:
        result = Result(text=console.conversation.press(step.press, silence=step.silence))
    elif step.reboots:
        result = _reboot(console, step, values)
    elif step.run:
        result = _run(console, step, values)
    else:
        return Result()
    _judge(step, values, result.text)
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


def _paste(console: Console, step: Step, values: Values) -> Result:
    lines = carried(step, values.texts[step.paste], values)
    if not lines:
        return Result()
    if step.tcl_file:
        return _write(console, step, lines, values)
    pasted = console.paste(lines, silence=step.silence)
    return Result(refused=pasted.errors, resent=pasted.resent, seconds=pasted.seconds)


def _write(console: Console, step: Step, commands: Sequence[str], values: Values) -> Result:
    """Have a Tcl interpreter write a file; raises DeviceError with what it says where it could not."""
    written = console.write_text(commands, silence=step.silence)
    said = next((answer for answer in written.answers if not tcl.SUCCEEDED.fullmatch(answer.answer.strip())), None)
    if said is not None:
        raise DeviceError(
            f"{values.fill(step.tcl_file)} was not written: {' '.join(said.answer.split())!r}",
            command=said.text,
            answer=said.answer,
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
    text = console.reboot(values.fill(step.run), step.answers, silence=step.silence or 600)
    return Result(text=text, seconds=time.monotonic() - started)


def _judge(step: Step, values: Values, text: str) -> None:
    for pattern in step.refuse:
        if match := re.search(pattern, text, re.M):
            raise DeviceError(
                f"{values.fill(step.run or step.about)!r} failed: {_line_of(text, match.start())!r}",
                command=values.fill(step.run),
                answer=text,
            )
    if step.expect and not re.search(values.pattern(step.expect), text, re.M):
        raise DeviceError(
            f"{values.fill(step.run or step.about)!r} did not say what it says when it works; it said {text[-200:]!r}",
            command=values.fill(step.run),
            answer=text,
        )


def _line_of(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return text[start : end if end >= 0 else len(text)].strip()
