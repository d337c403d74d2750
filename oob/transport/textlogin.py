"""The login of a console server that asks in plain text, as over telnet, before it gives the line away.

It is not the device's: that one comes afterwards, and is known by coming without a word of refusal before it.
"""

from __future__ import annotations

import re
from typing import Final

from oob.deadline import Deadline
from oob.errors import PathBusy, PathRefused, ServerLoginRefused
from oob.transport.access import ServerLogin
from oob.transport.base import Transport
from oob.transport.busy import busy_text

_USER: Final = re.compile(rb"(login|user ?name|user|user id) ?: ?$", re.IGNORECASE)
_PASSWORD: Final = re.compile(rb"pass(word|code|phrase)[^\r\n]{0,40}: ?$", re.IGNORECASE)
_REFUSED: Final = re.compile(
    rb"[^\r\n]{0,200}\b(incorrect|invalid|denied|fail(ed|ure)|not authori[sz]ed|bad (password|login|secrets))[^\r\n]*",
    re.IGNORECASE,
)
_RETURN: Final = b"\r"
_AWAKE: Final = 3.0  # seconds in which a server asks by itself; some do only after a return
_VERDICT: Final = 5.0  # seconds in which a server refuses; a line that says nothing by then is ours
_ASKED: Final = 200  # bytes, at most, of what a server asks
_KEPT: Final = 16384  # bytes of what it says before that
_QUIET: Final = 0.4  # seconds after which something that was said is over


class _Door:
    """The conversation with the server."""

    def __init__(self, transport: Transport, deadline: Deadline) -> None:
        self.transport = transport
        self.seen = b""
        self._deadline = deadline

    def say(self, text: bytes) -> None:
        """Type *text*; all that was seen before it is forgotten."""
        self.seen = b""
        self.transport.write(text, self._deadline.remaining())

    def hear(self, patience: float) -> None:
        """Listen until the server asks something or has been quiet for a while; raises the error that it tells."""
        try:
            while not _USER.search(self.seen[-_ASKED:]) and not _PASSWORD.search(self.seen[-_ASKED:]):
                quiet = _QUIET if self.seen.strip() else patience
                data = self.transport.read(4096, min(quiet, self._deadline.remaining()))
                if not data or self._deadline.is_over:
                    break
                self.seen = (self.seen + data)[-_KEPT:]
        finally:
            self._judge()  # also where the server has hung up

    def _judge(self) -> None:
        path = self.transport.path
        if refusal := _REFUSED.search(self.seen):
            words = refusal[0].decode("latin-1").strip()
            raise ServerLoginRefused(f"the console server says: {words}", path=path)
        if text := busy_text(self.seen):
            raise PathBusy(f"the console server says: {text}", path=path, holder=text)


def log_in(transport: Transport, user: str, login: ServerLogin, deadline: Deadline) -> bytes:
    """Answer the server's questions as *user* and return what came after that, which is the line's.

    Raises ServerLoginRefused, PathBusy, or PathRefused where no prompt comes. A password is sent once.
    """
    door = _Door(transport, deadline)
    door.hear(_AWAKE)
    if not door.seen.strip():
        door.say(_RETURN)
        door.hear(_AWAKE)
    asks_for_user = _USER.search(door.seen)
    if asks_for_user:
        door.say(user.encode() + _RETURN)
        door.hear(_VERDICT)
    if _PASSWORD.search(door.seen):
        if not login.password:
            raise ServerLoginRefused("the console server asks for a password, and there is none", path=transport.path)
        door.say(login.password.encode() + _RETURN)
        door.hear(_VERDICT)
    elif not asks_for_user:
        said = " ".join(door.seen.decode("latin-1").split())[-100:]
        message = f"the console server asks for no login (it says {said!r}): leave the user name out of the URL"
        raise PathRefused(message, path=transport.path)
    return door.seen
