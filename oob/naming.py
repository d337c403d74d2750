"""Names that become parts of paths: which are allowed, and the one function that makes a folder's or file's name."""

from __future__ import annotations

import unicodedata
from typing import Final
from urllib.parse import quote

from oob.errors import UsageError

LONGEST: Final = 200  # bytes; what file systems allow, less what oob puts behind a name
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def name_fault(name: str) -> str:
    """Return why *name* cannot be the name of a device, empty where it can."""
    if not name.strip():
        return "is empty"
    if name in (".", ".."):
        return "stands for a folder"
    if "/" in name or "\\" in name:
        return "contains a slash"
    if any(unicodedata.category(char) in _INVISIBLE for char in name):
        return "contains a control or invisible character"
    if name != name.strip():
        return "begins or ends with a blank"
    if len(_quoted(name)) > LONGEST:
        return f"is too long: {len(_quoted(name))} of at most {LONGEST} bytes"
    return ""


def folder_name(name: str) -> str:
    """Return *name* as one part of a path, less the characters that a path minds; no two names share one.

    It stays where it belongs whatever the name is: names of the command line and of channels come here, too. Raises
    UsageError where a name is empty or too long for a file system.
    """
    quoted = _quoted(name)
    if not name or len(quoted) > LONGEST:
        raise UsageError(f"{name[:40]!r}: this name {name_fault(name)}")
    return quoted


def collision_key(name: str) -> str:
    """Return what two names share that are one folder where a file system ignores case."""
    if name.isascii():  # the same, and fast for the tens of thousands of names of an inventory
        return name.lower()
    return unicodedata.normalize("NFC", name).casefold()


def _quoted(name: str) -> str:
    quoted = quote(name, safe=" @:+,=~()", errors="surrogateescape")
    return f"%2E{quoted[1:]}" if quoted.startswith(".") else quoted
