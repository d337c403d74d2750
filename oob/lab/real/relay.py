"""A slow way to a port: a round trip and a rate, in both directions; nothing is lost."""

from __future__ import annotations

import heapq
import os
import queue
import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

CHUNK = 1024


class Relay:
    """Listens on *port* of *host* and passes on to *target* there, slowly, until it is closed."""

    host = "127.0.0.1"

    def __init__(self, target: int, *, round_trip: float, bits_per_second: float) -> None:
        self._target = target
        self._delay = round_trip / 2
        self._bytes_per_second = bits_per_second / 8
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def close(self) -> None:
        """End it and every connection through it."""
        for each in (self._listener, *self._sockets):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in (self._listener, *self._sockets):
            each.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._sockets.append(near)
                try:
                    far = socket.create_connection(("127.0.0.1", self._target))
                except OSError:
                    near.close()
                    continue
                self._sockets.append(far)
                for one, other in ((near, far), (far, near)):
                    late: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
                    self._start(self._take, one, late)
                    self._start(self._give, other, late)

    def _start(
        self,
        pump: Callable[[socket.socket, queue.SimpleQueue[tuple[float, bytes]]], None],
        end: socket.socket,
        late: queue.SimpleQueue[tuple[float, bytes]],
    ) -> None:
        thread = threading.Thread(target=pump, args=(end, late))
        thread.start()
        self._threads.append(thread)

    def _take(self, source: socket.socket, late: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        free_at = 0.0
        data = b"."
        while data:
            data = b""
            with suppress(OSError):
                data = source.recv(CHUNK)
            free_at = max(free_at, time.monotonic()) + len(data) / self._bytes_per_second
            late.put((free_at + self._delay, data))

    def _give(self, target: socket.socket, late: queue.SimpleQueue[tuple[float, bytes]]) -> None:
        with suppress(OSError):
            while True:
                due, data = late.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not data:
                    target.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(data)


class DatagramRelay:
    """The same for UDP: every datagram is late, and the rate is shared by those of one direction.

    It has the port of its target at an address of its own, *host*, because a BMC says which port its SOL is on.
    """

    host = "127.0.0.2"

    def __init__(self, target: int, *, round_trip: float, bits_per_second: float) -> None:
        self._delay = round_trip / 2
        self._bytes_per_second = bits_per_second / 8
        self._near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._near.bind((self.host, target))
        self.port = target
        self._target = ("127.0.0.1", target)
        self._clients: dict[tuple[str, int], socket.socket] = {}
        self._late: list[tuple[float, int, bytes, socket.socket, tuple[str, int]]] = []
        self._stop, self._stopper = os.pipe()
        self._thread = threading.Thread(target=self._carry)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        os.close(self._stopper)
        self._thread.join()
        os.close(self._stop)
        for each in (self._near, *self._clients.values()):
            each.close()

    def _carry(self) -> None:
        free_at = {True: 0.0, False: 0.0}
        count = 0
        while True:
            patience = max(0.0, self._late[0][0] - time.monotonic()) if self._late else None
            ends = {far.fileno(): (far, client) for client, far in self._clients.items()}
            ready, _, _ = select.select([self._stop, self._near.fileno(), *ends], [], [], patience)
            if self._stop in ready:
                return
            for fd in ready:
                if fd == self._near.fileno():
                    data, client = self._near.recvfrom(65536)
                    if client not in self._clients:
                        self._clients[client] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    end, to = self._clients[client], self._target
                else:
                    end, to = self._near, ends[fd][1]
                    with suppress(OSError):
                        data = ends[fd][0].recv(65536)
                outbound = end is not self._near
                free_at[outbound] = max(free_at[outbound], time.monotonic()) + len(data) / self._bytes_per_second
                count += 1
                heapq.heappush(self._late, (free_at[outbound] + self._delay, count, data, end, to))
            while self._late and self._late[0][0] <= time.monotonic():
                _, _, data, end, to = heapq.heappop(self._late)
                with suppress(OSError):
                    end.sendto(data, to)
