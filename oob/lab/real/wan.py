"""The only way to a site: two tun interfaces, and every IP packet between them late, slow, lost or let through.

It stands in for the kernel's netem, which not every kernel has, and drops real packets: what TCP and IPMI make of that
is theirs. Nothing but packets between the two ends passes.
"""

from __future__ import annotations

import fcntl
import heapq
import ipaddress
import os
import random
import select
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from oob.lab.real.namespace import ip

_TUNSETIFF = 0x400454CA
_TUN_WITHOUT_HEADER = 0x1001  # IFF_TUN | IFF_NO_PI
_NUMBERS = range(1, 250)
_MTU = 1400
_DNS = {53, 853}
_TCP, _UDP = 6, 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The quality of a WAN path: round-trip seconds, the rate of each direction (0: any), the share that is lost."""

    round_trip: float = 0.0
    bits_per_second: float = 0.0
    loss: float = 0.0
    queue: int = 65536  # bytes that wait in each direction; more is lost


FAR_AWAY = Conditions(round_trip=0.6, bits_per_second=64_000, loss=0.01)


class Wan:
    """The WAN path from here to a site; *number* is unique on this machine while it is open.

    `near` and `far` are the addresses of its ends, `conditions` may be replaced at any time, and `questions` counts
    the packets to or from a DNS port that have come to it.
    """

    def __init__(self) -> None:
        self.conditions = Conditions()
        self.questions = 0
        self._silent: frozenset[int] = frozenset()
        self.number, self._here = _claim("oob-wan")
        self.near, self.far = f"198.18.{self.number}.1", f"198.18.{self.number}.2"  # RFC 2544's range for tests
        self._ends = {ipaddress.ip_address(end).packed for end in (self.near, self.far)}
        self._there = _tun(f"oob-far{self.number}")
        self._late: list[tuple[float, int, int, bytes]] = []  # due, a number, the destination, the packet
        self._free_at = {self._here: 0.0, self._there: 0.0}
        self._waiting = {self._here: 0, self._there: 0}
        self._count = 0
        self._chance = random.Random()
        self._stop, self._stopper = os.pipe()
        self._thread = threading.Thread(target=self._carry, name=f"wan {self.number}", daemon=True)
        _address(f"oob-wan{self.number}", self.near, self.far)
        self._thread.start()

    def lead_to(self, namespace: str) -> None:
        """Put the far end into the network of a site."""
        ip("link", "set", f"oob-far{self.number}", "netns", namespace, "name", "wan0")
        _address("wan0", self.far, self.near, "-n", namespace)

    def silence(self, *ports: int) -> None:
        """Drop every packet to and from these ports of the site without a word; without ports, let all pass again."""
        self._silent = frozenset(ports)

    def restore(self) -> None:
        """Let everything pass at once."""
        self.conditions = Conditions()
        self.silence()

    def close(self) -> None:
        """Remove the path."""
        os.close(self._stopper)
        self._thread.join()
        for fd in (self._stop, self._here, self._there):
            os.close(fd)

    def _carry(self) -> None:
        poll = select.poll()
        for fd in (self._stop, self._here, self._there):
            poll.register(fd, select.POLLIN)
        while True:
            patience = max(0.0, 1000 * (self._late[0][0] - time.monotonic())) if self._late else None
            ready = [fd for fd, _ in poll.poll(patience)]
            if self._stop in ready:
                return
            for fd in ready:
                self._take(fd)
            self._deliver()

    def _take(self, source: int) -> None:
        try:
            packet = os.read(source, 65536)
        except OSError:
            return
        target = self._there if source == self._here else self._here
        now, size = self.conditions, len(packet)
        if not self._passes(packet) or self._chance.random() < now.loss or self._waiting[target] + size > now.queue:
            return
        seconds = 8 * size / now.bits_per_second if now.bits_per_second else 0.0
        self._free_at[target] = max(time.monotonic(), self._free_at[target]) + seconds
        self._waiting[target] += size
        self._count += 1
        heapq.heappush(self._late, (self._free_at[target] + now.round_trip / 2, self._count, target, packet))

    def _deliver(self) -> None:
        while self._late and self._late[0][0] <= time.monotonic():
            _, _, target, packet = heapq.heappop(self._late)
            self._waiting[target] -= len(packet)
            with suppress(OSError):  # the interface is down
                os.write(target, packet)

    def _passes(self, packet: bytes) -> bool:
        if packet[0] >> 4 != 4:
            return False
        ports: set[int] = set()
        if packet[9] in (_TCP, _UDP):
            ports = set(struct.unpack_from("!HH", packet, 4 * (packet[0] & 15)))
        if ports & _DNS:
            self.questions += 1
        return {packet[12:16], packet[16:20]} == self._ends and not ports & self._silent


def _claim(prefix: str) -> tuple[int, int]:
    """Return a number and the interface that has it in its name: who has the interface has the number."""
    for number in _NUMBERS:
        with suppress(OSError):
            return number, _tun(f"{prefix}{number}")
    raise OSError("no tun interface can be made: it needs root and /dev/net/tun")


def _tun(name: str) -> int:
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(fd, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _TUN_WITHOUT_HEADER))
    except OSError:
        os.close(fd)
        raise
    return fd


def _address(interface: str, own: str, peer: str, *where: str) -> None:
    ip(*where, "addr", "add", own, "peer", peer, "dev", interface)
    ip(*where, "link", "set", interface, "mtu", str(_MTU), "up")
