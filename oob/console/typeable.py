"""Lines that can be typed: a control character is a key, and acts on the device before anything is checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from oob.errors import UntypeableText

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
KEYS = {0x09: "TAB", 0x0A: "a line end", 0x0D: "a line end", 0x1B: "ESC", 0x7F: "DEL"}
SHOWN = 2  # words of a line that are named: more could hold a secret


def check_typeable(lines: Iterable[str], what: str = "line") -> None:
    """Raise UntypeableText where one of *lines* holds a control character, or cannot be written in UTF-8."""
    for number, line in enumerate(lines, 1):
        if match := CONTROL.search(line):
            reason = f"holds {key_name(match[0])} at column {match.start() + 1}, which the device would take for a key"
        elif not _is_encodable(line):
            reason = "holds half a character, which has no bytes"
        else:
            continue
        begins = " ".join(CONTROL.sub(" ", line).encode(errors="replace").decode().split()[:SHOWN])
        raise UntypeableText(f"{what} {number} ({begins!r} ...) {reason}; nothing was typed", line=number)


def key_name(character: str) -> str:
    """Return how a person calls the control *character*."""
    code = ord(character)
    if code >= 0x80:
        return f"the control character U+{code:04X}"
    return f"{KEYS.get(code) or f'Ctrl-{chr(code + 64)}'} (0x{code:02x})"


def _is_encodable(line: str) -> bool:
    return line.isascii() or all(unicodedata.category(character) != "Cs" for character in line)
