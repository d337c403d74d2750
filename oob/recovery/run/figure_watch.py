"""The figures of the impact that the home gives, read in a thread of their own while a run goes on."""

from __future__ import annotations

import threading
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import oob.recovery.record.events as events
from oob.clock import Clock
from oob.errors import JournalError, UsageError
from oob.inventory.home import Home
from oob.recovery.authority.prometheus import NAME, Prometheus
from oob.recovery.record.record import Record

EVERY = 15.0  # seconds between two readings
PERCENT = 1.0  # of the baseline by which a figure has to change before it is written again


class FigureWatch:
    """Writes the given figures to the *record* while the block lasts, where they change; the run never waits for one.

    A home without `figures.yaml`, or without `impact` in it, has none; `oob doctor` names a damaged one.
    """

    def __init__(self, record: Record, home: Home, clock: Clock, *, every: float = EVERY) -> None:
        self._record = record
        self._home = home
        self._clock = clock
        self._every = every
        self._over = threading.Event()
        self._gate = threading.Lock()
        self._written: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        if (self._home.path / NAME).exists():
            threading.Thread(target=self._work, name="figures", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._gate:  # what a slow figure says later is not written: the journal may be closed
            self._over.set()

    def _work(self) -> None:
        try:
            found = Prometheus.load(self._home.path / NAME)
        except UsageError:
            return
        while found.impact and not self._over.is_set():
            self._write({name: self._read(found, name) for name in found.impact})
            self._clock.pause(self._over, self._every)

    def _read(self, found: Prometheus, name: str) -> dict[str, Any]:
        figure = found.impact[name]
        known = {"baseline": figure.baseline, "unit": figure.unit, "rises": figure.rises}
        try:
            return {**known, "value": found.given(name, self._clock.utc().timestamp())}
        except UsageError as error:
            return {**known, "problem": str(error)}

    def _write(self, figures: dict[str, dict[str, Any]]) -> None:
        if not any(_differs(figures[name], self._written.get(name)) for name in figures):
            return
        self._written = figures
        with self._gate, suppress(JournalError):
            if not self._over.is_set():
                self._record.progress(events.FIGURES_READ, _text(figures), figures=figures)


def _differs(now: dict[str, Any], before: dict[str, Any] | None) -> bool:
    if before is None or ("value" in now) != ("value" in before):
        return True
    change = abs(float(now.get("value", 0.0)) - float(before.get("value", 0.0)))
    return change > PERCENT / 100 * float(now["baseline"])


def _text(figures: dict[str, dict[str, Any]]) -> str:
    parts = (
        f"{name} {one['value']:g} {one['unit']}".rstrip() if "value" in one else f"{name}: {one['problem']}"
        for name, one in figures.items()
    )
    return "; ".join(parts)
