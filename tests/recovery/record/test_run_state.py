"""The state of a run comes from its events alone: live, on resume, and from the journals of earlier versions."""

from __future__ import annotations

import ast
import dataclasses
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

import oob.recovery.record.events as events
from oob.backup.difference import unapplied
from oob.clock import Clock
from oob.events import Events
from oob.inventory.home import Home
from oob.lab.control import lab_up
from oob.profile.store import load
from oob.recovery.api import resume
from oob.recovery.record.events import named
from oob.recovery.record.journal import NAME, Journal, JournalEntry, read
from oob.recovery.record.record import Record
from oob.recovery.record.run_state import AttemptState, RunState
from oob.secret.masking import Masker
from tests.house.imports import modules
from tests.recovery.conftest import Site, topology

WRITTEN = Path(__file__).parents[2] / "data" / "journals"  # homes of runs that oob 0.1 (896ec2c) was killed in
STEP = {"phase": "recover", "number": 1, "strategy": "rollback-1", "index": 0, "reboots": False, "arms": True}


def journal_of(home: Path) -> Path:
    return next(home.glob(f"runs/*/{NAME}"))


def undeclared(entries: Iterable[JournalEntry]) -> set[tuple[str, str]]:
    """Return the events of *entries* with each key that their declaration does not have."""
    return {
        (entry.event, key)
        for entry in entries
        for declared in [named(entry.event)]
        for key in {*(entry.marks.keys() - declared.marks), *(entry.data.keys() - declared.fields - {"text"})}
    }


@pytest.mark.parametrize("home", sorted(WRITTEN.iterdir()), ids=lambda home: home.name)
def test_a_run_of_an_earlier_version_is_resumed_and_recovers(home: Path, tmp_path: Path) -> None:
    name = home.name.partition("-")[0]
    shutil.copytree(home, tmp_path / "home")
    with lab_up(tmp_path / "lab", topology(), owned=True) as lab:
        site = Site(lab, Home(tmp_path / "home"))
        site.broken(name)
        run = journal_of(site.home.path).parent.name

        outcome = resume(run, site.entry(name), site.means("bob"))

        assert outcome.exit_code == 0
        baseline = site.baseline(name)
        configuration = load(baseline.manifest.platform).configuration
        assert configuration
        with site.open(name) as device:
            assert not unapplied(baseline.configuration, device.configuration(), configuration.volatile)
            assert device.timer_owner() is None
        after = site.events(run)
        assert [after.count(once) for once in (events.RUN_STARTED, events.PRESERVE.started, events.RUN_RESUMED)] == [
            1,
            1,
            1,
        ]
        entries = site.journal(run).entries
        assert RunState.of(entries).ended
        assert undeclared(entries) == set()


@pytest.mark.parametrize("home", sorted(WRITTEN.iterdir()), ids=lambda home: home.name)
def test_the_state_is_the_same_live_and_read_from_the_journal(home: Path, tmp_path: Path) -> None:
    with Journal.create(tmp_path, run="r", operator="ada", device="edge1", masker=Masker(["exclusive"])) as journal:
        record = Record(journal, Events(), Masker(), Clock())
        for entry in read(journal_of(home)).entries:
            record.note(named(entry.event), marks=entry.marks, **{k: v for k, v in entry.data.items() if k != "text"})
        with pytest.raises(OSError, match="no"), record.act(events.STEP, "go", marks=STEP):
            raise OSError("no")
        record.note(events.ATTEMPT_JUDGED, failure="the exclusive lock is held", marks=STEP)

        assert record.state == RunState.of(read(journal.location).entries)
        assert record.state.attempt("recover", 1).failure == "the **** lock is held"


def test_a_resumed_run_does_not_trust_the_monotonic_clock_of_another_process(tmp_path: Path) -> None:
    with Journal.create(tmp_path, run="r", operator="ada", device="edge1", masker=Masker()) as journal:
        record = Record(journal, Events(), Masker(), Clock())
        record.note(events.STEP.started, marks=STEP)
        assert record.state.attempt("recover", 1).armed_since is not None
        record.note(events.RUN_RESUMED, torn=0)

        attempt = record.state.attempt("recover", 1)
        assert (attempt.armed_since, bool(attempt.armed_at)) == (None, True)


@pytest.mark.parametrize("state", [RunState(), AttemptState()])
def test_no_field_of_a_state_can_be_set(state: RunState | AttemptState) -> None:
    for field in dataclasses.fields(state):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(state, field.name, None)


def test_only_apply_makes_a_state_and_only_the_record_keeps_one() -> None:
    made, kept = set(), set()
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (node.args or node.keywords):
                is_one = isinstance(node.func, ast.Name) and node.func.id in ("RunState", "AttemptState")
                made |= {module} if is_one else set()
            targets = node.targets if isinstance(node, ast.Assign) else []
            attributes = [one.attr for one in targets if isinstance(one, ast.Attribute)]
            kept |= {module} if "state" in attributes and module.startswith("oob.recovery") else set()
    assert (made, kept) == (set(), {"oob.recovery.record.record"})
