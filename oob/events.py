"""Events of oob's own work while it is under way, for a live view or a log.

Listeners may fail quietly. The journal is not a listener: the recovery run writes it itself, before and after each act.

Each event is declared once, as an `EventName`: here those that transports, consoles and drills emit, and in
`oob.recovery.record.events` those of a run and of its readings, with the table of all. Views take the tone and the
milestone of an event from its declaration.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

log = logging.getLogger("oob")


class Tone(StrEnum):
    """The code in front of an event's line; `code` is empty for a heading, a note and a hidden event."""

    OK = "OK"
    FAIL = "FAIL"
    WAIT = "WAIT"
    WARN = "WARN"
    SKIP = "SKIP"
    NOTE = "note"
    HEADING = "heading"
    HIDDEN = "hidden"

    @property
    def code(self) -> str:
        """The code as it is printed."""
        return self.value if self.value.isupper() else ""


class EventName(str):
    """The name of an event in dotted words, declared once, with what every view has to know of it.

    It is also a plain string, so `entry.event == RUN_STARTED` compares with a line of a journal. *marks* and *fields*
    are the keys of its marks and of its data besides the text. *milestone* is the sentence for people who do not watch
    the run, empty where they are not told. *part* is true for a part of an act under way, which is announced.
    """

    tone: Tone
    marks: frozenset[str]
    fields: frozenset[str]
    milestone: str
    is_part: bool

    def __new__(
        cls,
        name: str,
        tone: Tone = Tone.HIDDEN,
        *,
        marks: str = "",
        fields: str = "",
        milestone: str = "",
        part: bool = False,
    ) -> Self:
        declared = super().__new__(cls, name)
        declared.tone = tone
        declared.marks = frozenset(marks.split())
        declared.fields = frozenset(fields.split())
        declared.milestone = milestone
        declared.is_part = part
        return declared

    @property
    def act(self) -> str:
        """The act that the event belongs to: `step` of `step.started`."""
        return self.partition(".")[0]

    @property
    def is_start(self) -> bool:
        """Tell whether the event announces an act that another event ends."""
        return self.endswith(".started")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """The four events of something that is announced before it is done; without an end, the device has to be asked."""

    started: EventName
    finished: EventName
    failed: EventName
    interrupted: EventName

    @classmethod
    def declare(
        cls,
        name: str,
        *,
        marks: str = "",
        starts: str = "",
        ends: str = "",
        milestone: str = "",
        on_start: str = "",
        failure: Tone = Tone.FAIL,
        is_quiet: bool = False,
    ) -> Self:
        """Return the act *name*; *starts* and *ends* are the fields of its announcement and of its outcome.

        *milestone* is told when it has finished, *on_start* when it begins. One that *is_quiet* is shown if it fails.
        """
        shown = Tone.HIDDEN if is_quiet else Tone.WAIT
        failed = f"seconds kind printed {ends}"
        return cls(
            started=EventName(f"{name}.started", shown, marks=marks, fields=f"expected {starts}", milestone=on_start),
            finished=EventName(
                f"{name}.finished",
                Tone.HIDDEN if is_quiet else Tone.OK,
                marks=marks,
                fields=f"seconds {ends}",
                milestone=milestone,
            ),
            failed=EventName(f"{name}.failed", failure, marks=marks, fields=failed),
            interrupted=EventName(f"{name}.interrupted", Tone.FAIL, marks=marks, fields=failed),
        )

    @property
    def events(self) -> tuple[EventName, ...]:
        """The four of them."""
        return (self.started, self.finished, self.failed, self.interrupted)


WARNING = EventName("warning", Tone.WARN)
CONSOLE_NOTE = EventName("console.note", Tone.WARN)
PATH_TRYING = EventName("path.trying")
PATH_OPEN = EventName("path.open")
PATH_FAILED = EventName("path.failed", Tone.WARN)
PATH_KEY_ACCEPTED = EventName("path.key_accepted", fields="path fingerprint")
PATH_PROGRAM = EventName("path.program", Tone.NOTE, fields="path")
PATH_COUNTED = EventName("path.counted", Tone.NOTE, fields="bytes used limit")
PATH_BUDGET = EventName("path.budget", Tone.WARN, fields="used limit")
COMPARE_QUESTION = EventName("compare.question", fields="seconds")
STAGE = EventName("stage", Tone.NOTE)

REACH = Act.declare("reach", ends="path state_found hostname", milestone="the console is reached")
PAUSE = Act.declare("pause", starts="limit", on_start="another operator types at the console; the run waits")
REOPEN = Act.declare("reopen", starts="limit", ends="path hostname")

LOWER = (
    *(WARNING, CONSOLE_NOTE, PATH_TRYING, PATH_OPEN, PATH_FAILED, PATH_KEY_ACCEPTED, PATH_PROGRAM, PATH_COUNTED),
    *(PATH_BUDGET, COMPARE_QUESTION, STAGE, *REACH.events, *PAUSE.events, *REOPEN.events),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something happened: *name* in dotted words (`step.started`), *device*, the run, and what belongs to it."""

    name: str
    device: str = ""
    run_id: str = ""
    text: str = ""
    data: dict[str, object] = field(default_factory=dict)


Listener = Callable[[Event], None]


class Events:
    """Hands each event to every listener; a listener that raises is logged and does not disturb the work."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = list(listeners)

    def subscribe(self, listener: Listener) -> None:
        """Let *listener* hear every event from now on."""
        self._listeners.append(listener)

    def emit(self, name: EventName, text: str = "", *, device: str = "", run_id: str = "", **data: object) -> None:
        """Hand the event *name* to every listener."""
        event = Event(name=name, device=device, run_id=run_id, text=text, data=data)
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:  # a view that fails must not stop a recovery
                log.exception("a listener failed on %s", name)
