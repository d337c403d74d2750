"""The configuration database: the active configuration, the candidate, 50 rollback files, rescue, and who edits."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from oob.lab.nos.junos.parse import Loader
from oob.lab.nos.junos.render import curly
from oob.lab.nos.junos.tree import Statement

KEPT = 50  # the active configuration and 49 before it
STAMP = "%Y-%m-%d %H:%M:%S UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class JunosCommit:
    """One line of `show system commit`, and the configuration that it made active."""

    time: str
    user: str
    client: str = "cli"
    note: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Another user in configuration mode. *mode* is `shared`, `exclusive` or `private`."""

    user: str
    terminal: str = "p0"
    pid: int = 4681
    since: str = ""
    mode: str = "shared"

    def __str__(self) -> str:
        mode = f"{self.mode} " if self.mode != "shared" else ""
        return f"  {self.user} terminal {self.terminal} (pid {self.pid}) on since {self.since}\n      {mode}[edit]\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A commit that reverts unless confirmed; *deadline* is seconds since 1970."""

    minutes: int
    deadline: float


@dataclass(slots=True, kw_only=True)
class _Files:
    """The configuration files of Junos: four in /config, the older files in /var/db/config."""

    root: Path
    names: list[Path] = field(default_factory=list)

    def rollback(self, number: int) -> Path:
        suffix = f".{number}" if number else ""
        folder = "config" if number < 4 else "var/db/config"
        return self.root / folder / f"juniper.conf{suffix}.gz"

    @property
    def rescue(self) -> Path:
        return self.root / "config" / "rescue.conf.gz"

    @property
    def log(self) -> Path:
        return self.root / "var" / "db" / "commits.json"


class Database:
    """Keeps every committed configuration in files below *folder*, so that it outlives a power cut."""

    def __init__(self, folder: Path, now: Callable[[], datetime], factory: str) -> None:
        self._files = _Files(root=folder)
        self._now = now
        self.commits: list[JunosCommit] = []
        self.pending: Pending | None = None
        self.others: list[Editor] = []
        self.active = Statement.empty()
        if not self._files.rollback(0).exists():
            self._install(factory)
        self._read()
        self.candidate = self.active.copy()

    @property
    def is_modified(self) -> bool:
        """Tell whether the shared candidate holds uncommitted changes."""
        return self.candidate != self.active

    @property
    def lock(self) -> Editor | None:
        """The other user who holds the database exclusively."""
        return next((editor for editor in self.others if editor.mode == "exclusive"), None)

    @property
    def text(self) -> str:
        """The active configuration with braces, as it is on the disk."""
        return text_of(self.active)

    def commit(self, tree: Statement, user: str, *, client: str = "cli", note: str = "", comment: str = "") -> None:
        """Make *tree* active and store the earlier configuration as rollback 1."""
        record = JunosCommit(time=self.stamp(), user=user, client=client, note=note, comment=comment)
        for number in range(min(len(self.commits), KEPT - 1), 0, -1):
            self._files.rollback(number).parent.mkdir(parents=True, exist_ok=True)
            self._files.rollback(number - 1).replace(self._files.rollback(number))
        self.commits = [record, *self.commits][:KEPT]
        self.active = tree.copy()
        _write(self._files.rollback(0), self.header() + self.text)
        self._save()

    def arm(self, pending: Pending | None) -> None:
        """Remember (or forget) that the newest commit waits to be confirmed."""
        self.pending = pending
        self._save()

    def rollback(self, number: int) -> str | None:
        """Return the text of a rollback file; None without one of that number."""
        path = self._files.rollback(number)
        return _read(path) if number < len(self.commits) and path.exists() else None

    def rescue(self) -> str | None:
        """Return the rescue configuration, or None."""
        return _read(self._files.rescue) if self._files.rescue.exists() else None

    def save_rescue(self) -> None:
        """Save the active configuration as the rescue configuration."""
        _write(self._files.rescue, self.header() + self.text)

    def delete_rescue(self) -> None:
        """Delete the rescue configuration."""
        self._files.rescue.unlink(missing_ok=True)

    def header(self) -> str:
        """Return the line above a configuration that says who committed it when."""
        newest = self.commits[0]
        return f"## Last commit: {newest.time} by {newest.user}\n"

    def stamp(self) -> str:
        """Return the time as Junos writes it."""
        return self._now().strftime(STAMP)

    def _install(self, factory: str) -> None:
        tree = Statement.empty()
        Loader(tree, "factory").read(factory)
        self.commit(tree, "root", client="other")

    def _read(self) -> None:
        known = json.loads(self._files.log.read_text("utf-8"))
        self.commits = [JunosCommit(**entry) for entry in known["commits"]]
        self.pending = Pending(**known["pending"]) if known["pending"] else None
        Loader(self.active, "juniper.conf").read(self.rollback(0) or "")

    def _save(self) -> None:
        known = {
            "commits": [asdict(entry) for entry in self.commits],
            "pending": asdict(self.pending) if self.pending else None,
        }
        self._files.log.parent.mkdir(parents=True, exist_ok=True)
        self._files.log.write_text(json.dumps(known, indent=1), "utf-8")


def text_of(tree: Statement) -> str:
    """Return a configuration with braces."""
    return "".join(f"{line}\n" for line in curly(tree))


def parsed(text: str) -> Statement:
    """Return the tree of a configuration that Junos wrote itself."""
    tree = Statement.empty()
    Loader(tree, "file").read(text)
    return tree


def seconds(moment: datetime) -> float:
    """Return *moment* as seconds since 1970."""
    return moment.astimezone(UTC).timestamp()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def _read(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode()
