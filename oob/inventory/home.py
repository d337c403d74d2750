"""Where everything of one installation lies, so that a USB stick can be a whole one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from oob import durable
from oob.errors import UsageError


class Home:
    """A folder that holds all that oob reads and writes; made (mode 0700) when something is first written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def find(cls, given: str = "", environ: Mapping[str, str] = os.environ) -> Home:
        """Return the home that was *given*, else the home that `OOB_HOME` names, else `~/.oob`."""
        return cls(Path(given or environ.get("OOB_HOME") or "~/.oob").expanduser().absolute())

    def __repr__(self) -> str:
        return f"Home({str(self.path)!r})"

    @property
    def inventory(self) -> Path:
        """The folder of hosts.yaml, groups.yaml and defaults.yaml."""
        return self.path / "inventory"

    @property
    def secrets(self) -> Path:
        """The age-encrypted secrets file."""
        return self.path / "secrets.age"

    @property
    def backups(self) -> Path:
        """One folder per device, in it one per backup."""
        return self.path / "backups"

    @property
    def runs(self) -> Path:
        """One folder per run, with its journal."""
        return self.path / "runs"

    @property
    def fleets(self) -> Path:
        """One folder per recovery of a fleet, with its plan, its journal and its claims."""
        return self.path / "fleets"

    @property
    def index(self) -> Path:
        """The index of runs: how many lines each journal had, and the hash of the last."""
        return self.path / "runs.jsonl"

    @property
    def operator_key(self) -> Path:
        """The operator's Ed25519 key (PEM), where there is one: it signs the index of runs."""
        return self.path / "operator.pem"

    @property
    def templates(self) -> Path:
        """TextFSM templates of the home, with an `index`; they come before those of ntc-templates."""
        return self.path / "templates"

    @property
    def transcripts(self) -> Path:
        """Recordings of consoles that belong to no run."""
        return self.path / "transcripts"

    @property
    def known_hosts(self) -> Path:
        """The SSH host keys of console servers."""
        return self.path / "known_hosts"

    @property
    def programs(self) -> Path:
        """The programs that paths of the inventory may start."""
        return self.path / "programs.yaml"

    @property
    def budgets(self) -> Path:
        """One file per device with what its paths have used of their byte budgets."""
        return self.path / "budgets"

    @property
    def pastes(self) -> Path:
        """One file per device with what pastes have learnt of its paths."""
        return self.path / "pastes"

    @property
    def notify(self) -> Path:
        """Whom a recovery tells what it does."""
        return self.path / "notify.yaml"

    @property
    def results(self) -> Path:
        """One file per command with how it ended on each device."""
        return self.path / "results"

    @property
    def leases(self) -> Path:
        """One file per device with a run in progress."""
        return self.path / "leases"

    def create(self, folder: Path) -> Path:
        """Make *folder*, which lies below this home, and return it; raises UsageError where the disk says no."""
        try:
            durable.create_folder(folder)
        except OSError as error:
            raise UsageError(f"{folder}: cannot be made: {error.strerror}") from error
        return folder
