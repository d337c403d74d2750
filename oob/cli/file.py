"""Text of a file or of standard input, however it is encoded."""

from __future__ import annotations

import codecs
import sys

import click

from oob.errors import UsageError

STDIN = "-"


def text_of(name: str) -> str:
    """Return the text in *name*, its ends of lines as they are: they show what a console overwrote."""
    if name == STDIN and sys.stdin is None:
        raise UsageError("standard input is closed")
    try:
        with click.open_file(name, "rb") as file:
            data = bytes(file.read())
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from error
    # Windows writes such marks, and PowerShell redirects into UTF-16.
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    encoding = next((marks[mark] for mark in marks if data.startswith(mark)), "utf-8")
    return data.decode(encoding, errors="replace")
