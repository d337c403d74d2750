"""Messages of console servers that a line is in use: a line of text before they hang up."""

from __future__ import annotations

import re
from typing import Final

from oob.wire.telnet import TelnetCodec

GREETING_SIZE: Final = 400  # longer than any such line; a server that has said more than this was not busy

# ser2net: "Port already in use". The others are wordings of menus, wrappers and appliances.
_BUSY: Final = re.compile(
    rb"[ -~]*\b(already in use|(in|being|currently) use[d]? by"
    rb"|(port|line|device|console)( \S+)? (is )?(busy|in use|occupied|locked)|is busy)\b[ -~]*",
    re.IGNORECASE,
)


def busy_text(greeting: bytes) -> str:
    """Return what a server that hung up after *greeting* said of being busy, "" where it said no such thing."""
    if len(greeting) > GREETING_SIZE:
        return ""
    found = _BUSY.search(TelnetCodec().feed(greeting)[0])
    return found[0].decode("ascii").strip() if found else ""


def is_wordless(greeting: bytes) -> bool:
    """Tell whether *greeting* is nothing but negotiation."""
    return not TelnetCodec().feed(greeting)[0]
