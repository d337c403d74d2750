"""Two console ports of which the second leads to another device, and what was typed into that one."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from oob.profile.model import Profile
from tests.recovery.credentials import Credentials


class Port:
    """A port in front of a console: it records what is typed, and dies when *last* is typed, for good."""

    def __init__(self, console: str) -> None:
        parts = urlsplit(console)
        self._console = (str(parts.hostname), int(parts.port or 0))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.last: re.Pattern[bytes] | None = None
        self.typed = bytearray()
        self.is_dead = False
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def close(self) -> None:
        self._end()
        for thread in self._threads:
            thread.join()
        for one in self._sockets:
            one.close()

    def _end(self) -> None:
        self.is_dead = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        with suppress(OSError):
            while not self.is_dead:
                client, _ = self._listener.accept()
                line = socket.create_connection(self._console)
                self._sockets += [client, line]
                for act in (self._type, self._show):
                    thread = threading.Thread(target=act, args=(client, line))
                    self._threads.append(thread)
                    thread.start()

    def _type(self, client: socket.socket, line: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(4096):
                self.typed += data
                line.sendall(data)
                if self.last and self.last.search(self.typed):
                    self._end()
                    return
            line.shutdown(socket.SHUT_RDWR)

    def _show(self, client: socket.socket, line: socket.socket) -> None:
        with suppress(OSError):
            while data := line.recv(4096):
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)


def beyond(typed: bytes, profile: Profile) -> bytes:
    """Return what of *typed* is neither wake-up nor login nor identification nor logging out again."""
    console = profile.console
    login = Credentials()
    asides = {"", *(prompt.aside or "" for prompt in console.prompts.values())}
    reads = (*console.setup, *(profile.facts.commands if profile.facts else ()))
    home = (move.send for move in console.moves if move.end == profile.home_state and move.start in ("user", "shell"))
    known = {aside + line for aside in asides for line in reads}
    known |= {"", login.username or "", login.password or "", login.enable or "", console.logout, *home}
    lines = re.split(rb"[\r\n]", re.sub(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", b"", typed))
    return b"".join(line for line in lines if line.strip().decode("latin-1") not in known)
