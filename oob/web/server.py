"""Runs the live page in this process until it is told to end."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from oob.errors import UsageError
from oob.inventory.home import Home
from oob.web.access import Tokens, is_loopback
from oob.web.app import app

PORTS = {False: 80, True: 443}  # which a browser leaves out, by whether it is TLS
GRACE = 2  # seconds that open requests get when the server ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Where the page is served: an IP *address* and a *port*, 0 for a free one; *names* are others it is known by.

    Beyond loopback *certificate* and *key* (PEM) are needed, and a token of every visitor.
    """

    address: str = "127.0.0.1"
    port: int = 0
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None

    @property
    def is_local(self) -> bool:
        """Tell whether only this machine can reach it."""
        return is_loopback(self.address)

    def check(self, tokens: Tokens) -> None:
        """Raise UsageError where the listener would show the page to people whom nothing identifies."""
        if (self.certificate is None) != (self.key is None):
            raise UsageError("--tls-cert and --tls-key belong together")
        if self.is_local:
            return
        if self.certificate is None:
            raise UsageError(f"{self.address} is not loopback: TLS is needed there (--tls-cert and --tls-key)")
        if ipaddress.ip_address(self.address).is_unspecified and not self.names:
            raise UsageError(f"{self.address} is every address: say by which name browsers ask (--name)")
        if not tokens.tokens:
            raise UsageError(f"{self.address} is not loopback: enrol a visitor first (oob serve --enrol NAME)")


class Server(uvicorn.Server):
    """uvicorn's server, which ends the endless streams first when it is told to end."""

    def __init__(self, config: uvicorn.Config, end_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._end_streams = end_streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, then the server."""
        self._end_streams()
        await super().shutdown(sockets)


class LivePage:
    """The live page of *home*, bound to its listener from the beginning, so that its address can be said."""

    def __init__(self, home: Home, listener: Listener) -> None:
        listener.check(Tokens.load(home.path))
        self._home = home
        self._listener = listener
        self._socket = _bound(listener)
        self.port = int(self._socket.getsockname()[1])
        self._server = self._made()

    @property
    def address(self) -> str:
        """The address of the page."""
        scheme = "https" if self._listener.certificate else "http"
        return f"{scheme}://{_host(self._listener.address)}:{self.port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """The names and ports under which a browser may ask for it."""
        names = {self._listener.address, *self._listener.names, *(("localhost",) if self._listener.is_local else ())}
        usual = PORTS[self._listener.certificate is not None] == self.port
        return frozenset(f"{_host(name)}:{self.port}" for name in names) | {_host(name) for name in names if usual}

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM, or until it is told to `stop`."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """End `run`, which another thread is in."""
        self._server.should_exit = True

    def _made(self) -> Server:
        made = app(self._home, self.hosts, needs_token=not self._listener.is_local)
        config = uvicorn.Config(
            made,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=GRACE,
            ssl_certfile=self._listener.certificate,
            ssl_keyfile=self._listener.key,
        )
        return Server(config, made.state.hub.close)


def _bound(listener: Listener) -> socket.socket:
    family = socket.AF_INET6 if ":" in listener.address else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((listener.address, listener.port))
        found.listen(128)
    except OSError as error:
        found.close()
        raise UsageError(f"{_host(listener.address)}:{listener.port}: cannot listen: {error.strerror}") from error
    return found


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name else name
