"""A slow way to a TCP port: a round trip and a rate, in both directions; nothing is lost, as TCP's own users see it."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

CHUNK = 1024


class Relay:
    """Listens on *port* of 127.0.0.1 and passes on to *target* there, slowly, until it is closed."""

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
