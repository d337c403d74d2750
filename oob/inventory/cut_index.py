"""The places of the entries of a large inventory file, kept beside the inventory under the hash of the file's content.

An index of another content, or changed by hand, is not used: the file is cut again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from oob import durable

LARGE: Final = 200_000  # characters; a smaller file is cut as fast as an index is read
_FORMAT: Final = "oob cut 1"

Cut = list[tuple[str, int, int, int, str]]  # name, start, end, line, fault


class CutIndex:
    """The index of one inventory file, in the file *path*."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._is_worth_it = len(text) >= LARGE
        self._digest = hashlib.sha256(text.encode()).hexdigest() if self._is_worth_it else ""

    def read(self) -> Cut | None:
        """Return where the entries begin, None where no index of just this content is there."""
        if not self._is_worth_it:
            return None
        try:
            head, _, body = durable.read_file(self._path).partition(b"\n")
            if head.decode() != self._head(body):
                return None
            cut: Cut = json.loads(body)  # as it was written, by the hash over it
            return cut
        except (OSError, ValueError, TypeError):
            return None

    def write(self, cut: Iterable[tuple[str, int, int, int, str]]) -> None:
        """Keep where the entries begin; a disk that does not take it costs time alone."""
        if not self._is_worth_it:
            return
        body = json.dumps(list(cut), separators=(",", ":")).encode()
        with suppress(OSError):
            durable.create_folder(self._path.parent)
            durable.replace_file(self._path, f"{self._head(body)}\n".encode() + body)

    def _head(self, body: bytes) -> str:
        return f"{_FORMAT} {self._digest} {hashlib.sha256(body).hexdigest()}"
