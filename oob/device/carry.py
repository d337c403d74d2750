"""A text in the form in which it crosses the console: as it stands, or with every character of it made harmless."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence

from oob.console import tcl
from oob.console.typeable import check_lines, check_typeable
from oob.device.values import Values
from oob.profile.model import Keys, Step

# What only an encoded text can bring: TAB, and the bytes that are not UTF-8, as they are read from a file.
ENCODED_ONLY = frozenset(["\t", *(chr(code) for code in range(0xDC80, 0xDD00))])
WIDTH = 76  # characters of base64 in a line, as `base64` prints it


def check_carriable(step: Step, lines: Sequence[str], keys: Keys) -> None:
    """Raise UntypeableText where *step* cannot bring one of *lines* to a device with these *keys*."""
    if step.is_encoded or step.opens:
        _check_characters(step, lines)
    else:
        check_lines(lines, keys)


def carried(step: Step, lines: Sequence[str], values: Values) -> tuple[str, ...]:
    """Return the lines that are typed to bring *lines* with *step*; raises UntypeableText."""
    _check_characters(step, lines)
    if step.tcl_file:
        return tcl.commands_to_write(values.fill(step.tcl_file), _content(lines)) if lines else ()
    if step.packed:
        return _packed(_content(lines))
    return tuple(lines)


def _check_characters(step: Step, lines: Sequence[str]) -> None:
    """Refuse control characters; a tab can be brought in an encoded text, and so can bytes that are not UTF-8."""
    encoded = ("".join(" " if character in ENCODED_ONLY else character for character in line) for line in lines)
    check_typeable(encoded if step.is_encoded else lines)


def _content(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


def _packed(content: bytes) -> tuple[str, ...]:
    text = base64.b64encode(gzip.compress(content, mtime=0)).decode()
    return tuple(text[start : start + WIDTH] for start in range(0, len(text), WIDTH))
