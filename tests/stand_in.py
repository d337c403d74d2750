"""What stand-ins have in common: transports without BREAK and line settings, and HTTP servers in a thread."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self

from oob.errors import BreakUnsupported, LineUnsupported
from oob.transport.base import LineSettings


class StandIn:
    """The parts of a transport that a stand-in for a device does without."""

    line: LineSettings | None = None

    def send_break(self, seconds: float = 0.25) -> None:
        raise BreakUnsupported("a stand-in has no BREAK")

    def set_line(self, settings: LineSettings) -> None:
        raise LineUnsupported("a stand-in has no line")

    def close(self) -> None:
        """Nothing is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class QuietHandler(BaseHTTPRequestHandler):
    """A request handler that logs nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Served(HTTPServer):
    """An HTTP server on a port of 127.0.0.1, which answers in a thread until `stop`."""

    def __init__(self, handler: type[QuietHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
