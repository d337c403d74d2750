"""The list of all runs of a home: a row and the figures of each, derived from its journal and kept in the home's index.

A journal of yesterday is not read again: its times and size, and its lines in the index of runs, show that it is the
same. What resumes or reports a run reads its journal, never this.
"""

from __future__ import annotations

import json
import os
import zlib
from array import array
from collections.abc import Iterator
from typing import Any, Final

from oob.derived import DerivedFacts, Fact, marks_of
from oob.errors import OobError
from oob.inventory.home import Home
from oob.printable import one_line
from oob.recovery.record.anchor import Index
from oob.recovery.record.journal import MISSHAPEN, NAME
from oob.report.run_figures import RunFigures

ROWS: Final = "run rows 1"
FIGURES: Final = "run figures 1"
_WORTH: Final = 20  # runs; fewer are read as fast as an index


class RunListing:
    """The runs of *home*, newest first."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._index = DerivedFacts(home.path)
        self.unreadable: list[str] = []

    def rows(self) -> list[dict[str, Any]]:
        """Return a row of each run; an unreadable run is a row as well, and ends no other's."""
        return [json.loads(row) for row in self._listed(ROWS)]

    def figures(self) -> list[RunFigures]:
        """Return the figures of each run; the journals that could not be read are in `unreadable` afterwards."""
        return [RunFigures.parse(json.loads(row)) for row in self._listed(FIGURES)]

    def _listed(self, kind: str) -> Iterator[str]:
        runs = self._marks()
        is_worth_it = len(runs) >= _WORTH
        anchors = Index(self._home)
        known = self._index.read(kind) if is_worth_it else {}
        new: dict[str, dict[str, Fact]] = {ROWS: {}, FIGURES: {}}
        for run in sorted(runs, reverse=True):
            evidence = runs[run] and runs[run] + zlib.crc32(anchors.written(run)).to_bytes(4)
            fact = known.get(run)
            if fact and fact[0] == evidence:
                yield fact[1]
                continue
            texts = self._read(anchors, run)
            if is_worth_it and evidence and FIGURES in texts:
                for each, text in texts.items():
                    new[each][run] = (evidence, text)
            if kind in texts:
                yield texts[kind]
        if is_worth_it:
            self._index.keep(new, gone=known.keys() - runs.keys())

    def _marks(self) -> dict[str, bytes]:
        """Return the runs, and what shows for each that its journal is unchanged, b"" if nothing does."""
        try:
            folder = os.open(self._home.runs, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            return {}
        try:
            names = os.listdir(folder)
            marks = marks_of([f"{name}/{NAME}" for name in names], folder)
        finally:
            os.close(folder)
        found = {name: marks[4 * at : 4 * at + 4] for at, name in enumerate(names)}
        return {
            name: array("q", mark).tobytes() if any(mark) else b""
            for name, mark in found.items()
            if any(mark) or (self._home.runs / name / NAME).exists()
        }

    def _read(self, anchors: Index, run: str) -> dict[str, str]:
        """Return the texts of a run by their kind; without figures where its journal cannot be understood."""
        from oob.report.code import code, word  # only for a journal that is not known
        from oob.report.story import tell

        path = self._home.runs / run / NAME
        try:
            history = anchors.read(run)
            story = tell(history.entries, gap=history.damage)
            row = {
                "run": run,
                "device": story.device,
                "operator": story.operators[0],
                "state": word(history.entries),
                "seconds": story.card.seconds,
                "code": code(history.entries),
                "change": story.change,
                "reason": story.reason,
                "end": story.state,
                "damage": history.damage,
            }
            return {ROWS: json.dumps(row), FIGURES: json.dumps(RunFigures.of(story).as_json())}
        except MISSHAPEN as error:
            self.unreadable.append(str(path))
            damage = one_line(str(error)) if isinstance(error, OobError) else f"{path}: not a journal of oob"
            empty = dict.fromkeys(("device", "operator", "code", "change", "reason", "end"), "")
            return {ROWS: json.dumps({"run": run, **empty, "seconds": None, "state": "unreadable", "damage": damage})}
