"""`telnet://192.0.2.10:2007`: a telnet port of a console server, or a device's own telnet.

It answers the server's negotiation and begins none, since what looks like telnet is sometimes a raw port.
"""

from __future__ import annotations

from typing import Final

from oob.deadline import Deadline
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.layer import Layer
from oob.transport.tcp import connect
from oob.transport.url import ConsoleURL
from oob.wire.telnet import BREAK, TelnetCodec

SCHEME: Final = "telnet"
PORT: Final = 23

REPLY_TIMEOUT: Final = 5.0  # seconds for a few bytes of negotiation: a far end that takes none of them is stuck


class Telnet(Layer):
    """Telnet over any transport that carries bytes as they are."""

    def __init__(self, inner: Transport, codec: TelnetCodec) -> None:
        super().__init__(inner)
        self.codec = codec

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return payload as soon as at least one byte of it is there, answering negotiation meanwhile."""
        deadline = Deadline(timeout)
        while True:
            data = self.inner.read(max_bytes, deadline.remaining())
            if not data:
                return b""
            payload, reply = self.codec.feed(data)
            if reply:
                self.inner.write(reply, REPLY_TIMEOUT)
            if payload:
                return payload

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
