"""Recovers one device of a fleet as an ordinary run, or resumes its run; the same for every engine."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import oob.recovery.record.events as events
from oob.backup.catalogue import Catalogue
from oob.fleet.assignment import Assignment, MemberEnd
from oob.fleet.claims import Claims
from oob.fleet.engine import carry_out
from oob.inventory.device import InventoryDevice
from oob.inventory.home import Home
from oob.profile.store import load
from oob.recovery import api
from oob.recovery.authority.keys import is_signed
from oob.recovery.context import Collaborators, Mandate, RunOptions
from oob.recovery.ladder import document as plans
from oob.recovery.ladder.document import PlanDocument
from oob.recovery.record.anchor import Index
from oob.recovery.record.ending import ending_of
from oob.recovery.record.journal import NAME, JournalEntry

Means = Callable[[str], tuple[InventoryDevice, Collaborators]]


class Worker:
    """Carries assignments out in a *home*; *means* returns the inventory entry of a device and what a run needs."""

    def __init__(self, home: Home, means: Means, name: str = "") -> None:
        self._home = home
        self._means = means
        self._name = name
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def __call__(self, assignment: Assignment) -> MemberEnd:
        """Return the end of *assignment*, of which nothing is done twice."""
        claims = Claims(self._home.fleets / assignment.fleet)
        return carry_out(assignment, claims, self._in_turn, self._name)

    def _in_turn(self, assignment: Assignment) -> MemberEnd:
        """Wait for the end of the same run under an earlier claim: who resumes a fleet may not see that it goes on."""
        with self._turns[assignment.run]:
            return self._act(assignment)

    def _act(self, assignment: Assignment) -> MemberEnd:
        entry, collaborators = self._means(assignment.member)
        collaborators = replace(collaborators, mandate=_mandate(assignment), agreed=frozenset(assignment.agreed))
        if (self._home.runs / assignment.run / NAME).is_file():
            return self._resumed(assignment, entry, collaborators)
        plan = PlanDocument(content=assignment.part, sha256=assignment.plan, signer=_signer(assignment))
        catalogue = Catalogue(self._home.backups)
        plans.check(plan, entry, profile=load(entry.platform), catalogue=catalogue)
        options = plans.options(plan, chosen(assignment.given))
        return MemberEnd.of(assignment, api.recover(entry, collaborators, options, run=assignment.run))

    def _resumed(self, assignment: Assignment, entry: InventoryDevice, collaborators: Collaborators) -> MemberEnd:
        """Return the end that the run's journal has, else that of the run resumed."""
        history = Index(self._home).read(assignment.run)
        history.check()
        if ending_of(history.entries) is not None:
            return _told(assignment, history.entries)
        return MemberEnd.of(assignment, api.resume(assignment.run, entry, collaborators))


class RunIds:
    """Identifiers of runs, none of them twice: thousands may begin in one second."""

    def __init__(self, utc: Callable[[], datetime]) -> None:
        self._utc = utc
        self._used: set[str] = set()
        self._lock = threading.Lock()

    def new(self) -> str:
        """Return an identifier that was not returned before."""
        with self._lock:
            found = api.new_id(self._utc())
            while found in self._used:
                found = api.new_id(self._utc())
            self._used.add(found)
            return found


def chosen(given: Mapping[str, Any]) -> RunOptions:
    """Return the options of one recovery from plain data; without a word for it, no attempt lacks a revert timer."""
    options = {"allow_unarmed": False, **{key: value for key, value in given.items() if key != "approval"}}
    return RunOptions(**{**options, "tolerate": tuple(given.get("tolerate", ()))})


def _signer(assignment: Assignment) -> str:
    """Return the key that signed the fleet's plan, "" without a valid signature: a worker believes no scheduler."""
    key, value = assignment.signature.get("key", ""), assignment.signature.get("value", "")
    return key if key and is_signed(assignment.plan, key, value) else ""


def _mandate(assignment: Assignment) -> Mandate | None:
    if not assignment.approval:
        return None
    since = datetime.fromisoformat(assignment.since)
    return Mandate(fleet=assignment.fleet, plan=assignment.plan, since=since, approval=assignment.approval)


def _told(assignment: Assignment, entries: tuple[JournalEntry, ...]) -> MemberEnd:
    last = next(entry for entry in reversed(entries) if entry.event == events.RUN_FINISHED)
    outcome = last.data.get("outcome", {})
    return MemberEnd(
        member=assignment.member,
        run=assignment.run,
        round=assignment.round,
        ending=str(ending_of(entries)),
        exit_code=int(last.marks["exit_code"]),
        text=str(last.data.get("text", "")),
        seconds=round(float(outcome.get("seconds", 0.0)), 1),
    )
