"""`oob paste`: configuration lines over a console, every echo checked."""

from __future__ import annotations

from typing import Any, BinaryIO

import click

from oob.cli.naming import target_argument
from oob.cli.options import Settings, common
from oob.cli.target import reach, target_options
from oob.console.typeable import check_typeable
from oob.errors import DeviceError, UsageError


@click.command("paste")
@common
@target_options
@target_argument
@click.argument("file", type=click.File("rb"))
def command(settings: Settings, target: str, file: BinaryIO, **options: Any) -> int:
    """Enter configuration mode on TARGET, paste the lines of FILE (- for standard input), and leave it again.

    Lines whose echo is missing or wrong are sent again, with their section. Lines that the device refuses are listed
    with its answer, and the exit code is 8. Whatever else it says to a line is listed, too. A line that asks back is
    answered where oob knows the question; an unknown question is declined, and stops the paste.
    """
    lines = _lines(file)
    check_typeable(lines)
    way = reach(settings, target, **options)
    with way.open() as device:
        pasted = device.paste(lines)
    hide = way.masker.mask_lines  # the output here ends in logs
    garbled = [hide(line) for line in pasted.garbled]
    errors = [(error.line, hide(error.text), hide(error.answer)) for error in pasted.errors]
    refused = {error.line for error in pasted.errors}
    answers = [
        (answer.line, hide(answer.text), hide(answer.answer)) for answer in pasted.answers if answer.line not in refused
    ]
    document = {
        "lines": pasted.lines,
        "resent": pasted.resent,
        "errors": [{"line": line, "text": text, "answer": answer} for line, text, answer in errors],
        "answers": [{"line": line, "text": text, "answer": answer} for line, text, answer in answers],
        "garbled": garbled,
        "notices": list(pasted.notices),
        "seconds": round(pasted.seconds, 3),
    }
    told = [f"{pasted.lines} lines, {pasted.resent} sent again, {len(errors)} refused, {pasted.seconds:.1f} s"]
    told += [f"line {line}: {text!r}: {' '.join(answer.split())}" for line, text, answer in errors]
    told += [f"line {line}: {text!r}: the device said {' '.join(answer.split())!r}" for line, text, answer in answers]
    told += [f"taken by the device in a garbled form before it was sent again: {line!r}" for line in garbled]
    settings.answer(document, "\n".join(told), is_copied=True)
    return DeviceError.exit_code if pasted.errors else 0


def _lines(file: BinaryIO) -> list[str]:
    """Return the lines of *file*, which only a newline separates: nothing else in it may become one."""
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name}: byte {error.start + 1} is not UTF-8") from error
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")] if text else []
