"""`telnet://192.0.2.10:2007`: a telnet port of a console server, or a device's own telnet.

Nothing is negotiated with a server that does not begin, since what looks like telnet is sometimes a raw port. One that
does is asked for BINARY: without it a NUL must follow a carriage return, some servers pass that on (ser2net does), and
a NUL in front of a password is a wrong password.
"""

from __future__ import annotations

from typing import Final

from oob.deadline import Deadline
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.layer import Layer
from oob.transport.tcp import connect
from oob.transport.url import ConsoleURL
from oob.wire.telnet import BINARY, BREAK, TelnetCodec

SCHEME: Final = "telnet"
PORT: Final = 23

REPLY_TIMEOUT: Final = 5.0  # seconds for a few bytes of negotiation: a far end that takes none of them is stuck


class Telnet(Layer):
    """Telnet over any transport that carries bytes as they are."""

    def __init__(self, inner: Transport, codec: TelnetCodec) -> None:
        super().__init__(inner)
        self.codec = codec
        self._has_asked = False
        self._early = bytearray()  # payload that came while an answer was waited for

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return payload as soon as at least one byte of it is there, answering negotiation meanwhile."""
        if self._early:
            data = bytes(self._early[:max_bytes])
            del self._early[:max_bytes]
            return data
        deadline = Deadline(timeout)
        while (payload := self.receive(max_bytes, deadline.remaining())) == b"":
            pass  # that was negotiation only
        return payload or b""

    def receive(self, max_bytes: int, timeout: float) -> bytes | None:
        """Take in one chunk and answer what is negotiation in it; None when *timeout* passes first."""
        data = self.inner.read(max_bytes, timeout)
        if not data:
            return None
        payload, reply = self.codec.feed(data)
        if self.codec.peer_negotiates and not self._has_asked:
            self._has_asked = True
            reply += self.codec.offer(BINARY) + self.codec.demand(BINARY)
        if reply:
            self.inner.write(reply, REPLY_TIMEOUT)
        return payload

    def pump(self, deadline: Deadline) -> None:
        """Take in one chunk and keep its payload for the next read."""
        self._early += self.receive(4096, deadline.remaining()) or b""

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of *data* with what telnet puts between; a stall counts bytes on the wire."""
        self.inner.write(self.codec.encode(data), timeout)

    def send_break(self, seconds: float = 0.25) -> None:
        """Send telnet's BREAK; how long it lasts is the server's affair."""
        self.inner.write(BREAK, REPLY_TIMEOUT)


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Telnet:
    """Connect; raises PathRefused or PathUnreachable."""
    url.allow()
    return Telnet(connect(*url.endpoint(PORT), deadline, str(url)), TelnetCodec())
