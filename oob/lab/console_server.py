"""A port of a console server in front of a router: telnet or raw TCP, some distance away, for one client at a time."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from oob.lab.clock import Scheduler
from oob.lab.line import ROOM, Delay, SerialLine
from oob.lab.nvt import GREETING, Nvt, to_wire

BUSY = b"\r\nPort already in use\r\n"


class ConsoleServerPort:
    """Listens, and connects each client to the line. *seconds* is the delay in each direction."""

    def __init__(
        self,
        clock: Scheduler,
        line: SerialLine,
        *,
        telnet: bool,
        seconds: float,
        greeting: bytes,
        on_break: Callable[[], None],
        address: str = "127.0.0.1",
        number: int = 0,
        speed: int = 0,
    ) -> None:
        self.telnet = telnet
        self.number = number
        self.speed = speed or line.baud  # what the server's port is set to, bit/s
        self._address = address
        self._greeting = (GREETING if telnet else b"") + greeting
        self._line = line
        self._on_break = on_break
        self._seconds = seconds
        self._client: _Client | None = None
        self._server: asyncio.Server | None = None
        self._to_line = Delay(clock, seconds, self._arrived_at_server)
        self._to_client = Delay(clock, seconds, self._arrived_at_client)
        line.plug(self._from_device)

    @property
    def url(self) -> str:
        """The console URL of this port."""
        return f"{'telnet' if self.telnet else 'tcp'}://{self._address}:{self.number}"

    def hurry(self, *, is_quick: bool) -> None:
        """Stand beside the router, or as far away again as the port really is."""
        for delay in (self._to_line, self._to_client):
            delay.seconds = 0.0 if is_quick else self._seconds

    async def open(self) -> None:
        """Listen; on the same port as before where there was one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Client(self), self._address, self.number)
        self.number = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Stop listening and drop every client."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.hang_up()

    def hang_up(self) -> None:
        """Drop the connection; the router does not notice."""
        client, self._client = self._client, None
        if client is not None:
            client.abort()
        self._to_line.forget()
        self._to_client.forget()

    def joined(self, client: _Client) -> bool:
        """Give the port to *client* if it is free."""
        if self._client is not None:
            return False
        self._client = client
        if self._greeting:
            self._to_client.put(self._greeting)
        return True

    def left(self, client: _Client) -> None:
        """Take the port back from *client*."""
        if self._client is client:
            self._client = None
            self._to_client.forget()

    def from_client(self, data: bytes) -> None:
        """Take bytes that came over the network."""
        self._to_line.put(data)

    def _from_device(self, data: bytes) -> None:
        if self._client is not None:
            data = self._line.heard(data, self.speed)
            self._to_client.put(to_wire(data) if self.telnet else data)

    def _arrived_at_client(self, data: bytes) -> None:
        if self._client is not None:
            self._client.send(data)

    def _arrived_at_server(self, data: bytes) -> None:
        client = self._client
        if self.telnet and client is not None:
            data, replies, breaks = client.nvt.feed(data)
            if replies:
                self._to_client.put(replies)
            for _ in range(breaks):
                self._on_break()
        self._line.type(self._line.typed_at(data, self.speed))
        if client is not None and self._line.typed > ROOM:
            client.pause()
            self._line.when_typed(client.resume)


class _Client(asyncio.Protocol):
    def __init__(self, port: ConsoleServerPort) -> None:
        self.nvt = Nvt()
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._is_in = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._is_in = self._port.joined(self)
        if not self._is_in:
            transport.write(BUSY)
            transport.close()

    def data_received(self, data: bytes) -> None:
        if self._is_in:
            self._port.from_client(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._port.left(self)

    def send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def pause(self) -> None:
        if self._transport is not None:
            self._transport.pause_reading()

    def resume(self) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()
