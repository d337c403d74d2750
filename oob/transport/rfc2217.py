"""`rfc2217://192.0.2.10:5007?baud=9600`: a serial line at a server that lets its settings be read and changed.

Only what the URL names is set, and read back; the rest is asked for. `baud=auto` tries the usual speeds. Modem lines
are left alone: a server whose line has none would never answer for them.
"""

from __future__ import annotations

from typing import Final, TypeVar

from oob.deadline import Deadline
from oob.errors import LineUnsupported, PathRefused
from oob.transport.access import Access
from oob.transport.autobaud import AUTO
from oob.transport.base import LineSettings, Transport
from oob.transport.serial import at_found_speed, line_settings
from oob.transport.tcp import Tcp, connect
from oob.transport.telnet import REPLY_TIMEOUT, Telnet
from oob.transport.url import ConsoleURL
from oob.wire.rfc2217 import BREAK_OFF, BREAK_ON, COM_PORT_OPTION, FLOW, PARITY, STOP_SIZE, ComPort, Setting
from oob.wire.telnet import BINARY, SGA, TelnetCodec

SCHEME: Final = "rfc2217"

_Value = TypeVar("_Value", str, float)

OPTIONS: Final = ("baud", "bits", "parity", "stop", "flow")
_BEGIN_TIMEOUT: Final = 10.0  # seconds for the answer to the first offer: a raw port never gives one
_ANSWER_TIMEOUT: Final = 5.0  # seconds for the answer to a change of the line


class Rfc2217(Telnet):
    """A serial line behind a telnet connection; one thread reads it at a time."""

    def __init__(self, inner: Tcp) -> None:
        self._tcp = inner
        self._com_port = ComPort()
        self._line: LineSettings | None = None
        super().__init__(inner, TelnetCodec({COM_PORT_OPTION: self._com_port.take}))

    @property
    def line(self) -> LineSettings | None:
        """The settings as the server last reported them."""
        return self._line

    def begin(self, deadline: Deadline) -> None:
        """Agree on the option; raises PathRefused where the server does not have it."""
        offers = [self.codec.offer(option) for option in (COM_PORT_OPTION, BINARY, SGA)]
        demands = [self.codec.demand(option) for option in (BINARY, SGA)]
        self.inner.write(b"".join(offers + demands), deadline.remaining())
        answer = Deadline(min(deadline.remaining(), _BEGIN_TIMEOUT))
        while self.codec.we_await(COM_PORT_OPTION) and not answer.is_over:
            self.pump(answer)
        if not self.codec.we_use(COM_PORT_OPTION):
            raise PathRefused("the server does not speak RFC 2217 here: use telnet:// or tcp://", path=self.path)

    def arrange(self, wanted: LineSettings, named: frozenset[str], deadline: Deadline) -> None:
        """Set the settings *named*, ask for the rest, and read all of it back."""
        values = {
            "baud": (Setting.BAUD, wanted.baud),
            "bits": (Setting.DATA_SIZE, wanted.bits),
            "parity": (Setting.PARITY, PARITY[wanted.parity]),
            "stop": (Setting.STOP_SIZE, STOP_SIZE[wanted.stop]),
            "flow": (Setting.CONTROL, FLOW[wanted.flow]),
        }
        asked = ((setting, value if name in named else 0) for name, (setting, value) in values.items())
        self._send([self._com_port.command(setting, value) for setting, value in asked], deadline.remaining())
        while len(self._com_port.answers) < len(values) and not deadline.is_over:
            self.pump(deadline)
        self._line = self._reported(wanted)
        refused = [name for name in values if name in named and getattr(self._line, name) != getattr(wanted, name)]
        if refused:
            what = ", ".join(f"{name}={getattr(wanted, name)} (it has {getattr(self._line, name)})" for name in refused)
            raise LineUnsupported(f"the server did not set {what}", path=self.path)

    def set_line(self, settings: LineSettings) -> None:
        """Change the line and read it back; raises LineUnsupported where the server did otherwise."""
        self.arrange(settings, frozenset(OPTIONS), Deadline(_ANSWER_TIMEOUT))

    def send_break(self, seconds: float = 0.25) -> None:
        """Hold the line in the break condition for *seconds*, however long the way to the server is."""
        self._send([self._com_port.command(Setting.CONTROL, BREAK_ON)], REPLY_TIMEOUT)
        with self._tcp.writing:
            self._tcp.check_open()
            self._tcp.wait(seconds)
        self._send([self._com_port.command(Setting.CONTROL, BREAK_OFF)], REPLY_TIMEOUT)

    def _send(self, contents: list[bytes], timeout: float) -> None:
        wire = b"".join(self.codec.subnegotiate(COM_PORT_OPTION, content) for content in contents)
        self.inner.write(wire, timeout)

    def _reported(self, wanted: LineSettings) -> LineSettings:
        """Return what the server said of the line; *wanted* stands for what it kept to itself."""
        answers = self._com_port.answers
        return LineSettings(
            baud=answers.get(Setting.BAUD, wanted.baud),
            bits=answers.get(Setting.DATA_SIZE, wanted.bits),
            parity=_name(PARITY, answers.get(Setting.PARITY), wanted.parity),
            stop=_name(STOP_SIZE, answers.get(Setting.STOP_SIZE), wanted.stop),
            flow=_name(FLOW, answers.get(Setting.CONTROL), wanted.flow),
        )


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Transport:
    """Connect and set the line; raises PathRefused, PathBusy, or LineUnsupported where a setting was not taken."""
    url.allow(*OPTIONS)
    settings = line_settings(url)
    transport = Rfc2217(connect(*url.endpoint(), deadline, str(url)))
    try:
        transport.begin(deadline)
        named = frozenset(url.options) - ({"baud"} if url.text("baud") == AUTO else set())
        transport.arrange(settings, named, deadline)
    except BaseException:
        transport.close()
        raise
    return at_found_speed(transport, url, deadline, access)


def _name(codes: dict[_Value, int], code: int | None, default: _Value) -> _Value:
    return next((name for name, each in codes.items() if each == code), default)
