"""The manifest of a backup: what it is of, when and how it was read, and a hash of each file and of itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

from oob.errors import BackupError

NAME = "manifest.json"
FORMAT = 1
SNAPSHOT = "the state before run "  # and its id: the reason of a snapshot of the broken state


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMark:
    """The proof that a file is unchanged since it was written."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything about a backup that is not in its other files. Times are UTC, `YYYY-MM-DDTHH:MM:SSZ`.

    *routes* is the number of routes, None where the table was not read. *complete_start* and *complete_end* are the
    patterns that the configuration satisfied when it was taken for whole. *verified* says how each part was verified,
    and leaves out the parts of which no two readings agreed; it is None in a backup of an oob before 0.2. *found_by* is
    the run that took it as a snapshot of the broken state; it is empty for every other backup.
    """

    id: str
    device: str
    platform: str
    hostname: str = ""
    serial: str = ""
    version: str = ""
    path: str = ""
    change: str = ""
    reason: str = ""
    known_good: bool = False
    marked_by: str = ""
    marked_at: str = ""
    routes: int | None = None
    complete_start: str = ""
    complete_end: str = ""
    started: str = ""
    finished: str = ""
    tool: str = ""
    verified: Mapping[str, str] | None = None
    found_by: str = ""
    files: Mapping[str, FileMark]
    format: int = FORMAT

    @property
    def contents_sha256(self) -> str:
        """The hash over the names and hashes of all files of the backup; a mark as known-good does not change it."""
        return _hash({name: asdict(mark) for name, mark in sorted(self.files.items())})

    @property
    def finder(self) -> str:
        """The run that found this state broken and kept it, empty for a backup that was taken; oob 0.1 said it so."""
        of_old = self.reason.removeprefix(SNAPSHOT)
        return self.found_by or (of_old if of_old != self.reason else "")

    @property
    def unverified(self) -> tuple[str, ...]:
        """The parts of which no readings agreed; none where nothing is said of it."""
        if self.verified is None:
            return ()
        parts = {
            "facts": True,
            "configuration": True,
            "routes": self.routes is not None,
            "neighbours": "neighbours.txt" in self.files,
        }
        return tuple(part for part, is_there in parts.items() if is_there and part not in self.verified)

    @property
    def doubt(self) -> str:
        """A warning about how the backup was read, "" where all of it was verified."""
        if self.verified is None:
            return f"backup {self.id} was taken by {self.tool or 'an older oob'}, which did not verify what it read"
        if self.unverified:
            return f"backup {self.id}: no two readings agreed of {', '.join(self.unverified)}"
        return ""

    def render(self) -> bytes:
        """Return the file's bytes; they end with the hash over all that stands before it."""
        content = self._content()
        return _dump({**content, "sha256": _hash(content)})

    def _content(self) -> dict[str, object]:
        """Return the document to write: a field unknown to the oob that wrote it is not added."""
        later = {"verified": self.verified is None, "found_by": not self.found_by}
        return {name: value for name, value in asdict(self).items() if not later.get(name)}

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Return the manifest in *data*; raises BackupError where a byte of it is not as it was rendered."""
        try:
            content = json.loads(data)
            own_hash = content.pop("sha256")
            is_whole = _is_whole(data, own_hash)
            files = {name: FileMark(**mark) for name, mark in content.pop("files").items()}
            manifest = cls(**content, files=files)
        except (ValueError, RecursionError) as error:
            raise BackupError(f"{NAME} is damaged: not readable as JSON") from error
        except (TypeError, KeyError, AttributeError) as error:
            raise BackupError(f"{NAME} is damaged: keys or values are not those of a manifest") from error
        if manifest.format != FORMAT:
            raise BackupError(f"{NAME} has format {manifest.format}, this oob reads {FORMAT}")
        if not is_whole:
            raise BackupError(f"{NAME} has been edited: its own hash does not match")
        if any(not isinstance(getattr(manifest, field.name), str) for field in fields(cls) if field.type == "str"):
            raise BackupError(f"{NAME} is damaged: a value that should be text is not")
        if manifest.verified is not None and not _is_text(manifest.verified):
            raise BackupError(f"{NAME} is damaged: it does not say in words how the backup was verified")
        return manifest


def _is_whole(data: bytes, own_hash: object) -> bool:
    """Tell whether *data* ends with the hash over what stands before it, byte for byte as `render` puts it there."""
    end = f',\n  "sha256": "{own_hash}"\n}}\n'.encode()
    return data.endswith(end) and hashlib.sha256(data[: -len(end)] + b"\n}\n").hexdigest() == own_hash


def mark(data: bytes) -> FileMark:
    """Return the size and SHA-256 of *data*."""
    return FileMark(size=len(data), sha256=hashlib.sha256(data).hexdigest())


def utc(moment: datetime) -> str:
    """Return *moment* as manifests write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_text(verified: object) -> bool:
    return isinstance(verified, dict) and all(isinstance(how, str) for how in verified.values())


def _hash(content: Mapping[str, object]) -> str:
    return hashlib.sha256(_dump(content)).hexdigest()


def _dump(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, indent=2) + "\n").encode()
