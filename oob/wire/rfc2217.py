"""RFC 2217 (telnet's COM-PORT-OPTION) as a codec: questions to the server of a serial line, and its answers.

It does no I/O: what it returns is the content of subnegotiations, which `TelnetCodec` frames; `take` plugs into one.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

COM_PORT_OPTION: Final = 44

_ANSWER: Final = 100  # what the server adds to the number of the command it answers

PARITY: Final = {"none": 1, "odd": 2, "even": 3, "mark": 4, "space": 5}
STOP_SIZE: Final = {1.0: 1, 2.0: 2, 1.5: 3}
FLOW: Final = {"none": 1, "xonxoff": 2, "rtscts": 3}
BREAK_ON: Final = 5
BREAK_OFF: Final = 6


class Setting(IntEnum):
    """The settings of the line; the value 0 asks for the present one."""

    BAUD = 1
    DATA_SIZE = 2
    PARITY = 3
    STOP_SIZE = 4
    CONTROL = 5


class ComPort:
    """Remembers what the server last said of each setting in *answers*."""

    def __init__(self) -> None:
        self.answers: dict[Setting, int] = {}

    def command(self, setting: Setting, value: int = 0) -> bytes:
        """Return the content that sets *setting* to *value* or asks for it (0), and forget its last answer."""
        self.answers.pop(setting, None)
        return bytes([setting]) + value.to_bytes(4 if setting is Setting.BAUD else 1, "big")

    def take(self, content: bytes) -> bytes:
        """Remember the server's answer; unrequested modem and line states are ignored."""
        number = content[0] - _ANSWER if content else 0
        if number in list(Setting) and len(content) == (5 if number == Setting.BAUD else 2):
            self.answers[Setting(number)] = int.from_bytes(content[1:], "big")
        return b""
