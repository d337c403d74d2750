"""The files of a router, in one folder: flash, and the start-up configuration in NVRAM."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

CAPACITY = 6_442_450_944
_NVRAM = "nvram"
_NAME = re.compile(r"(?:(flash|bootflash|nvram|unix|disk0):)?/*(.*)")


class Flash:
    """Finds files by the names that commands use: `flash:a`, `bootflash:/a`, `nvram:startup-config`, or just `a`."""

    def __init__(self, folder: Path) -> None:
        self._flash = folder / "flash"
        self._nvram = folder / _NVRAM
        self._flash.mkdir(parents=True, exist_ok=True)
        self._nvram.mkdir(parents=True, exist_ok=True)

    def read(self, url: str) -> bytes | None:
        """Return the content of a file, None without that file."""
        path = self._path(url)
        return path.read_bytes() if path is not None and path.is_file() else None

    def write(self, url: str, data: bytes) -> None:
        """Make or replace a file."""
        path = self._path(url)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def delete(self, url: str) -> bool:
        """Remove a file; return False when it does not exist."""
        path = self._path(url)
        if path is None or not path.is_file():
            return False
        path.unlink()
        return True

    def can_hold(self, url: str) -> bool:
        """Tell whether *url* names something that could be a file here."""
        return self._path(url) is not None

    def files(self) -> Iterator[tuple[str, int, datetime]]:
        """Give name, size and date of each file on flash."""
        for path in sorted(self._flash.rglob("*")):
            if path.is_file():
                status = path.stat()
                yield str(path.relative_to(self._flash)), status.st_size, datetime.fromtimestamp(status.st_mtime, UTC)

    def free(self) -> int:
        """Return the bytes that are left."""
        return max(0, CAPACITY - sum(size for _, size, _ in self.files()))

    def md5(self, url: str) -> str | None:
        """Return the MD5 of a file, None when it does not exist."""
        data = self.read(url)
        return hashlib.md5(data, usedforsecurity=False).hexdigest() if data is not None else None

    def _path(self, url: str) -> Path | None:
        found = _NAME.fullmatch(url)
        if found is None or not found[2] or ".." in found[2].split("/") or ":" in found[2]:
            return None
        return (self._nvram if found[1] == _NVRAM else self._flash) / found[2]
