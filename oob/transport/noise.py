"""Takes out of a stream what the program or server in the middle says itself, such as `[halt sent]` after a BREAK."""

from __future__ import annotations


class Noise:
    """Removes each expected text once, wherever reads cut it."""

    def __init__(self) -> None:
        self._expected: list[bytes] = []
        self._held = b""  # what may be the beginning of the next one

    def expect(self, text: bytes) -> None:
        """Expect *text* to come next or later."""
        self._expected.append(text)

    def strip(self, data: bytes) -> bytes:
        """Return *data* without the next expected text; what may be its beginning is held back until more comes."""
        if not self._expected:
            return data
        text = self._expected[0]
        before, found, after = (self._held + data).partition(text)
        if found:
            self._expected.pop(0)
            self._held = b""
            return before + self.strip(after)
        begun = next(size for size in range(len(text), -1, -1) if before.endswith(text[:size]))
        self._held = text[:begun]
        return before[: len(before) - begun]
