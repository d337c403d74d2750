"""A file of lines that another process is writing: each whole line is read once."""

from __future__ import annotations

from pathlib import Path


class GrowingFile:
    """The file *path*, read from the byte *place* on."""

    def __init__(self, path: Path, place: int = 0) -> None:
        self.path = path
        self._place = place

    def lines(self, most: int = -1) -> list[bytes]:
        """Return the lines that were finished since the last call, of *most* bytes at once; raises OSError."""
        with open(self.path, "rb") as file:
            file.seek(self._place)
            data = file.read(most)
        whole = data[: data.rfind(b"\n") + 1]
        self._place += len(whole)
        return whole.split(b"\n")[:-1]
