"""A journal written as a run writes it, step by step, for what looks at it."""

from __future__ import annotations

from typing import Any

import oob.recovery.record.events as events
from oob.events import REACH, EventName
from oob.inventory.home import Home
from oob.recovery.record.journal import Journal
from oob.secret.masking import Masker

RUN = "20270101-030000Z-a1b2"
ATTEMPT = {"phase": "recover", "number": 1, "strategy": "archive"}
SECOND = {"phase": "recover", "number": 2, "strategy": "backup"}
EXPECTED = {"prefixes": 8, "addresses": 2, "neighbours": 4}


class WrittenRun:
    """A run on *device* that is written one event at a time."""

    def __init__(self, home: Home, run: str = RUN, device: str = "edge1") -> None:
        self.run = run
        self.journal = Journal.create(home.runs / run, run=run, operator="ops", device=device, masker=Masker())

    def note(self, event: EventName, text: str = "", marks: dict[str, Any] | None = None, **data: object) -> None:
        """Write one event."""
        self.journal.write(event, {"text": text, **data}, marks=marks or {})

    def begin(self) -> None:
        """Write what a run writes until it has reached the console and knows what is wrong."""
        choices = {"change": "CHG-1", "reason": "routes are gone"}
        marks = {"target": "good", "baseline": "good", "choices": choices, "platform": "cisco_ios"}
        self.note(events.RUN_STARTED, "recover edge1", marks)
        self.note(REACH.started, "reach the console of edge1")
        self.journal.path = "tcp://192.0.2.10:4007"
        self.note(REACH.finished, "reach the console of edge1", path=self.journal.path, seconds=2.0)
        self.note(events.DIFFERENCE, "difference from the baseline", **reading(prefixes=3, neighbours=2))
        attempts = [planned(1, "archive"), planned(2, "backup")]
        self.note(events.PLAN_MADE, "2 attempts to try", plan={"attempts": attempts, "proof_seconds": 20.0})

    def attempt(self, marks: dict[str, Any], *, fails: bool) -> None:
        """Write an attempt with one step, up to its verdict or to its armed timer."""
        self.note(events.ATTEMPT_STARTED, "replace the configuration", marks, expected=30.0)
        self.note(events.STEP.started, "replace it", {**marks, "index": 0}, expected=30.0, commands=["replace"])
        if fails:
            self.note(events.STEP.failed, "the device refused", {**marks, "index": 0}, seconds=1.0)
            self.note(events.ATTEMPT_JUDGED, "the device refused", marks, failure="the device refused")
            self.note(events.ATTEMPT_ENDED, "the device refused", {**marks, "verdict": "failed"})
            return
        self.note(events.STEP.finished, "replace it", {**marks, "index": 0}, seconds=1.0)

    def finish(self) -> None:
        """Write the proof and the end."""
        self.note(events.PROOF.started, "prove it on the device", SECOND)
        self.note(events.PROOF.finished, "prove it on the device", SECOND, seconds=3.0, **reading())
        self.note(events.CONFIRM.finished, "confirm", SECOND, seconds=0.1)
        self.note(events.ATTEMPT_ENDED, "the recovery is proven", {**SECOND, "verdict": "proven"})
        self.note(events.RUN_FINISHED, "recovered and proven", {"exit_code": 0, "ending": "recovered"}, left=[])


def planned(number: int, strategy: str) -> dict[str, object]:
    """Return an attempt as a plan in a journal has it."""
    return {"number": number, "strategy": strategy, "title": f"do {strategy}", "seconds": 30.0, "skipped": ""}


def reading(*, prefixes: int = 0, neighbours: int = 0) -> dict[str, Any]:
    """Return what a reading says that misses so many critical prefixes and neighbours."""
    missing = [f"10.{number}.0.0/16" for number in range(prefixes)]
    group = {"vrf": "default", "cause": "neighbour 10.0.0.2 lost", "counts": {"lost": prefixes}, "prefixes": missing}
    return {
        "expected": EXPECTED,
        "proven": not prefixes,
        "lines": [],
        "tolerated": [],
        "routes_problem": "",
        "lines_differing": 0,
        "silent": [],
        "lost": [f"10.0.0.{number} Gi1" for number in range(neighbours)],
        "routes": {"equal": not prefixes, "missing": missing, "lines": [], "groups": [group] if prefixes else []},
    }
