"""The serial line between a router's console and whatever it is plugged into: a speed, noise, and delay on the way.

Time comes from a scheduler, so that a line can be stepped in tests. Bytes leave in bursts of a few milliseconds, as out
of the FIFO of a real UART, and the last byte of each burst at its exact moment.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from oob.lab.clock import ScheduledCall, Scheduler

Deliver = Callable[[bytes], None]

BITS_PER_BYTE = 10  # start, eight of data, stop
BURST_SECONDS = 0.004  # the least time between two bursts on a fast line
TO_DEVICE_FIFO = 4
TO_HOST_FIFO = 16
MISREAD = b"\x00\x80\xc0\xe0\xf0\xf8\xfc\xfe\xff"  # a start bit read at another speed: runs of equal bits


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNoise:
    """The quality of a line: the share of bytes that arrive garbled, and the share that is lost."""

    garble: float = 0.0
    loss: float = 0.0

    def spoil(self, data: bytes, chance: random.Random) -> bytes:
        """Return what arrives of *data*."""
        if not self.garble and not self.loss:
            return data
        kept = (byte for byte in data if chance.random() >= self.loss)
        return bytes(byte ^ (1 << chance.randrange(7)) if chance.random() < self.garble else byte for byte in kept)


def misread(data: bytes, sent: int, read: int, chance: random.Random) -> bytes:
    """Return what a receiver set to *read* bit/s makes of *data* that was sent at *sent* bit/s.

    A slow receiver takes several characters for one, a fast one takes one for several.
    """
    if not data:
        return data
    count = max(1, round(len(data) * read / sent))
    return bytes(chance.choice(MISREAD) for _ in range(count))


class Pacer:
    """One direction of a line: takes bytes at once and delivers them at *baud*; 0 is as fast as they come."""

    def __init__(self, clock: Scheduler, baud: int, fifo: int, deliver: Deliver) -> None:
        self._clock = clock
        self._fifo = fifo
        self._deliver = deliver
        self._queue = bytearray()
        self._edge = 0.0  # when the first byte of the queue began to leave
        self._timer: ScheduledCall | None = None
        self.set_baud(baud)

    def set_baud(self, baud: int) -> None:
        """Change the speed; queued bytes leave at once."""
        if self._queue:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            queue, self._queue = bytes(self._queue), bytearray()
            self._deliver(queue)
        self._byte = BITS_PER_BYTE / baud if baud else 0.0
        self._burst = max(self._fifo, int(BURST_SECONDS / self._byte)) if baud else 0

    def put(self, data: bytes) -> float:
        """Take *data*; return the seconds until all of the queue has left."""
        if not self._byte:
            self._deliver(data)
            return 0.0
        if not self._queue:
            self._edge = self._clock.now()
        self._queue += data
        self._schedule()
        return self.behind()

    def behind(self) -> float:
        """Return the seconds until the queue has left."""
        return max(0.0, self._edge + len(self._queue) * self._byte - self._clock.now()) if self._queue else 0.0

    def __len__(self) -> int:
        return len(self._queue)

    def _schedule(self) -> None:
        if self._timer is None and self._queue:
            burst = min(len(self._queue), self._burst)
            self._timer = self._clock.call_later(self._edge + burst * self._byte - self._clock.now(), self._leave)

    def _leave(self) -> None:
        self._timer = None
        due = int((self._clock.now() - self._edge) / self._byte + 0.001)
        data = bytes(self._queue[: max(1, due)])
        del self._queue[: len(data)]
        self._edge += len(data) * self._byte
        self._schedule()
        self._deliver(data)


class SerialLine:
    """A console line: the device's end is `send` and the *to_device* it was given, the other end is a set of ports.

    With *is_strict* a port that is set to another speed than the device exchanges only garbage with it.
    """

    def __init__(self, clock: Scheduler, baud: int, to_device: Deliver, seed: int = 0) -> None:
        self.baud = baud
        self.is_strict = False
        self.noise = LineNoise()
        self.on_type: Callable[[], None] = lambda: None  # told when a client types
        self.is_cut = False  # bytes of both directions leave and arrive nowhere
        self._chance = random.Random(seed)
        self._down = Pacer(clock, baud, TO_DEVICE_FIFO, self._arrive_at_device)
        self._up = Pacer(clock, baud, TO_HOST_FIFO, self._arrive_at_host)
        self._to_device = to_device
        self._hosts: list[Deliver] = []
        self._waiting: list[Callable[[], None]] = []

    def plug(self, deliver: Deliver) -> None:
        """Let *deliver* have what the device sends from now on."""
        self._hosts.append(deliver)

    def send(self, data: bytes) -> float:
        """Send from the device; return the seconds until everything it sent has left."""
        return self._up.put(data)

    def type(self, data: bytes) -> None:
        """Send towards the device."""
        self.on_type()
        self._down.put(data)

    def set_baud(self, baud: int) -> None:
        """Change the speed of the device's end; ports that are not told exchange only garbage from now on."""
        self.baud = baud
        self.is_strict = True
        self.hurry(is_quick=False)

    def hurry(self, *, is_quick: bool) -> None:
        """Carry bytes as fast as they come, or at the line's speed again."""
        for pacer in (self._down, self._up):
            pacer.set_baud(0 if is_quick else self.baud)

    def heard(self, data: bytes, baud: int) -> bytes:
        """Return what a port set to *baud* reads of *data* from the device."""
        is_wrong = self.is_strict and baud and self.baud and baud != self.baud
        return misread(data, self.baud, baud, self._chance) if is_wrong else data

    def typed_at(self, data: bytes, baud: int) -> bytes:
        """Return what the device reads of *data* from a port set to *baud*."""
        is_wrong = self.is_strict and baud and self.baud and baud != self.baud
        return misread(data, baud, self.baud, self._chance) if is_wrong else data

    @property
    def typed(self) -> int:
        """The number of bytes in flight towards the device."""
        return len(self._down)

    def when_typed(self, fn: Callable[[], None]) -> None:
        """Call *fn* once, when few enough bytes are left towards the device to take more."""
        self._waiting.append(fn)

    def _arrive_at_device(self, data: bytes) -> None:
        if not self.is_cut:
            self._to_device(self.noise.spoil(data, self._chance))
        if self._waiting and len(self._down) < ROOM:
            waiting, self._waiting = self._waiting, []
            for fn in waiting:
                fn()

    def _arrive_at_host(self, data: bytes) -> None:
        if self.is_cut:
            return
        data = self.noise.spoil(data, self._chance)
        for deliver in self._hosts:
            deliver(data)


ROOM = 2048  # bytes that a port keeps ahead of the line before it stops reading from its client


class Delay:
    """A delay: bytes come out in order, *seconds* after they went in."""

    def __init__(self, clock: Scheduler, seconds: float, deliver: Deliver) -> None:
        self.seconds = seconds
        self._clock = clock
        self._deliver = deliver
        self._under_way: deque[bytes] = deque()
        self._generation = 0

    def put(self, data: bytes) -> None:
        """Send *data* on its way."""
        if not self.seconds and not self._under_way:
            self._deliver(data)
            return
        self._under_way.append(data)
        generation = self._generation
        self._clock.call_later(self.seconds, lambda: self._arrive(generation))

    def forget(self) -> None:
        """Lose everything that is under way."""
        self._under_way.clear()
        self._generation += 1

    def _arrive(self, generation: int) -> None:
        if generation == self._generation:
            self._deliver(self._under_way.popleft())
