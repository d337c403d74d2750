"""Telnet (RFC 854) as a codec: bytes from the wire become payload and replies, payload becomes bytes for the wire.

It does no I/O. Options are negotiated as RFC 1143 says, so that no pair of peers can loop; ECHO, SGA and BINARY are
agreed to, an option with a subnegotiation of its own (RFC 2217) is plugged in, everything else is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

SE, BRK, SB, WILL, WONT, DO, DONT, IAC = 240, 243, 250, 251, 252, 253, 254, 255

BINARY, ECHO, SGA = 0, 1, 3

TIMING_MARK: Final = 6  # an answer to it, yes or no, is a sign of life (RFC 860)

BREAK: Final = bytes([IAC, BRK])
ASK_FOR_SIGN: Final = bytes([IAC, DO, TIMING_MARK])

_IAC: Final = bytes([IAC])
_MAX_SUBNEGOTIATION = 4096  # what no option of ours comes near; the rest of a longer one is skipped

Subnegotiation = Callable[[bytes], bytes]


class _Answer(Enum):
    """The state of one option on one side. We never turn an option off, so RFC 1143's WANTNO cannot occur."""

    NO = "no"
    YES = "yes"
    ASKED = "asked"


class _Side:
    """The options of one side: ours (*ask* WILL, *refuse* WONT) or theirs (DO, DONT)."""

    def __init__(self, accepted: frozenset[int], ask: int, refuse: int) -> None:
        self.accepted = accepted
        self._ask = ask
        self._refuse = refuse
        self._answers: dict[int, _Answer] = {}

    def has(self, option: int) -> bool:
        return self._answers.get(option) is _Answer.YES

    def is_open(self, option: int) -> bool:
        return self._answers.get(option) is _Answer.ASKED

    def ask(self, option: int) -> bytes:
        if self._answers.get(option, _Answer.NO) is not _Answer.NO:
            return b""
        self._answers[option] = _Answer.ASKED
        return bytes([IAC, self._ask, option])

    def wanted(self, option: int) -> bytes:
        """Answer the peer's DO (for our side) or WILL (for theirs)."""
        answer = self._answers.get(option, _Answer.NO)
        if answer is _Answer.NO and option not in self.accepted:
            return bytes([IAC, self._refuse, option])
        self._answers[option] = _Answer.YES
        return bytes([IAC, self._ask, option]) if answer is _Answer.NO else b""

    def unwanted(self, option: int) -> bytes:
        """Answer the peer's DONT (for our side) or WONT (for theirs)."""
        answer = self._answers.get(option, _Answer.NO)
        self._answers[option] = _Answer.NO
        return bytes([IAC, self._refuse, option]) if answer is _Answer.YES else b""


class TelnetCodec:
    """One end of a telnet connection without the connection.

    *plugins* maps an option to what takes its subnegotiations: called with the content (IAC already undoubled, the
    option's own byte left out), it returns the bytes to answer with. Such an option is agreed to on both sides.
    """

    def __init__(self, plugins: Mapping[int, Subnegotiation] | None = None) -> None:
        self._plugins = dict(plugins or {})
        plugged = frozenset(self._plugins)
        self._ours = _Side(frozenset({SGA, BINARY}) | plugged, WILL, WONT)
        self._theirs = _Side(frozenset({ECHO, SGA, BINARY}) | plugged, DO, DONT)
        self._held = b""  # an IAC sequence that the last chunk cut in two
        self._after_cr = False
        self._inside: bytearray | None = None  # the subnegotiation being read
        self.peer_negotiates = False  # whether the peer has begun to negotiate, so is not a raw port
        self.peer_gives_signs = False  # whether it has answered ASK_FOR_SIGN, as it must

    def offer(self, option: int) -> bytes:
        """Return what asks the peer to let us use *option*; nothing when that is asked or agreed already."""
        return self._ours.ask(option)

    def demand(self, option: int) -> bytes:
        """Return what asks the peer to use *option* itself; nothing when that is asked or agreed already."""
        return self._theirs.ask(option)

    def we_use(self, option: int) -> bool:
        """Tell whether *option* has been agreed for what we send."""
        return self._ours.has(option)

    def we_await(self, option: int) -> bool:
        """Tell whether the peer has yet to answer our offer of *option*."""
        return self._ours.is_open(option)

    def encode(self, payload: bytes) -> bytes:
        """Return *payload* as it goes on the wire, so that the far end reads exactly these bytes.

        A carriage return becomes CR NUL (RFC 854) without BINARY, in front of a line feed as well: CR LF on the wire
        would be one key press, "newline", and which byte that makes is up to the server. From the moment BINARY is
        offered it goes alone: a peer that agrees does so before it reads on, and a peer that refuses still accepts it.
        """
        wire = payload.replace(_IAC, _IAC + _IAC)
        is_binary = self._ours.has(BINARY) or self._ours.is_open(BINARY)
        return wire if is_binary else wire.replace(b"\r", b"\r\0")

    def subnegotiate(self, option: int, content: bytes) -> bytes:
        """Return a subnegotiation of *option* as it goes on the wire."""
        return bytes([IAC, SB, option]) + content.replace(_IAC, _IAC + _IAC) + bytes([IAC, SE])

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """Return the payload in *data* and the reply to send, the same at any split of the stream."""
        if self._held:
            data, self._held = self._held + data, b""
        payload: list[bytes] = []
        replies: list[bytes] = []
        at = 0
        while at < len(data):
            mark = data.find(_IAC, at)
            if mark != at:
                end = len(data) if mark < 0 else mark
                self._take(data[at:end], payload)
                at = end
                continue
            length = _sequence_length(data, at)
            if length > len(data) - at:
                self._held = data[at:]
                break
            self._command(data[at : at + length], payload, replies)
            at += length
        return b"".join(payload), b"".join(replies)

    def _take(self, run: bytes, payload: list[bytes]) -> None:
        """Put a run of bytes without IAC where it belongs."""
        if self._inside is not None:
            self._inside += run[: _MAX_SUBNEGOTIATION - len(self._inside)]
            return
        if self._after_cr and run[0] == 0:
            run = run[1:]
        self._after_cr = run.endswith(b"\r") and not self._theirs.has(BINARY)
        payload.append(run if self._theirs.has(BINARY) else run.replace(b"\r\0", b"\r"))

    def _command(self, sequence: bytes, payload: list[bytes], replies: list[bytes]) -> None:
        """Act on one whole IAC sequence."""
        verb = sequence[1]
        if verb == IAC:
            self._take_literal_iac(payload)
        elif verb == SE:
            self._end_subnegotiation(replies)
        elif verb == SB:
            self._inside = bytearray()
        elif verb in (WILL, WONT) and sequence[2] == TIMING_MARK:
            self.peer_gives_signs = True
        elif verb in (DO, DONT, WILL, WONT):
            self.peer_negotiates = True
            side = self._ours if verb in (DO, DONT) else self._theirs
            answer = side.wanted if verb in (DO, WILL) else side.unwanted
            replies.append(answer(sequence[2]))

    def _take_literal_iac(self, payload: list[bytes]) -> None:
        if self._inside is None:
            self._after_cr = False
            payload.append(_IAC)
        elif len(self._inside) < _MAX_SUBNEGOTIATION:
            self._inside.append(IAC)

    def _end_subnegotiation(self, replies: list[bytes]) -> None:
        inside, self._inside = self._inside, None
        plugin = self._plugins.get(inside[0]) if inside else None
        if inside and plugin:
            replies.append(plugin(bytes(inside[1:])))


def _sequence_length(data: bytes, at: int) -> int:
    """Return how many bytes the IAC sequence at *at* has, which may be more than are there."""
    if at + 1 >= len(data):
        return 2
    return 3 if WILL <= data[at + 1] <= DONT else 2
