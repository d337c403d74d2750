"""The runs of a home, followed through their journals: read only, so that no run ever waits for who looks at it."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from oob.inventory.home import Home
from oob.recovery.record.journal import NAME
from oob.recovery.record.lease import holders
from oob.report.followed import FollowedRun
from oob.web.casts import of_consoles
from oob.web.fleets import Fleets

NEWEST = 100  # runs of the overview; `oob runs` lists all


class Runs:
    """All runs of *home*; `look` is called again and again, from one thread."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._runs: dict[str, FollowedRun] = {}
        self._fleets = Fleets(home)

    def find(self, name: str) -> FollowedRun | None:
        """Return the run *name*, None where it cannot be shown."""
        found = self._runs.get(name)
        return found if found and found.incident else None

    def folder(self, name: str) -> Path | None:
        """Return the folder of the run *name* as it is on the disk now, None without one."""
        folder = self.home.runs / name
        return folder if Path(name).name == name and (folder / NAME).is_file() else None

    def look(self) -> list[str]:
        """Read the new lines of all journals, and return the names of the runs that changed."""
        self._fleets.look()
        try:
            with os.scandir(self.home.runs) as entries:
                names = sorted((entry.name for entry in entries if entry.is_dir()), reverse=True)[:NEWEST]
        except OSError:
            return []
        for name in names:
            if name not in self._runs and (self.home.runs / name / NAME).exists():
                self._runs[name] = FollowedRun(self.home.runs / name)
        for name in set(self._runs) - set(names):
            del self._runs[name]
        return [name for name, run in self._runs.items() if run.look()]

    def overview(self, utc: datetime) -> dict[str, Any]:
        """Return the state of the overview at the time *utc*: the bands of the newest runs, and who is on a console."""
        bands = {name: run.incident.band(utc) for name, run in sorted(self._runs.items(), reverse=True) if run.incident}
        names = [path.stem for path in of_consoles(self.home)]
        return {"runs": bands, "consoles": self.consoles(), "transcripts": names, "fleets": self._fleets.page()}

    def consoles(self) -> dict[str, dict[str, Any]]:
        """Return who holds which console, by the name of the device's lease."""
        shown = ("operator", "host", "run", "since")
        return {
            name: {key: value for key, value in asdict(holder).items() if key in shown}
            for name, holder in holders(self.home.leases)
        }
