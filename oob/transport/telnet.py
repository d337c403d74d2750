"""`telnet://192.0.2.10:2007`: a telnet port of a console server, or a device's own telnet.

A user in the URL, as in `telnet://ops@192.0.2.10:2007`, is one of the console server, which asks for a login of its own
before it gives the line away.

Nothing is negotiated with a server that does not begin, since what looks like telnet is sometimes a raw port. One that
does is asked for BINARY: without it a NUL must follow a carriage return, some servers pass that on (ser2net does), and
a NUL in front of a password is a wrong password. When it has been silent for a while it is also asked for a sign of
life: where a tunnel or a relay keeps the connection up, nothing else shows that its far end is gone.
"""

from __future__ import annotations

import time
from typing import Final

from oob.deadline import Deadline
from oob.errors import PathLost
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.layer import Layer
from oob.transport.tcp import connect
from oob.transport.textlogin import log_in
from oob.transport.url import ConsoleURL
from oob.wire.telnet import ASK_FOR_SIGN, BINARY, BREAK, TelnetCodec

SCHEME: Final = "telnet"
OPTIONS: Final[tuple[str, ...]] = ()
PORT: Final = 23

REPLY_TIMEOUT: Final = 5.0  # seconds for a few bytes of negotiation: a far end that takes none of them is stuck
SILENCE: Final = 5.0  # seconds until a sign of life is asked for
SIGN: Final = 8.0  # seconds for the answer: found dead within 5 + 8 s of waiting
EARLY: Final = 65536  # bytes that are kept of what comes before the line is arranged
_HELD_UP: Final = 1000  # unanswered bytes behind which a server may be waiting for its line, and answer nothing else


class Telnet(Layer):
    """Telnet over any transport that carries bytes as they are."""

    def __init__(self, inner: Transport, codec: TelnetCodec) -> None:
        super().__init__(inner)
        self.codec = codec
        self._has_asked = False
        self._heard_at = time.monotonic()
        self._doubted_at = 0.0  # when the sign of life was asked for that is still out
        self._unanswered = 0
        self._early = bytearray()  # payload that came while an answer was waited for

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return payload as soon as at least one byte of it is there, answering negotiation meanwhile."""
        if self._early:
            data = bytes(self._early[:max_bytes])
            del self._early[:max_bytes]
            return data
        deadline = Deadline(timeout)
        while True:
            payload = self.receive(max_bytes, min(deadline.remaining(), self._patience()))
            if payload:
                return payload
            if deadline.is_over:  # also where a peer negotiates for ever
                return b""
            if payload is None:
                self._doubt()

    def receive(self, max_bytes: int, timeout: float) -> bytes | None:
        """Take in one chunk and answer the negotiation in it; None when *timeout* passes first."""
        data = self.inner.read(max_bytes, timeout)
        if not data:
            return None
        self._heard_at, self._doubted_at, self._unanswered = time.monotonic(), 0.0, 0
        payload, reply = self.codec.feed(data)
        if self.codec.peer_negotiates and not self._has_asked:
            self._has_asked = True
            reply += self.codec.offer(BINARY) + self.codec.demand(BINARY) + ASK_FOR_SIGN
        if reply:
            self.inner.write(reply, REPLY_TIMEOUT)
        return payload

    def pump(self, deadline: Deadline) -> None:
        """Take in one chunk and keep its payload for the next read."""
        payload = self.receive(4096, deadline.remaining()) or b""
        self._early += payload[: max(0, EARLY - len(self._early))]

    def hand_back(self, payload: bytes) -> None:
        """Let the next read give *payload*, which has been read already."""
        self._early[:0] = payload

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of *data* with what telnet puts between; a stall counts bytes on the wire."""
        self._unanswered += len(data)
        self.inner.write(self.codec.encode(data), timeout)

    def send_break(self, seconds: float = 0.25) -> None:
        """Send telnet's BREAK; how long it lasts is the server's affair."""
        self.inner.write(BREAK, REPLY_TIMEOUT)

    def _patience(self) -> float:
        """Return the seconds until silence is doubted or lost; without end where it may mean something else."""
        if not self.codec.peer_gives_signs or self._unanswered > _HELD_UP:
            return float("inf")
        until = self._doubted_at + SIGN if self._doubted_at else self._heard_at + SILENCE
        return max(0.0, until - time.monotonic())

    def _doubt(self) -> None:
        """Ask a silent peer for a sign of life; raises PathLost where the last one asked for never came."""
        if self._doubted_at:
            raise PathLost("the far end has stopped answering", path=self.path, is_gone=True)
        self._doubted_at = time.monotonic()
        self.inner.write(ASK_FOR_SIGN, REPLY_TIMEOUT)


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Telnet:
    """Connect, and log in where the URL names a user; raises PathRefused, PathUnreachable or ServerLoginRefused."""
    url.allow(*OPTIONS)
    transport = Telnet(connect(*url.endpoint(PORT), deadline, str(url)), TelnetCodec())
    if url.user:
        try:
            transport.hand_back(log_in(transport, url.user, access.server_login, deadline))
        except BaseException:
            transport.close()
            raise
    return transport
