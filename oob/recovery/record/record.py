"""Write the events of a run to its journal, then emit them to the listeners, in the same words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import oob.recovery.record.events as events
from oob.clock import Clock
from oob.errors import DeviceError, JournalError, OobError
from oob.events import WARNING, Act, Event, EventName, Events
from oob.profile.model import Profile
from oob.recovery.record.events import named
from oob.recovery.record.interruption import is_interruption
from oob.recovery.record.journal import Journal, JournalEntry
from oob.recovery.record.run_state import RunState
from oob.recovery.record.window import Extension, RollbackWindow
from oob.secret.masking import Masker, secret_values

PRINTED = 20_000  # characters of the answer to what failed


class Record:
    """Writes the journal of a run, and keeps the *state* that it leads to.

    Marks are names that oob gave itself, which a resume reads; all other data is masked.
    """

    def __init__(
        self, journal: Journal, events: Events, masker: Masker, clock: Clock, state: RunState | None = None
    ) -> None:
        self.journal = journal
        self.state = state or RunState()
        self.masker = masker
        self._events = events
        self._clock = clock
        self.window: RollbackWindow | None = None
        self.warnings: list[str] = []
        self.permit: Callable[[], None] = lambda: None  # asked before each act, raises what stops the run
        self._turn = threading.RLock()  # the heartbeat writes from a thread of its own
        self._acts: list[tuple[str, float]] = []
        # Events of the layers below go the same way.
        self.below = Events(self._heard)

    def note(
        self, event: EventName, text: str = "", *, marks: Mapping[str, object] | None = None, **data: object
    ) -> JournalEntry:
        """Write a fact down and emit it."""
        return self._write(event, text, marks or {}, data, sync=True)

    def warn(self, text: str) -> None:
        """Write a warning down, and keep it for the outcome as written: without secrets."""
        self.warnings.append(str(self.note(WARNING, text).data["text"]))

    def reached(self, path: str) -> None:
        """Set the path in use for the lines from now on, "" for none."""
        self.journal.path = path

    def progress(self, event: EventName, text: str = "", **data: object) -> JournalEntry:
        """Write down how far a reading is, without waiting for the disk."""
        return self._write(event, text, {}, data, sync=False)

    def _write(
        self, event: EventName, text: str, marks: Mapping[str, object], data: Mapping[str, object], *, sync: bool
    ) -> JournalEntry:
        with self._turn:
            entry = self.journal.write(event, {"text": text, **data}, marks=marks, sync=sync)
            self.state = self.state.apply(entry)
        said = {key: value for key, value in entry.data.items() if key != "text"}
        data = {**said, **entry.marks}
        self._events.emit(event, str(entry.data["text"]), device=entry.device, run_id=entry.run, **data)
        return entry

    @contextmanager
    def act(
        self, act: Act, text: str = "", *, marks: Mapping[str, object] | None = None, **data: object
    ) -> Iterator[dict[str, object]]:
        """Write the intent, let the act happen, and write its outcome with what the block has put into the mapping.

        An interrupted act has an intent and no outcome: the device has to be asked.
        """
        self.permit()
        self.announce(text, data.get("expected", 0.0))
        self.note(act.started, text, marks=marks, **data)
        started = self._clock.monotonic()
        outcome: dict[str, object] = {}
        self._acts.append((text, started))
        try:
            yield outcome
        except OobError as error:
            seconds = round(self._clock.monotonic() - started, 3)
            end = act.interrupted if is_interruption(error) else act.failed
            said = (
                {"printed": self.masker.mask_answer(error.answer)[-PRINTED:]}
                if isinstance(error, DeviceError) and error.answer
                else {}
            )
            self.note(end, str(error), marks=marks, kind=type(error).__name__, seconds=seconds, **said)
            raise
        finally:
            self._acts.pop()
        seconds = round(self._clock.monotonic() - started, 3)
        self.note(act.finished, text, marks=marks, **{"seconds": seconds, **outcome})

    def announce(self, what: str, expected: object) -> None:
        """Announce an extension of the rollback window where *what* is not *expected* to end in it."""
        seconds = float(expected) if isinstance(expected, int | float) else 0.0
        with self._turn:
            self._say_extension(self.window.extension(what, seconds) if self.window else None)

    @property
    def under_way(self) -> str:
        """The act under way now, and for how long."""
        for text, since in self._acts[-1:]:
            return f"under way for {(self._clock.monotonic() - since) / 60:.0f} min: {text}"
        return "between two acts"

    def check_window(self) -> None:
        """Announce that the window will not suffice, before it ends, and escalate once it is missed by half."""
        with self._turn:
            if self.window is None:
                return
            self._say_extension(self.window.overrun(self.under_way))
            if text := self.window.escalation(self.under_way):
                self.note(events.WINDOW_MISSED, text, until=self.window.end.isoformat())

    def _say_extension(self, found: Extension | None) -> None:
        if found is not None:
            self.note(
                events.WINDOW_EXTENDED,
                found.text,
                until=found.new.isoformat(),
                before=found.old.isoformat(),
                reason=found.reason,
                percent=found.percent,
            )

    def hide(self, profile: Profile, *configurations: str) -> None:
        """Mask from now on the secret values of *configurations*, as the profile defines them."""
        for configuration in configurations:
            self.masker.add(*secret_values(configuration, profile.secrets))

    def _heard(self, event: Event) -> None:
        with suppress(JournalError), self._turn:  # a layer below cannot stop the run; the next line of its own does
            self.journal.write(event.name, {"text": event.text, **event.data}, sync=False)
        text, journal = self.masker.mask(event.text), self.journal
        self._events.emit(named(event.name), text, device=journal.device, run_id=journal.run)
