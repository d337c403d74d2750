"""The files that a person on the router sees; they live below the router's folder in the lab."""

from __future__ import annotations

import gzip
from hashlib import md5, sha1, sha256
from pathlib import Path, PurePosixPath

_SUMS = {"md5": md5, "sha1": sha1, "sha-256": sha256}


class Files:
    """Reads and writes below *root*; no path leads out of it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        for folder in ("config", "var/tmp", "var/home", "var/log", "root"):
            (root / folder).mkdir(parents=True, exist_ok=True)

    def read(self, name: str) -> str | None:
        """Return the text of a file, decompressed where its name says so; None without one."""
        path = self._path(name)
        if not path.is_file():
            return None
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8", "replace")

    def write(self, name: str, text: str, *, more: bool = False) -> None:
        """Write a file, or add to its end."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if more else "w", encoding="utf-8") as file:
            file.write(text)

    def delete(self, name: str) -> bool:
        """Delete a file; False without one."""
        path = self._path(name)
        if not path.is_file():
            return False
        path.unlink()
        return True

    def names(self, folder: str) -> list[str] | None:
        """Return the names in *folder* (a `/` after folders), or None when it does not exist."""
        path = self._path(folder)
        if not path.is_dir():
            return None
        return sorted(entry.name + ("/" if entry.is_dir() else "") for entry in path.iterdir())

    def size(self) -> int:
        """Return how many bytes all files have together."""
        return sum(path.stat().st_size for path in self._root.rglob("*") if path.is_file())

    def checksum(self, kind: str, name: str) -> str | None:
        """Return the checksum of a file's bytes as they are stored."""
        path = self._path(name)
        return _SUMS[kind](path.read_bytes()).hexdigest() if path.is_file() else None

    def _path(self, name: str) -> Path:
        pure = PurePosixPath(name if name.startswith("/") else f"/var/tmp/{name}")
        return self._root.joinpath(*(part for part in pure.parts[1:] if part != ".."))
