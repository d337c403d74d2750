"""The transcripts of one session: one for each path that it was opened over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from oob import durable
from oob.console.transcript import Transcript
from oob.naming import folder_name
from oob.secret.masking import Masker


class Transcripts:
    """Begins a transcript for each path that a session is opened over, `STEM-1` and so on in *folder*."""

    def __init__(self, folder: Path, stem: str, masker: Masker) -> None:
        self.folder = folder
        self.stem = stem
        self.masker = masker

    @classmethod
    def of(cls, folder: Path, device: str, masker: Masker) -> Transcripts:
        """Return the transcripts of a session with *device* that belongs to no run."""
        return cls(folder, f"{folder_name(device)}-{datetime.now(UTC):%Y%m%d-%H%M%S-%fZ}", masker)

    def begin(self, title: str) -> Transcript:
        """Return a new transcript; raises OSError where the disk does not take it."""
        durable.create_folder(self.folder)
        number = len(list(self.folder.glob(f"{self.stem}-*.log"))) + 1
        return Transcript(self.folder, f"{self.stem}-{number}", self.masker, title=title)
