"""Recognises a password that is being typed, so that what is written down has it left out. Opens nothing."""

from __future__ import annotations

import re
from typing import Final

# A prompt that asks for a secret, at the end of what a device has said. `spine1>` asks for no PIN.
PROMPT: Final = re.compile(
    rb"(?<![a-z0-9])(?:passwor[dt]|passphrase|passcode|secret|pin)(?![a-z0-9])(?:[^\r\n>]{0,60}[:?]| ?>)\s*\Z",
    re.IGNORECASE,
)
_END: Final = re.compile(rb"[\r\n\x03\x04]")
_LOOKED_AT: Final = 160


class HiddenEntry:
    """Follows a conversation; what is typed at a prompt that asks for a secret is not to be shown until its end."""

    def __init__(self) -> None:
        self._seen = b""
        self.is_hiding = False

    def received(self, data: bytes) -> None:
        """Take what came from the device."""
        self._seen = (self._seen + data)[-_LOOKED_AT:]
        if not self.is_hiding or b"\n" in data:  # what is echoed for a password ends nothing
            self.is_hiding = bool(PROMPT.search(self._seen))

    def typed(self, data: bytes) -> bytes:
        """Return what may be written down of *data*, which goes to the device."""
        if not self.is_hiding:
            return data
        end = _END.search(data)
        if not end:
            return b""
        self.is_hiding = False
        self._seen = b""
        return data[end.start() :]
