"""The text that a person would see: the control characters of consoles applied to bytes, and bytes as text."""

from __future__ import annotations

import re

ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|[=>78DEHM])")
NEWLINE = re.compile(rb"(?<!\r)\r*\n")  # each run of returns is looked at once, however long
DROPPED = dict.fromkeys(b"\x00\x07\x0e\x0f\x7f")
SCROLLED = re.compile(rb"\x08{8,}\$")
EDITING = re.compile(rb"[\x00\x07\x08\x0e\x0f\x1b\x7f]|(?<!\r)\r++(?!\n)")
CONTROLS = b"\x00\x07\x08\x0e\x0f\x1b\x7f"  # what EDITING finds besides returns


def plain(data: bytes) -> bytes:
    """Return *data* with line editing applied and lines ended by `\\n` alone."""
    if _is_simple(data):
        return data.replace(b"\r\n", b"\n")
    if not EDITING.search(data):
        return NEWLINE.sub(b"\n", data)
    data = ESCAPES.sub(b"", data)
    lines = NEWLINE.sub(b"\n", data).split(b"\n")
    return b"\n".join(_line(line) if EDITING.search(line) else line for line in lines)


def _is_simple(data: bytes) -> bool:
    """Tell quickly whether *data* holds nothing but text and lines that end in `\\n` or `\\r\\n`: most of it does."""
    is_text = len(data.translate(None, CONTROLS)) == len(data)
    return is_text and data.count(b"\r") == data.count(b"\r\n") and b"\r\r" not in data


def _unscrolled(line: bytes) -> bytes:
    """Return all of a *line* that an editor has scrolled sideways: `$` stands for what it does not show.

    It draws the line anew with the end of the typed line, and at a return once more with the beginning.
    """
    whole = b""
    for text, back in re.findall(rb"([^\x08]*)(\x08*)", line):
        shown = text[: len(text) - len(back)] if back and text.endswith(b" " * len(back)) else text
        if shown.startswith(b"$"):
            end = shown[1:]
            overlap = next((size for size in range(len(end), 0, -1) if whole.endswith(end[:size])), 0)
            whole += end[overlap:]
        elif not (shown.endswith(b"$") and shown[:-1] in whole):
            whole += shown
    return whole


def _line(line: bytes) -> bytes:
    """Move the cursor through one line: backspace and return go back, what follows overwrites."""
    if SCROLLED.search(line):
        line = _unscrolled(line)
    cells = bytearray()
    column = 0
    for byte in line.translate(None, bytes(DROPPED)):
        if byte == 0x08:
            column = max(0, column - 1)
        elif byte == 0x0D:
            column = 0
        elif column < len(cells):
            cells[column] = byte
            column += 1
        else:
            cells.append(byte)
            column += 1
    # What an erasing device leaves is blanks up to where the cursor was.
    if b"\x08" in line or b"\r" in line:
        return bytes(cells[:column]) + (bytes(cells[column:]) if bytes(cells[column:]).strip() else b"")
    return bytes(cells)


def last_line(data: bytes | bytearray) -> bytes:
    """Return what stands after the last newline, as received."""
    return bytes(data[data.rfind(b"\n") + 1 :])


def decode(data: bytes) -> str:
    """Return *data* as text: UTF-8 where it is that, else one character a byte, so that nothing is lost."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
