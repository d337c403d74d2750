"""Lines whose columns are separated by colons, one of which may hold an address of IPv6."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Sequence

LONGEST = 9  # parts: seven groups behind a `::`


def together(fields: Sequence[str], at: int, rank: Callable[[list[str]], tuple[bool, ...]]) -> list[str]:
    """Return *fields* with the address that begins in column *at* in one piece; as they are where none begins there.

    An address ends where a group of digits may also be the next column: the reading that *rank* thinks most of counts,
    and none where it answers with nothing. Raises ValueError where two are as good as each other.
    """
    readings = sorted(((rank(each), each) for each in _readings(fields, at) if rank(each)), reverse=True)
    if not readings:
        return list(fields)
    if len(readings) > 1 and readings[0][0] == readings[1][0]:
        raise ValueError("it cannot be told where the address of IPv6 ends: separate the columns with something else")
    return readings[0][1]


def begins(fields: Sequence[str], at: int) -> bool:
    """Tell whether an address begins in column *at*, and there is another column behind it."""
    return any(len(reading) > at + 1 for reading in _readings(fields, at))


def _readings(fields: Sequence[str], at: int) -> Iterator[list[str]]:
    for end in range(at + 3, min(at + LONGEST, len(fields)) + 1):
        address = ":".join(fields[at:end])
        if is_address(address):
            yield [*fields[:at], address, *fields[end:]]


def is_address(text: str) -> bool:
    """Tell whether *text* is an address of IPv6."""
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True
