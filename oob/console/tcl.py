"""A file on a device, written by Tcl commands in which no character of the file has a meaning.

Each command is whole in one line, so that none is ever open at the end of a line, and every one stands for itself:
where an earlier one was lost, the others fail. Tcl reads letters, digits and a few marks for themselves in quotes;
everything else is written as the three octal digits of its byte, which every Tcl since 8.0 understands, and which no
line editor takes for a key. See docs/decisions/0083-text-through-tcl.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# How Tcl answers when it did as told: the name of the channel, and what `catch` returns.
SUCCEEDED = re.compile(r"file\w+|[01]")
LONGEST = 110  # of a command: less than a small receive buffer holds, and than any CLI takes as one line
SHORTEST = 40
NEWLINE = rb"\n"
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -_./:,=+@")
_BYTES = tuple(bytes([byte]) if byte in _PLAIN else b"\\%03o" % byte for byte in range(256))
_TOKENS = (*_BYTES[:0x0A], NEWLINE, *_BYTES[0x0B:])


def commands_to_write(path: str, content: bytes, *, longest: int = LONGEST) -> tuple[str, ...]:
    """Return the Tcl commands, a line each and at most *longest* characters long, that write *content* to *path*."""
    return (
        f"set f [open {_quoted(path.encode())} w]",
        'catch "fconfigure $f -translation binary"',
        *(_put(piece) for piece in _pieces(content, max(longest, SHORTEST) - len(_put([])))),
        "close $f",
    )


def _quoted(data: bytes) -> str:
    return f'"{b"".join(_TOKENS[byte] for byte in data).decode()}"'


def _put(tokens: Iterable[bytes]) -> str:
    return f'puts -nonewline $f "{b"".join(tokens).decode()}"'


def _pieces(content: bytes, room: int) -> Iterator[list[bytes]]:
    """Split *content* into pieces whose tokens fill *room* characters at most."""
    piece: list[bytes] = []
    size = 0
    for byte in content:
        token = _TOKENS[byte]
        if size + len(token) > room:
            yield piece
            piece, size = [], 0
        piece.append(token)
        size += len(token)
    if piece:
        yield piece
