"""A text in the form in which it crosses the console: as it stands, or with every character of it made harmless."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence

from oob.console import tcl
from oob.console.typeable import check_typeable
from oob.device.values import Values
from oob.profile.model import Step

WIDTH = 76  # characters of base64 in a line, as `base64` prints it


def check_carriable(step: Step, lines: Sequence[str]) -> None:
    """Raise UntypeableText where *step* must not bring one of *lines*; a tab can be brought in an encoded text."""
    check_typeable(line.replace("\t", " ") if step.is_encoded else line for line in lines)


def carried(step: Step, lines: Sequence[str], values: Values) -> tuple[str, ...]:
    """Return the lines that are typed to bring *lines* with *step*; raises UntypeableText."""
    check_carriable(step, lines)
    if step.tcl_file:
        return tcl.commands_to_write(values.fill(step.tcl_file), _content(lines)) if lines else ()
    if step.packed:
        return _packed(_content(lines))
    return tuple(lines)


def _content(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _packed(content: bytes) -> tuple[str, ...]:
    text = base64.b64encode(gzip.compress(content, mtime=0)).decode()
    return tuple(text[start : start + WIDTH] for start in range(0, len(text), WIDTH))
