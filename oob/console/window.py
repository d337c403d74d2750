"""The bytes of a paste that may be in flight: as much as fills the path, and never more than the device can hold.

A device may have room for 128 bytes and no way to say stop, behind a path of any length. How fast it takes lines is
told from the echoes of those that had to wait in it; the window is what that rate fills a round trip with, and beyond
what the device can hold no line leaves faster than that.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf

SMALLEST = 32
# Terminal lines hold 4096 bytes of type-ahead, where they hold that much at all.
LARGEST = 3500
# Each round trip may carry this many times what the last one did, until something is lost; then each echo adds little.
GROWTH = 4
SLOW_GROWTH = 0.01
# A rate is forgotten within this many bytes, so that it follows a device that becomes slower.
MEMORY = 8000
# A little faster than the device takes them, so that lines go on to wait in it and to tell the rate.
LEAD = 1.1
# What a path's own unevenness may have taken off the seconds that a rate was told from.
DOUBT = 0.01
# How much may wait in the device, of what it prints for what it can hold.
WAITING = 1.3
# How much of what the device can hold leaves at once.
BURST = 0.8
# Where the far end is nearer than this, a larger window gains little: it opens only to a rate that is known.
NEAR = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """The receive buffer that a path and a device have shown: the next paste starts there."""

    limit: float
    growth: float
    round_trip: float
    round_trip_of: int
    printed: float
    printing: float


class Window:
    """Says when the next line may leave.

    *start* bytes are what every device holds, *prompt* those that it prints beside the echo of each line. Times are
    seconds of one clock.
    """

    def __init__(self, start: int, prompt: int = 0, learnt: Learnt | None = None) -> None:
        self._start = start
        self._prompt = prompt
        self._lines: deque[tuple[int, float]] = deque()
        self._in_flight = 0
        self._expected = 0  # bytes that the device will print for those in flight; they, not its input, fill the line
        self._limit = float(start)
        self._growth = float(GROWTH - 1)
        self._round_trip = inf  # the quickest echo, and how much was printed for it
        self._round_trip_of = 0
        self._read_at: float | None = None
        self._has_waited = False  # the lines of this read had to wait in the device
        self._printed = 0.0  # while lines waited, in so many seconds
        self._printing = 0.0
        self._allowance = float(start)
        self._allowed_at = -inf
        self._is_saving = False
        if learnt is not None:
            self._limit, self._growth = learnt.limit, learnt.growth
            self._round_trip, self._round_trip_of = learnt.round_trip, learnt.round_trip_of
            self._printed, self._printing = learnt.printed, learnt.printing

    def learnt(self) -> Learnt:
        """Return what the next paste over this path may begin with."""
        return Learnt(
            limit=self._limit,
            growth=self._growth,
            round_trip=self._round_trip,
            round_trip_of=self._round_trip_of,
            printed=self._printed,
            printing=self._printing,
        )

    def wait(self, size: int, now: float) -> float:
        """Return the seconds until a line of *size* bytes may leave; infinite when an echo must come first."""
        in_flight = self._in_flight + size
        self._save(now)
        if not self._in_flight or in_flight <= self._most:
            return 0.0
        expected = size + self._prompt
        if in_flight > LARGEST or self._expected + expected > self._size:
            return inf
        # While it opens, bytes leave in bursts: only lines that had to wait for each other tell the rate.
        burst = BURST * self._most
        wanted = burst if self._is_saving and self._limit < self._filled else min(expected, burst)
        self._is_saving = self._allowance < wanted
        return (wanted - self._allowance) / self._pace if self._is_saving else 0.0

    def sent(self, size: int, now: float) -> None:
        """Note that a line of *size* bytes has left."""
        self._lines.append((size, now))
        self._in_flight += size
        self._expected += size + self._prompt
        self._allowance = max(0.0, self._allowance - size - self._prompt)

    def echoed(self, now: float) -> None:
        """Note that the oldest line in flight has come back; the lines of one read have one *now*."""
        size, sent_at = self._lines.popleft()
        printed = size + self._prompt
        if now != self._read_at:
            self._has_waited = self._read_at is not None and sent_at + self._round_trip <= self._read_at
            if self._has_waited and self._read_at is not None:
                self._printing += now - self._read_at
            self._read_at = now
        if self._has_waited:
            fading = max(0.0, 1 - printed / MEMORY)
            self._printed = (self._printed + printed) * fading
            self._printing *= fading
        if now - sent_at < self._round_trip:
            self._round_trip, self._round_trip_of = now - sent_at, printed
        self._in_flight -= size
        self._expected -= printed
        self._limit += self._growth * printed

    def lost(self) -> None:
        """Close to half, and forget the bytes in flight; it opens again, but hardly: a line lost is a line garbled."""
        self._limit = max(SMALLEST, self._size / 2)
        self._growth = SLOW_GROWTH
        self._printed = self._printing = 0.0
        self.forget()

    def forget(self) -> None:
        """Begin again with nothing in flight."""
        self._lines.clear()
        self._in_flight = self._expected = 0
        self._read_at = None

    # --- how much

    @property
    def _size(self) -> float:
        """Return the bytes that may be expected."""
        return min(self._limit, self._filled)

    @property
    def _filled(self) -> float:
        """Return the bytes that fill the path and keep the device busy."""
        if not self._printing:
            return self._start if self._round_trip < NEAR else inf
        path = max(0.0, self._round_trip - self._round_trip_of / self._rate)
        return WAITING * self._start + self._rate * path

    @property
    def _most(self) -> float:
        """Return the bytes that may leave at once."""
        return min(self._start, self._size)

    # --- how fast

    @property
    def _rate(self) -> float:
        return self._printed / (self._printing + DOUBT) if self._printing else inf

    @property
    def _pace(self) -> float:
        return min(LEAD * self._rate, self._size / self._round_trip if self._round_trip else inf)

    def _save(self, now: float) -> None:
        """Add to the allowance what the device has taken since it was last looked at."""
        if now > self._allowed_at:
            self._allowance = min(self._most, self._allowance + self._pace * (now - self._allowed_at))
            self._allowed_at = now
