"""Reads until readings agree: a line that loses a byte in a thousand still prints what looks like a configuration.

One reading is enough where the device's own hash confirms it. Otherwise two have to be equal, and three once the line
has shown that it garbles; an earlier backup counts as one of them. See docs/decisions/0085-readings-agree.md.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from oob.device.device import Device
from oob.errors import DataError, OobError, OutputUnverified
from oob.profile.model import Measure, Query

T = TypeVar("T")

ENOUGH = 2
READINGS = 6
PATIENCE = 300.0  # seconds after which a third reading, or another one, is not begun
ETX = "\x03"  # ends a banner in a file of IOS, and is printed as ^C


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed(Generic[T]):
    """A *value* that was read, and *how* it was verified: empty where no readings agreed."""

    value: T
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierReading:
    """The same *content* in an earlier verified backup called *name*: it counts as a reading."""

    content: object
    name: str


class Witness:
    """The device's own hashes of what *query* prints; a hash that the device refuses is not asked for again.

    Lines that are not measured, since they stand before the text, have to match one of the patterns *head*.
    """

    def __init__(self, device: Device, query: Query, head: Sequence[str] = ()) -> None:
        self._device = device
        self._query = query
        self._head = [re.compile(pattern) for pattern in head]
        self._refused: set[str] = set()

    def hash_of(self, text: str) -> str:
        """Return the name of the device's hash that *text* has, "" without one."""
        return next((measure.of.upper() for measure in self._query.measures if self._confirms(measure, text)), "")

    def _confirms(self, measure: Measure, text: str) -> bool:
        said = self._said(measure, text)
        return bool(said) and any(_measured(measure, part) == said for part in self._parts(measure, text))

    def _parts(self, measure: Measure, text: str) -> Iterator[str]:
        """Give the sums that the device may have measured: platforms differ in how they end lines and the last one."""
        match = re.search(measure.after, text, re.MULTILINE) if measure.after else None
        if measure.after and match is None:
            return
        head = text[: match.end()].splitlines() if match else []
        if not all(any(pattern.search(line) for pattern in self._head) for line in head):
            return
        body = (text[match.end() :].partition("\n")[2] if match else text).rstrip("\n")
        for ending in ("\n", "\n\n", ""):
            for form in dict.fromkeys((body, body.replace("^C", ETX))):
                yield form + ending
                yield (form + ending).replace("\n", "\r\n")

    def _said(self, measure: Measure, text: str) -> str:
        answer = text
        if measure.run:
            if measure.run in self._refused:
                return ""
            try:
                answer = self._device.query(Query(commands=(measure.run,), state=self._query.state)).text
            except OutputUnverified:
                return ""
        match = re.search(measure.value, answer, re.MULTILINE)
        if match is None:
            self._refused.add(measure.run)
            return ""
        return match[1].lower()


def agree(
    device: Device,
    read: Callable[[], T],
    content: Callable[[T], object],
    *,
    text: Callable[[T], str] = str,
    known: Sequence[EarlierReading] = (),
    witness: Witness | None = None,
    may_repeat: Callable[[], bool] = lambda: True,
) -> Agreed[T]:
    """Return what *read* returns, as soon as enough readings are equal.

    Readings are equal in their *content* and in the shape of their *text*: rows that were garbled in two ways may both
    be missing in the content. Where none agree, or *may_repeat* forbids another, the most frequent reading is returned
    as not verified. Raises OutputUnverified where not one reading came whole.

    A reading that *content* raises DataError for does not count; two with the same error prove that it is the device's.
    """
    seen: list[_Seen[T]] = []
    failures: list[OobError] = []
    started = time.monotonic()
    for number in range(READINGS):
        is_late = number >= ENOUGH and time.monotonic() - started > PATIENCE
        if seen and (is_late or not may_repeat()):
            break
        try:
            value = read()
            seen.append(_Seen(value, content(value), text(value)))
        except (OutputUnverified, DataError) as error:
            if isinstance(error, DataError) and _shape(str(error)) in (_shape(str(one)) for one in failures):
                raise
            failures.append(error)
            continue
        if how := _verdict(device, seen, len(failures), known, witness):
            return Agreed(value=value, how=how)
    if not seen:
        raise failures[-1]
    return Agreed(value=max(seen, key=lambda one: sum(one.is_like(other) for other in seen)).value)


class _Seen(Generic[T]):
    """One reading."""

    def __init__(self, value: T, content: object, text: str) -> None:
        self.value = value
        self.content = content
        self.text = text
        self._shape = _shape(text)

    def is_like(self, other: _Seen[T]) -> bool:
        return self.content == other.content and self._shape == other._shape


def _shape(text: str) -> str:
    """Return *text* without what goes on between two readings: ages and counters, and the columns that they fill."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "#", text))


def _verdict(
    device: Device, seen: Sequence[_Seen[T]], failed: int, known: Sequence[EarlierReading], witness: Witness | None
) -> str:
    """Say why the last of the readings *seen* is believed, "" where it is not yet; so many *failed* besides."""
    this = seen[-1]
    alike = sum(this.is_like(other) for other in seen)
    name = next((one.name for one in known if one.content == this.content), "")
    readings = "1 reading" if alike == 1 else f"{alike} equal readings"
    votes = alike + bool(name)
    said = f"{readings} and backup {name}" if name else readings
    if votes >= ENOUGH + (device.is_noisy or alike < len(seen) + failed):
        return said
    hashed = witness.hash_of(this.text) if witness else ""
    return f"the device's {hashed}" if hashed else ""


def _measured(measure: Measure, text: str) -> str:
    return hashlib.new(measure.of, text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
