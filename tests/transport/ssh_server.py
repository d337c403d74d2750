"""A small SSH console server on Paramiko, for what OpenSSH's has not: the line in the user name, menus, BREAK.

OpenSSH itself is met in `tests/real`.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any, ClassVar, cast

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.server import InteractiveQuery

HOST_KEY = paramiko.ECDSAKey.generate()
PASSWORD = "canary-server-password"


class Console(paramiko.ServerInterface):
    """One client: what it asked for is remembered, and *greet* is called with the channel when it wants a session."""

    def __init__(self, methods: str, user_key: paramiko.PKey | None, greet: Callable[[paramiko.Channel], None]) -> None:
        self.methods = methods
        self.user_key = user_key
        self.greet = greet
        self.user = ""
        self.command = b""
        self.passwords: list[str] = []
        self.breaks: list[int] = []
        self.broke = threading.Event()
        self.channel: paramiko.Channel | None = None

    def get_allowed_auths(self, username: str) -> str:
        return self.methods

    def check_auth_none(self, username: str) -> int:
        return self._verdict(username, self.methods == "none")

    def check_auth_password(self, username: str, password: str) -> int:
        self.passwords.append(password)
        return self._verdict(username, "password" in self.methods and password == PASSWORD)

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return self._verdict(username, key == self.user_key)

    def check_auth_interactive(self, username: str, submethods: str) -> Any:
        self.user = username
        return InteractiveQuery("Console server", "two questions", ("Who are you?", True), ("Code:", False))

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        self.passwords.append(responses[-1])
        return self._verdict(self.user, responses == [self.user, PASSWORD])

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(OPEN_SUCCEEDED)

    def check_channel_pty_request(self, *terminal: Any) -> bool:
        return True

    def check_channel_shell_request(self, channel: paramiko.Channel) -> bool:
        self.channel = channel
        return True

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        self.command = command
        self.channel = channel
        return True

    def begin(self) -> None:
        """Greet, once a shell or command has been granted."""
        if self.channel:
            threading.Thread(target=self.greet, args=(self.channel,), daemon=True).start()
            self.channel = None

    def _verdict(self, username: str, right: bool) -> int:
        self.user = username
        return int(AUTH_SUCCESSFUL if right else AUTH_FAILED)


def take_request(channel: Any, message: paramiko.Message) -> None:
    """Note a BREAK, which Paramiko's server end does not know, and greet only after a request has been granted."""
    console: Console = channel.get_transport().console
    copy = paramiko.Message(message.get_remainder())
    if copy.get_text() == "break":
        copy.get_boolean()
        console.breaks.append(copy.get_int())
        console.broke.set()
    channel._handle_request(message)
    console.begin()


class ServerTransport(paramiko.Transport):
    """A server's end of a connection, with its *console*."""

    console: Console
    _channel_handler_table: ClassVar = {**cast(Any, paramiko.Transport)._channel_handler_table, 98: take_request}


class SshServer:
    """Listens on a port of 127.0.0.1 and serves one client after the other."""

    def __init__(
        self,
        greet: Callable[[paramiko.Channel], None] = lambda channel: None,
        methods: str = "password",
        user_key: paramiko.PKey | None = None,
        host_key: paramiko.PKey = HOST_KEY,
    ) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.host_key = host_key
        self.console = Console(methods, user_key, greet)
        self.transports: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def known_hosts_line(self) -> str:
        return f"[127.0.0.1]:{self.port} {self.host_key.get_name()} {self.host_key.get_base64()}\n"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            transport = ServerTransport(connection)
            transport.console = self.console
            transport.add_server_key(self.host_key)
            self.transports.append(transport)
            try:
                transport.start_server(server=self.console)
            except (paramiko.SSHException, EOFError, OSError):
                transport.close()

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join()
        for transport in self.transports:
            transport.close()
