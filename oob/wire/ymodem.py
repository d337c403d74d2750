"""YMODEM as a codec: one file, sent to a receiver such as a boot loader; it does no I/O and knows no time.

The format is Chuck Forsberg's "XMODEM/YMODEM Protocol Reference" of 1988: a block with name and size, the data in
blocks of 1024 bytes, each with a CRC-16, an end, and a block without a name.
"""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SOH: Final = 0x01
_STX: Final = 0x02
_EOT: Final = 0x04
_ACK: Final = 0x06
_NAK: Final = 0x15
_CAN: Final = 0x18
_READY: Final = 0x43  # the letter C: with CRC, please

CANCEL: Final = bytes([_CAN] * 5 + [0x08] * 5)
SHORT: Final = 128
LONG: Final = 1024
MOST_REPEATS: Final = 10


@dataclass(frozen=True, slots=True)
class _Block:
    data: bytes
    size: int  # of the file in it
    asks_first: bool = False  # the receiver says C before it is sent


class YmodemSender:
    """Sends *data* as the file *name*: answers what the receiver says until it is done or has failed."""

    def __init__(self, name: str, data: bytes) -> None:
        self.size = len(data)
        self.acknowledged = 0  # bytes of the file that the receiver has
        self.is_done = False
        self.failure = ""
        self._blocks = _blocks(name, data)
        self._block = next(self._blocks)
        self._is_out = False
        self._repeats = 0
        self._cancels = 0

    def feed(self, received: bytes) -> bytes:
        """Return what to send in answer to bytes from the receiver; bytes outside the protocol are ignored."""
        sent = bytearray()
        for byte in received:
            if self.is_done or self.failure:
                break
            sent += self._take(byte)
        return bytes(sent)

    def repeat(self) -> bytes:
        """Return the last block once more, for a receiver that has said nothing; CANCEL where that was too often."""
        if not self._is_out:
            return b""
        self._repeats += 1
        if self._repeats > MOST_REPEATS:
            self.failure = f"the receiver did not take a block in {MOST_REPEATS} repetitions"
            return CANCEL
        return self._block.data

    def _take(self, byte: int) -> bytes:
        self._cancels = self._cancels + 1 if byte == _CAN else 0
        if self._cancels == 2:  # one may be noise
            self.failure = "the receiver cancelled the transfer"
        elif self._is_out and byte == _ACK:
            return self._next()
        elif self._is_out and byte == _NAK:
            return self.repeat()
        elif not self._is_out and byte == _READY:
            return self._send()
        return b""

    def _next(self) -> bytes:
        self.acknowledged += self._block.size
        self._is_out = False
        self._repeats = 0
        block = next(self._blocks, None)
        if block is None:
            self.is_done = True
            return b""
        self._block = block
        return b"" if block.asks_first else self._send()

    def _send(self) -> bytes:
        self._is_out = True
        return self._block.data


def _blocks(name: str, data: bytes) -> Iterator[_Block]:
    yield _Block(_framed(0, f"{name}\0{len(data)} ".encode()), 0, asks_first=True)
    for number, start in enumerate(range(0, len(data), LONG), 1):
        piece = data[start : start + LONG]
        # The filling after the end is Ctrl-Z; a receiver cuts it off by the size.
        yield _Block(_framed(number, piece, filling=b"\x1a"), len(piece), asks_first=number == 1)
    yield _Block(bytes([_EOT]), 0, asks_first=not data)
    yield _Block(_framed(0, b""), 0, asks_first=True)


def _framed(number: int, content: bytes, filling: bytes = b"\0") -> bytes:
    size = SHORT if len(content) <= SHORT else LONG
    padded = content.ljust(size, filling)
    start = _SOH if size == SHORT else _STX
    head = bytes([start, number & 0xFF, ~number & 0xFF])
    return head + padded + crc_hqx(padded, 0).to_bytes(2, "big")
