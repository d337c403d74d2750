"""The console server's side of telnet, written apart from `oob.wire` on purpose: a codec cannot be judged by itself."""

from __future__ import annotations

SE, BREAK, SB, WILL, WONT, DO, DONT, IAC = 240, 243, 250, 251, 252, 253, 254, 255
BINARY, ECHO, SGA = 0, 1, 3

GREETING = bytes([IAC, WILL, ECHO, IAC, WILL, SGA])


def to_wire(data: bytes) -> bytes:
    """Return what the device said as the server sends it."""
    return data.replace(b"\xff", b"\xff\xff")


class Nvt:
    """Takes apart what a telnet client sends; one byte at a time is as good as all at once."""

    def __init__(self) -> None:
        self._command = bytearray()
        self._option = False  # inside a subnegotiation
        self._after_cr = False
        self._agreed = {(DO, ECHO), (DO, SGA)}
        self._binary = False

    def feed(self, data: bytes) -> tuple[bytes, bytes, int]:
        """Return the keys in *data*, what to answer, and how many BREAKs there were."""
        keys = bytearray()
        replies = bytearray()
        breaks = 0
        for byte in data:
            if self._command or byte == IAC:
                self._command.append(byte)
                breaks += self._commanded(keys, replies)
            elif not self._option:
                self._key(byte, keys)
        return bytes(keys), bytes(replies), breaks

    def _key(self, byte: int, keys: bytearray) -> None:
        # RFC 854: the RETURN key is CR LF or CR NUL on the wire
        half = self._after_cr and byte in b"\n\0" and not self._binary
        self._after_cr = byte == 13
        if not half:
            keys.append(byte)

    def _commanded(self, keys: bytearray, replies: bytearray) -> int:
        command = self._command
        if len(command) < 2 or (len(command) == 2 and WILL <= command[1] <= DONT):
            return 0
        verb = command[1]
        if verb == IAC and not self._option:
            keys.append(IAC)
        elif verb == SB:
            self._option = True
        elif verb == SE:
            self._option = False
        elif len(command) == 3:
            self._negotiate(verb, command[2], replies)
        command.clear()
        return verb == BREAK

    def _negotiate(self, verb: int, option: int, replies: bytearray) -> None:
        if option == BINARY:
            self._binary = verb == WILL or (self._binary and verb != WONT)
        known = option in (BINARY, SGA) or (verb in (DO, DONT) and option == ECHO)
        if verb in (WONT, DONT):
            known = False
        asked = DO if verb in (DO, DONT) else WILL
        was = (asked, option) in self._agreed
        if known == was and (known or verb in (WONT, DONT)):
            return
        (self._agreed.add if known else self._agreed.discard)((asked, option))
        yes, no = (WILL, WONT) if asked == DO else (DO, DONT)
        replies += bytes([IAC, yes if known else no, option])
