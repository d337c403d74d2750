"""Messages of a run to people who are not watching it, made from its journal, with the time of each event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import oob.recovery.record.events as events
from oob.printable import one_line, printable
from oob.recovery.record.ending import PUT_BACK, Ending, ending_of
from oob.recovery.record.journal import JournalEntry
from oob.report.fields import CAUTION, RunFields, Templates, lines, templates

Kind = Literal[
    "started",
    "step",
    "milestone",
    "heartbeat",
    "extension",
    "escalation",
    "completed",
    "waiting",
    "not recovered",
    "resolved",
    "not stable",
    "test",
]

PUTTING_BACK: dict[str, str] = {
    events.CONFIRM.finished: "the device has confirmed the broken state that was put back",
    events.ATTEMPT_JUDGED: "putting the broken state back did not work this way",
}
TOLD = (events.ATTEMPT_JUDGED, events.PUTBACK_ENDED, events.ATTEMPT_WAITING)

CLOCK: dict[str, Kind] = {
    events.WINDOW_EXTENDED: "extension",
    events.WINDOW_MISSED: "escalation",
    events.HEARTBEAT: "heartbeat",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message. *number* is that of its journal line, so they have an order; *utc* is when it happened.

    *head* is that line's hash, which all lines before it decide: a copy of the message shows later whether they were
    changed. *lines* are those of its template.
    """

    number: int
    utc: str
    run: str
    device: str
    kind: Kind
    text: str
    head: str
    lines: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The message in one line."""
        return one_line(f"{self.device}: " + (f"recovery {self.kind}" if self.kind != "milestone" else self.text))

    @property
    def body(self) -> str:
        """The message whole, as it is read hours later too."""
        return printable(f"{self.utc[:19]}Z {self.device}, {self.kind}: {self._whole}\nrun {self.run}{self._line}")

    @property
    def _whole(self) -> str:
        return "\n".join((self.text, *self.lines))

    @property
    def _line(self) -> str:
        return f", journal line {self.number}, SHA-256 {self.head}" if self.head else ""


def messages(entries: Iterable[JournalEntry], known: Templates | None = None) -> Iterator[Message]:
    """Give the messages of the run whose journal has these *entries*, in their order; *known* are their templates."""
    proof = 0.0
    known, fields = known or templates(), RunFields()
    for entry in entries:
        given = fields.take(entry)
        if entry.event == events.PLAN_MADE:
            proof = float(entry.data["plan"]["proof_seconds"])
        if entry.event == events.ATTEMPT_STARTED:
            which = "put the broken state back: " if is_put_back(entry) else ""
            end = _time(entry) + timedelta(seconds=float(entry.data.get("expected", 0)) + proof)
            yield _message(entry, "milestone", f"{which}{entry.data['text']}; until about {end:%H:%M} UTC")
        elif (told := _told(entry)) is not None:
            yield replace(told, lines=lines(told.kind, given, known))


def _told(entry: JournalEntry) -> Message | None:
    text = str(entry.data.get("text", ""))
    if entry.event == events.RUN_STARTED:
        choices = entry.marks.get("choices", {})
        why = "; ".join(filter(None, (str(choices.get("change", "")), str(choices.get("reason", "")))))
        target = entry.marks.get("target", "")
        return _message(entry, "started", f"{text}{f' to {target}' if target else ''}{f' ({why})' if why else ''}")
    if entry.event == events.RUN_FINISHED:
        return _end(entry)
    if entry.event in (events.RUN_STOPPED, events.RUN_INTERRUPTED):
        return _message(entry, "not recovered", text)
    if entry.event in CLOCK:
        return _message(entry, CLOCK[entry.event], text)
    if entry.event == events.WATCH_FINISHED:
        return _message(entry, "resolved" if entry.marks["stable"] else "not stable", text)
    if entry.event == events.STEP.started:
        which = "put back, " if is_put_back(entry) else ""
        return _message(entry, "step", f"{which}attempt {entry.marks['number']}: {text}{_lasts(entry)}")
    if entry.event == events.ATTEMPT_ENDED and entry.marks["verdict"] != "failed":
        return _message(entry, "milestone", text)
    if milestone := events.named(entry.event).milestone:
        about = PUTTING_BACK.get(entry.event, milestone) if is_put_back(entry) else milestone
        return _message(entry, "milestone", f"{about}: {text}" if entry.event in TOLD else about)
    return None


def is_put_back(entry: JournalEntry) -> bool:
    """Tell whether *entry* belongs to putting the broken state back, which recovers nothing."""
    return entry.marks.get("phase") == PUT_BACK


def _end(entry: JournalEntry) -> Message:
    text, ending = str(entry.data["text"]), ending_of([entry])
    if ending is Ending.RECOVERED:
        return _message(entry, "completed", f"{text}. {CAUTION}")
    if ending is Ending.UNCHANGED:
        return _message(entry, "completed", text)
    if ending is Ending.WAITING:
        return _message(entry, "waiting", _left(entry))
    return _message(entry, "not recovered", _left(entry))


def _lasts(entry: JournalEntry) -> str:
    seconds = float(entry.data.get("expected", 0))
    return f" (about {seconds:.0f} s)" if seconds >= 1 else ""


def _left(entry: JournalEntry) -> str:
    return "; ".join([str(entry.data["text"]), *map(str, entry.data.get("left", ()))])


def _message(entry: JournalEntry, kind: Kind, text: str) -> Message:
    return Message(
        number=entry.sequence,
        utc=entry.utc,
        run=entry.run,
        device=entry.device,
        kind=kind,
        text=text,
        head=entry.hash,
    )


def _time(entry: JournalEntry) -> datetime:
    return datetime.fromisoformat(entry.utc)
