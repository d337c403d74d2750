"""The director of a drill for people: sets the stage, starts the clock, watches, sells hints, and keeps the record."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import oob.recovery.record.events as events
from oob.drill.own import OwnLab
from oob.drill.practice.record import Kind, PracticeEvent, PracticeRecord
from oob.drill.practice.score import HINT_PRICE
from oob.drill.practice.situation import Situation
from oob.lab.control import LabWatch
from oob.profile.store import load
from oob.recovery.record.journal import NAME, JournalEntry, read
from oob.report.scorecard import is_proof
from oob.secret.masking import Masker

ORDERS = "hint | diagnosis TEXT | note TEXT | time | done"
Say = Callable[[str], None]


class Director:
    """Follows a team on the broken lab of *stage* until it says that it is done.

    *orders* is the descriptor that the team's orders come from, one a line; its end stops the drill.
    """

    def __init__(
        self, stage: OwnLab, situation: Situation, record: PracticeRecord, watch: LabWatch, say: Say, orders: int
    ) -> None:
        self._stage = stage
        self._hints = list(situation.hints)
        self._record = record
        self._watch = watch
        self._say = say
        self._orders = orders
        self._typed = b""
        self._started = 0.0
        self._reached: set[str] = set()
        self._maskers = {
            router.name: Masker(stage.credentials(router.name).secrets(), load(router.platform).secrets)
            for router in stage.lab.routers
        }

    def start(self) -> None:
        """Start the clock, once the lab has told how many routes the break has cost."""
        counts = [event for event in self._waiting() if event["kind"] == "routes"]
        self._started = time.time()
        last = counts[-1] if counts else {"missing": 0, "broken": ()}
        self._record.add(_counted("started", 0.0, last))

    def follow(self) -> None:
        """Run the clock until the team is done, or its orders end; Ctrl-C stops the drill and keeps the record."""
        ending: Kind = "stopped"
        try:
            ending = self._until_done()
        finally:
            for event in self._from_home():
                self._record.add(event)
            self._add(ending)

    def _until_done(self) -> Kind:
        sources: list[Any] = [self._watch, self._orders]
        while True:
            ready, _, _ = select.select(sources, [], [])
            if self._watch in ready:
                for event in self._watch.read():
                    self._seen(event)
            if self._orders in ready:
                data = os.read(self._orders, 4096)
                if not data:
                    return "stopped"
                *lines, self._typed = (self._typed + data).split(b"\n")
                if any(self._obey(line.decode("utf-8", "replace").strip()) for line in lines):
                    return "finished"

    def _obey(self, order: str) -> bool:
        """Carry out an order of the team; return whether it is done."""
        name, _, text = order.partition(" ")
        if name == "done":
            return True
        if name == "hint":
            self._hint()
        elif name in ("diagnosis", "note") and text.strip():
            self._add("diagnosis" if name == "diagnosis" else "note", text=text.strip())
            self._say(f"{self._clock()}  {name} kept")
        elif name == "time":
            self._say(self._clock())
        elif order:
            self._say(f"orders: {ORDERS}")
        return False

    def _hint(self) -> None:
        if not self._hints:
            self._say("there are no more hints")
            return
        text = self._hints.pop(0)
        self._add("hint", text=text)
        self._say(f"{self._clock()}  hint (-{HINT_PRICE}): {text}")

    def _seen(self, event: dict[str, Any]) -> None:
        """Keep what the lab tells; of the keys only the first on each console."""
        router = str(event["router"])
        if event["kind"] == "key":
            if router not in self._reached:
                self._reached.add(router)
                self._add("key", router)
        elif event["kind"] == "line":
            if event["text"].strip():
                self._add("line", router, self._maskers[router].mask(str(event["text"])))
        else:
            self._record.add(_counted("routes", self._seconds(time.time()), event))

    def _waiting(self) -> Iterator[dict[str, Any]]:
        """Yield what the lab has told while the stage was set."""
        while select.select([self._watch], [], [], 1.0)[0]:
            yield from self._watch.read()

    def _from_home(self) -> Iterator[PracticeEvent]:
        """Yield what oob itself recorded since the start: timers, proofs, journals and transcripts."""
        home = self._stage.home
        for path in sorted(home.runs.glob(f"*/{NAME}")):
            yield from self._from_journal(path.parent.name, read(path).entries)
        for path in sorted(home.transcripts.rglob("*.cast")):
            if path.stat().st_mtime >= self._started:
                yield self._event(path.stat().st_mtime, "kept", text=f"transcript {path.name}")

    def _from_journal(self, run: str, entries: tuple[JournalEntry, ...]) -> Iterator[PracticeEvent]:
        for entry in entries:
            if entry.event == events.TIMER_ARMED:
                yield self._event(_utc(entry), "timer", entry.device)
            elif is_proof(entry):
                yield self._event(_utc(entry), "proven", entry.device)
        if entries:
            yield self._event(_utc(entries[-1]), "kept", entries[-1].device, f"journal of run {run}")

    def _add(self, kind: Kind, router: str = "", text: str = "") -> None:
        self._record.add(self._event(time.time(), kind, router, text))

    def _event(self, at: float, kind: Kind, router: str = "", text: str = "") -> PracticeEvent:
        return PracticeEvent(seconds=self._seconds(at), kind=kind, router=router, text=text)

    def _seconds(self, at: float) -> float:
        return round(at - self._started, 2)

    def _clock(self) -> str:
        seconds = int(time.time() - self._started)
        return f"{seconds // 60}:{seconds % 60:02d}"


def _counted(kind: Kind, seconds: float, event: Mapping[str, Any]) -> PracticeEvent:
    missing, broken = int(event["missing"]), tuple(map(str, event["broken"]))
    return PracticeEvent(seconds=seconds, kind=kind, missing=missing, broken=broken)


def _utc(entry: JournalEntry) -> float:
    return datetime.fromisoformat(entry.utc).astimezone(UTC).timestamp()
