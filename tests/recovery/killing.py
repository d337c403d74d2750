"""Recoveries that are killed with SIGKILL at a chosen journal line, and resumed by another operator.

Run as a program it lets one recovery finish undisturbed, then kills others at every so many moments, each in a lab of
its own, and prints the results, one JSON line a moment.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from oob.backup.difference import unapplied
from oob.inventory.home import Home
from oob.lab.control import lab_up
from oob.profile.store import load
from oob.recovery.api import recover, resume
from oob.recovery.context import RunOptions
from oob.recovery.record.journal import Journal, JournalEntry
from tests.recovery.conftest import BROKEN, Site, topology, with_baselines

QUICK = RunOptions(converge=20.0, reopen=30.0)
DECISIVE = {"edge1": "> configure replace", "core1": "> commit confirmed"}


@dataclass(frozen=True)
class Point:
    """Where a run is killed: right `before` journal line *line* is written, or right `after`."""

    when: str
    line: int


@dataclass(frozen=True)
class Found:
    """The result of one run: *typed* is how often a decisive command was sent in all, *undisturbed* how often it is in
    a run that is not killed."""

    when: str
    line: int
    event: str
    exit_code: int
    typed: int
    undisturbed: int
    armed: bool
    differing: int


def killed(site: Site, name: str, point: Point) -> str:
    """Recover *name* in a process that is killed at *point*; return the event of the line it was killed at."""
    child = os.fork()
    if child == 0:
        try:
            _die_at(point)
            recover(site.entry(name), site.means(), QUICK)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the run ended before {point}"
    assert os.WTERMSIG(status) == signal.SIGKILL
    return (site.home.path / "killed").read_text()


def _die_at(point: Point) -> None:
    written = Journal.write

    def write(self: Journal, event: str, *arguments: Any, **options: Any) -> JournalEntry:
        line = self._last.sequence + 1 if self._last else 1
        if line == point.line:
            (self.location.parents[2] / "killed").write_text(event)
        if (point.when, point.line) == ("before", line):
            os.kill(os.getpid(), signal.SIGKILL)
        entry = written(self, event, *arguments, **options)
        if (point.when, point.line) == ("after", line):
            os.kill(os.getpid(), signal.SIGKILL)
        return entry

    Journal.write = write  # type: ignore[method-assign]  # only in the child that is about to die


def resumed(site: Site, name: str, point: Point, event: str, undisturbed: int) -> Found:
    """Resume the killed run, as another operator over the other path, and return the state of the device."""
    entry = site.entry(name)
    entry = replace(entry, paths=tuple(reversed(entry.paths)))
    means = site.means("bob")
    runs = sorted(site.home.runs.iterdir())
    is_begun = bool(runs) and bool(site.journal(runs[-1].name).entries)
    outcome = resume(runs[-1].name, entry, means) if is_begun else recover(entry, means, QUICK)
    baseline = site.baseline(name)
    volatile = load(baseline.manifest.platform).configuration.volatile  # type: ignore[union-attr]  # both have one
    with site.open(name) as device:
        return Found(
            when=point.when,
            line=point.line,
            event=event,
            exit_code=outcome.exit_code,
            typed=typed(site.home, name),
            undisturbed=undisturbed,
            armed=device.timer_owner() is not None,
            differing=len(unapplied(baseline.configuration, device.configuration(), volatile)),
        )


def typed(home: Home, name: str) -> int:
    """Return how often a decisive command was sent, by all that was written down of the consoles."""
    return sum(
        line.partition(" ")[2].startswith(DECISIVE[name])
        for log in home.runs.glob("*/console-*.log")
        for line in log.read_text().splitlines()
    )


def stage(site: Site, scene: str) -> str:
    """Break the router of *scene* and return its name; in a `-twice` scene the newest checkpoint is broken too."""
    name, _, twice = scene.partition("-")
    if not twice:
        site.broken(name)
    elif name == "edge1":
        with site.open(name) as device:
            device.run("archive config")
            device.paste(BROKEN[name])
            device.run("archive config")
    else:
        site.broken(name)
        site.type(name, ["set system domain-name branch.example.net", "commit"])
    return name


def points(entries: Iterable[JournalEntry]) -> Iterator[Point]:
    """Give the moments between two acts: each line that is not written yet, and each intent that is not acted on."""
    for entry in entries:
        yield Point("before", entry.sequence)
        if entry.event.endswith(".started"):
            yield Point("after", entry.sequence)


def main(scene: str, first: int, step: int) -> None:
    """Print what was found at every *step*-th moment from the *first* on."""
    with fresh(scene) as (site, name):
        run = recover(site.entry(name), site.means(), QUICK).run
        count = typed(site.home, name)
        moments = list(points(site.journal(run).entries))
    for point in moments[first::step]:
        with fresh(scene) as (site, name):
            print(json.dumps(vars(resumed(site, name, point, killed(site, name, point), count))), flush=True)


@contextmanager
def fresh(scene: str) -> Iterator[tuple[Site, str]]:
    """Give a lab with the router of *scene* broken, and its name.

    No lab serves twice: a recovery leaves checkpoints behind, with which the next one takes another way.
    """
    name = scene.partition("-")[0]
    with tempfile.TemporaryDirectory() as folder, lab_up(Path(folder) / "lab", topology(), owned=True) as lab:
        site = with_baselines(lab, Home(Path(folder) / "home"), (name,))
        stage(site, scene)
        yield site, name


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
