"""Text from devices and files made safe to show: what a terminal would act on, or not show at all, becomes visible.

Each character is replaced by itself, so no sequence can be hidden inside another, and what comes out has none left.
"""

from __future__ import annotations

import re
from typing import Final

# C0 but tab and newline, DEL, C1; what is invisible or reorders the text around it (bidi, zero width, fillers, tags,
# variation selectors); halves of surrogate pairs, which stand for bytes that are not UTF-8.
_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_PLAIN: Final = bytes((*b"\t\n", *range(0x20, 0x7F)))
_LINE_END: Final = re.compile("\r+\n")


def printable(text: str) -> str:
    """Return *text* with unsafe characters as escapes (`\\x1b`); lines stay lines, and CR LF ends one."""
    if text.isascii() and not text.encode().translate(None, _PLAIN):
        return text  # megabytes of it in no time
    return _UNSAFE.sub(_escaped, _LINE_END.sub("\n", text))


def one_line(text: str) -> str:
    """Return *text* as `printable` does, on one line: nothing in it can pass for a line of ours."""
    return printable(" ".join(text.splitlines()) if "\n" in text or "\r" in text else text)


def printable_json(document: str) -> str:
    """Return a JSON *document* that means the same, with unsafe characters in its strings escaped."""
    return _UNSAFE.sub(_json_escaped, document)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00  # the byte that it stands for
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
