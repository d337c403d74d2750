"""`sol://admin@192.0.2.20`: a console through a BMC, serial over LAN, by `ipmitool`.

The BMC has one SOL session for everybody. Somebody else's is left alone unless `Access.evict` is set; ours is always
deactivated at the end, and only as long as it is ours. A BMC does not tell a session that it has lost the console, nor
that it is about to say nothing at all, so a silent session is asked after in the background.
"""

from __future__ import annotations

import re
import threading
import time
import tty
from contextlib import suppress
from typing import Final

from oob.deadline import Deadline
from oob.errors import OobError, PathHeld, PathLost, PathRefused, PathUnreachable
from oob.transport.access import Access
from oob.transport.exec import Program
from oob.transport.ipmi import Bmc, CipherRefused
from oob.transport.layer import Layer
from oob.transport.noise import Noise
from oob.transport.url import ConsoleURL

SCHEME: Final = "sol"
OPTIONS: Final[tuple[str, ...]] = ("cipher", "level")

ESCAPE: Final = "\x1c"  # Ctrl-\: neither ~ (OpenSSH's too) nor what devices use, so keys pass unchanged

_OPERATIONAL: Final = re.compile(rb"\[SOL Session operational\.[^\n]*\n")
_GONE: Final = "the BMC has stopped answering"
_TAKEN: Final = b"already active on another session"
_BREAK_SENT: Final = ESCAPE.encode() + b"B [send break]\n"  # what ipmitool prints of its own
_ACTIVATION: Final = 15.0  # seconds for a session to come up, or for a BMC to be given up
_WATCH: Final = 5.0  # seconds of silence after which the BMC is asked whose the console is
_ANSWER: Final = 8.0  # seconds for that answer: found dead within 5 + 5 + 8 s
_MUTE: Final = 5.0  # seconds without one byte after the first was typed: the session is then made anew, once
_GRACE: Final = 3.0


class Sol(Layer):
    """A SOL session; *inner* is the ipmitool that carries it, *owner* its number once the BMC has been asked."""

    inner: Program

    def __init__(self, bmc: Bmc, deadline: Deadline, evict: bool) -> None:
        self._bmc = bmc
        self._early = b""
        self._noise = Noise()
        self._typed_last = b""
        self._typed_first = 0.0
        self._heard_last = 0.0
        self._may_renew = True
        self._loss = ""
        self.owner = 0
        self._can_ask = True
        self._closed = threading.Event()
        self._closing = threading.Lock()
        super().__init__(self._activate(deadline, evict))
        self._watcher = threading.Thread(target=self._watch, name=f"watch {bmc.path}", daemon=True)
        self._watcher.start()

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return the bytes that have come, as soon as there is one; PathLost when the console has been taken away."""
        if self._early:
            data, self._early = self._early[:max_bytes], self._early[max_bytes:]
            self._heard_last = time.monotonic()
            return data
        deadline = Deadline(timeout)
        while True:
            try:
                data = self._noise.strip(self.inner.read(max_bytes, min(deadline.remaining(), self._until_renewal())))
            except PathLost as error:
                raise self._lost(error) from error
            if data:
                self._heard_last = time.monotonic()
                return data
            if not self._until_renewal():
                self._renew(deadline)
            if deadline.is_over:
                return b""

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of *data*."""
        try:
            self.inner.write(data, timeout)
        except PathLost as error:
            raise self._lost(error) from error
        self._typed_first = self._typed_first or time.monotonic()
        self._typed_last = data[-1:] or self._typed_last

    def send_break(self, seconds: float = 0.25) -> None:
        """Send a BREAK, of the length the BMC likes; ipmitool takes it only after a carriage return, which is typed."""
        self._noise.expect(_BREAK_SENT)
        self.write(self._line_start() + ESCAPE.encode() + b"B", _GRACE)
        self._typed_last = b"\r"

    def close(self) -> None:
        """Deactivate the session if it is ours, and end ipmitool."""
        with self._closing:
            if self._closed.is_set():
                return
            self._closed.set()
            is_ours = self._is_ours()
            if is_ours and not self._line_start():
                is_ours = not self._leave()
            self.inner.close()
            if is_ours:
                with suppress(OobError):  # it is deactivated already, or the BMC is gone
                    self._bmc.run("sol", "deactivate", timeout=_ANSWER)
        self._watcher.join()

    def _activate(self, deadline: Deadline, evict: bool) -> Program:
        """Return an ipmitool with the session up, trying one cipher suite after the other."""
        patience = Deadline(min(deadline.remaining(), _ACTIVATION))
        for cipher in list(self._bmc.ciphers):
            try:
                program = self._begin(cipher, patience)
            except CipherRefused:
                continue
            except PathHeld:
                if not evict:
                    raise
                self._bmc.prefer(cipher)
                self._bmc.run("sol", "deactivate", timeout=patience.remaining())
                program = self._begin(cipher, patience)
            self._bmc.prefer(cipher)
            return program
        raise self._bmc.no_cipher()

    def _begin(self, cipher: str, deadline: Deadline) -> Program:
        command = self._bmc.argv(cipher, "-e", ESCAPE, "sol", "activate")
        program = Program(command, self._bmc.path, environment=self._bmc.environment)
        tty.setraw(program.fd)  # which ipmitool does too, but only after it has said that it is ready
        seen = b""
        try:
            while not (banner := _OPERATIONAL.search(seen)):
                data = program.read(4096, deadline.remaining())
                if not data:
                    raise PathUnreachable("the BMC does not answer", path=self._bmc.path)
                seen += data
            self._early = seen[banner.end() :]
            return program
        except PathLost:
            program.close()
            raise self._refusal(seen, deadline) from None
        except BaseException:
            program.close()
            raise

    def _refusal(self, seen: bytes, deadline: Deadline) -> OobError:
        """Return what an activation that ended with *seen* means; what it keeps to itself a plain command tells."""
        if _TAKEN in seen:
            return PathHeld("console in use by another SOL session", path=self._bmc.path)
        said = seen.decode("utf-8", "replace")
        if "Unable to establish" in said:
            try:
                self._bmc.run("raw", "0x06", "0x4a", "0x01", timeout=deadline.remaining())
            except OobError as error:
                return error
        return self._bmc.explain(said)

    def _watch(self) -> None:
        """Ask whose the console is whenever it has been silent for a while, and end the path when it is not ours."""
        heard = -1
        while self._can_ask and not self._closed.wait(_WATCH if self.owner else 0):
            with self._closing:
                if not self._closed.is_set() and (not self.owner or heard == self.inner.received):
                    self._ask()
                heard = self.inner.received
            if self._loss:
                self.inner.close()
                return

    def _ask(self) -> None:
        try:
            owner = self._bmc.sol_owner(_ANSWER)
        except PathUnreachable:
            self._loss = _GONE
        except (OobError, ValueError):
            self._can_ask = False  # a BMC that does not know the question
        else:
            self.owner = self.owner or owner
            if not owner:
                self._loss = "another user deactivated our SOL session"
            elif owner != self.owner:
                self._loss = "another user took the console (another SOL session is active)"

    def _is_ours(self) -> bool:
        """Tell whether the console is still ours to give back; bytes that have just come prove it."""
        if self._can_ask and not self._loss and time.monotonic() - self._heard_last > _WATCH:
            self._ask()
        return not self._loss

    def _until_renewal(self) -> float:
        """Return the seconds until a session that has never said anything is to be made anew."""
        if not self._may_renew or not self._typed_first or self._heard_last:
            return float("inf")
        return max(0.0, self._typed_first + _MUTE - time.monotonic())

    def _renew(self, deadline: Deadline) -> None:
        """Make the session anew: some BMCs activate a session that then carries nothing."""
        self._may_renew = False
        with self._closing:
            if self._closed.is_set() or not self._is_ours():
                return
            self.inner.close()
            with suppress(PathRefused):
                self._bmc.run("sol", "deactivate", timeout=_ANSWER)
            self.owner = 0
            self.inner = self._activate(Deadline(_ACTIVATION), evict=False)

    def _leave(self) -> bool:
        """Let ipmitool deactivate and log out by itself; True when it has ended in time."""
        deadline = Deadline(_GRACE)
        with suppress(OobError):
            self.inner.write(ESCAPE.encode() + b".", deadline.remaining())
            while self.inner.read(4096, deadline.remaining()):
                pass
            return False
        return True

    def _line_start(self) -> bytes:
        """Return what must be typed so that ipmitool hears its escape character."""
        return b"" if self._typed_last in (b"", b"\r", b"\n") else b"\r"

    def _lost(self, error: PathLost) -> PathLost:
        if not self._loss:
            return error
        is_gone = self._loss == _GONE
        return PathLost(self._loss, path=self.path, received=error.received, sent=error.sent, is_gone=is_gone)


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Sol:
    """Activate a session; raises PathHeld, PathBusy, ServerLoginRefused, PathUnreachable or PathRefused."""
    url.allow(*OPTIONS)
    return Sol(Bmc(url, access), deadline, access.evict)
