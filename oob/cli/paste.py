"""`oob paste`: configuration lines over a console, every echo checked."""

from __future__ import annotations

from typing import Any, TextIO

import click

from oob.cli.naming import target_argument
from oob.cli.options import Settings, common
from oob.cli.target import reach, target_options
from oob.errors import DeviceError


@click.command("paste")
@common
@target_options
@target_argument
@click.argument("file", type=click.File("r"))
def command(settings: Settings, target: str, file: TextIO, **options: Any) -> int:
    """Enter configuration mode on TARGET, paste the lines of FILE (- for standard input), and leave it again.

    Lines whose echo is missing or wrong are sent again, with their section. Lines that the device refuses are listed
    with its answer, and the exit code is 8.
    """
    lines = file.read().splitlines()
    with reach(settings, target, **options).open() as device:
        pasted = device.paste(lines)
    document = {
        "lines": pasted.lines,
        "resent": pasted.resent,
        "errors": [{"line": error.line, "text": error.text, "answer": error.answer} for error in pasted.errors],
        "garbled": list(pasted.garbled),
        "notices": list(pasted.notices),
        "seconds": round(pasted.seconds, 3),
    }
    text = [f"{pasted.lines} lines, {pasted.resent} sent again, {len(pasted.errors)} refused, {pasted.seconds:.1f} s"]
    text += [f"line {error.line}: {error.text!r}: {' '.join(error.answer.split())}" for error in pasted.errors]
    text += [f"taken by the device in a garbled form before it was sent again: {line!r}" for line in pasted.garbled]
    settings.answer(document, "\n".join(text))
    return DeviceError.exit_code if pasted.errors else 0
