"""`serial:///dev/ttyUSB0?baud=9600&parity=none&stop=1&bits=8&flow=none`: a serial line of this machine.

A device file, a link below `/dev/serial/by-id`, or a pseudo-terminal. The line is held exclusively while it is open.
`baud=auto` tries the usual speeds.
pyserial sets the line up; waiting is done on the file descriptor.
"""

from __future__ import annotations

import errno
import fcntl
import grp
import os
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import serial
from serial.tools.list_ports import comports

from oob.deadline import Deadline
from oob.errors import LineUnsupported, PathBusy, PathLost, PathRefused, TransportError, UsageError
from oob.events import CONSOLE_NOTE
from oob.transport.access import Access
from oob.transport.autobaud import AUTO, FALLBACK, USUAL, find_speed
from oob.transport.base import LineSettings, Transport
from oob.transport.descriptor import Descriptor
from oob.transport.url import ConsoleURL

SCHEME: Final = "serial"
OPTIONS: Final[tuple[str, ...]] = ("baud", "bits", "parity", "stop", "flow")

PARITIES: Final = {
    "none": serial.PARITY_NONE,
    "even": serial.PARITY_EVEN,
    "odd": serial.PARITY_ODD,
    "mark": serial.PARITY_MARK,
    "space": serial.PARITY_SPACE,
}
FLOWS: Final = ("none", "xonxoff", "rtscts")
STOPS: Final = {"1": 1.0, "1.5": 1.5, "2": 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A serial adapter of this machine; *used_by* says which processes have it open."""

    device: str
    by_id: str
    description: str
    serial_number: str
    used_by: str


class Serial(Descriptor):
    """An open serial line."""

    def __init__(self, port: serial.Serial, settings: LineSettings, path: str) -> None:
        super().__init__(port.fileno(), path)
        self._port = port
        self._device = str(port.port)
        self._settings = settings

    @property
    def line(self) -> LineSettings:
        """The settings as they are now."""
        return self._settings

    def set_line(self, settings: LineSettings) -> None:
        """Change the line; raises LineUnsupported for a rate or format that the adapter cannot do."""
        try:
            self._port.apply_settings(_pyserial_settings(settings))
            _wait_for_a_byte(self.fd)
        except (serial.SerialException, OSError, termios.error, ValueError) as error:
            raise LineUnsupported(f"the line does not take {settings}: {error}", path=self._path) from error
        self._settings = settings

    def send_break(self, seconds: float = 0.25) -> None:
        """Hold the line in the break condition for *seconds*."""
        with self.writing:
            self.check_open()
            try:
                self._port.break_condition = True
                self.wait(seconds)
                self._port.break_condition = False
            except OSError as error:
                raise self.explain(error) from error

    def explain(self, error: OSError | None) -> TransportError:
        """Tell an adapter that was pulled out from a pseudo-terminal whose other end is gone."""
        if is_pty(self._device):
            message = f"the program at the other end of {self._device} is gone"
        elif not os.path.exists(self._device):
            message = f"{self._device} is gone: the adapter was unplugged or lost its power"
        else:
            message = f"{self._device} has hung up" + (f" (error {error.errno})" if error else "")
        return PathLost(message, path=self._path, received=self.received, sent=self.sent)

    def release(self) -> None:
        """Give the line back to others and close it."""
        if not is_pty(self._device):
            _try_ioctl(self.fd, termios.TIOCNXCL)
        self._port.close()


def open(url: ConsoleURL, deadline: Deadline, access: Access) -> Transport:
    """Open and lock the line; raises PathRefused (missing, not allowed, no line at all) or PathBusy."""
    url.allow(*OPTIONS)
    if url.host or not url.path:
        raise UsageError(f"{url}: serial:// needs a device file, as in serial:///dev/ttyUSB0")
    settings = line_settings(url)
    port = serial.Serial(exclusive=True, timeout=0)
    port.port = os.path.realpath(url.path)
    port.apply_settings(_pyserial_settings(settings))
    path = str(url)
    try:
        _open(port, path)
    except BaseException:
        port.close()
        raise
    return at_found_speed(Serial(port, settings, path), url, deadline, access)


def at_found_speed(transport: Transport, url: ConsoleURL, deadline: Deadline, access: Access) -> Transport:
    """Return *transport*, with `baud=auto` set to the speed at which its line is readable, which is said."""
    if url.text("baud") != AUTO:
        return transport
    try:
        found, speed = find_speed(transport, deadline, access.speeds.get(str(url), 0))
    except BaseException:
        transport.close()
        raise
    if speed:
        access.speeds[str(url)] = speed
    text = f"the line runs at {speed} bit/s" if speed else f"nothing readable at {USUAL[0]} to {USUAL[-1]} bit/s"
    access.events.emit(CONSOLE_NOTE, f"{url}: {text}{'' if speed else f'; {FALLBACK} bit/s are used'}")
    return found


def line_settings(url: ConsoleURL) -> LineSettings:
    """Return the line settings that a URL's options ask for; `baud=auto` begins with the usual one."""
    baud = FALLBACK if url.text("baud") == AUTO else url.integer("baud", 9600)
    bits = url.integer("bits", 8)
    if not baud:
        raise UsageError(f"{url}: baud=0 would hang up the line")
    if bits not in (5, 6, 7, 8):
        raise UsageError(f"{url}: bits={bits} is not 5, 6, 7 or 8")
    return LineSettings(
        baud=baud,
        bits=bits,
        parity=url.choice("parity", tuple(PARITIES), "none"),
        stop=STOPS[url.choice("stop", tuple(STOPS), "1")],
        flow=url.choice("flow", FLOWS, "none"),
    )


def list_ports() -> list[Port]:
    """Return the serial adapters of this machine, sorted by device."""
    by_id = {os.path.realpath(link): str(link) for link in _links(Path("/dev/serial/by-id"))}
    return [
        Port(
            device=info.device,
            by_id=by_id.get(os.path.realpath(info.device), ""),
            description=info.description if info.description != "n/a" else "",
            serial_number=info.serial_number or "",
            used_by=holders(info.device),
        )
        for info in sorted(comports())
    ]


def holders(device: str) -> str:
    """Return which other processes have *device* open, as `minicom (pid 4711)`; "" where /proc names none."""
    real = os.path.realpath(device)
    pids = [pid for pid in _numbered(Path("/proc")) if int(pid.name) != os.getpid() and _has_open(pid, real)]
    return ", ".join(f"{_command_of(pid)} (pid {pid.name})" for pid in pids)


def is_pty(device: str) -> bool:
    """Tell whether *device* is one end of a pseudo-terminal, where only advisory locks make sense."""
    return device.startswith(("/dev/pts/", "/dev/ttys"))  # the second as macOS names them


def _open(port: serial.Serial, path: str) -> None:
    device = str(port.port)
    try:
        port.open()
    except OSError as error:
        raise _refusal(error, device, path) from error
    except termios.error as error:  # pyserial lets tcsetattr's through
        raise PathRefused(f"{device} does not take these line settings: {error}", path=path) from error
    if not is_pty(device):
        others = holders(device)
        if others:
            raise PathBusy(f"{device} is in use by {others}", path=path, holder=others)
        _try_ioctl(port.fileno(), termios.TIOCEXCL)
    _wait_for_a_byte(port.fileno())


def _refusal(error: OSError, device: str, path: str) -> TransportError:
    if error.errno in (errno.EBUSY, errno.EWOULDBLOCK):
        others = holders(device) or "this process"
        return PathBusy(f"{device} is in use by {others}", path=path, holder=others)
    if error.errno in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        return PathRefused(f"there is no {device}: is the adapter plugged in? (oob ports lists them)", path=path)
    if error.errno in (errno.EACCES, errno.EPERM):
        return PathRefused(f"you may not open {device}: join the group {_group_of(device)} or use root", path=path)
    if error.errno in (None, errno.ENOTTY, errno.EISDIR):  # pyserial drops the number where it reads the settings
        return PathRefused(f"{device} is not a serial line", path=path)
    return PathRefused(f"{device} does not open ({os.strerror(error.errno).lower()})", path=path)


def _pyserial_settings(settings: LineSettings) -> dict[str, object]:
    return {
        "baudrate": settings.baud,
        "bytesize": settings.bits,
        "parity": PARITIES[settings.parity],
        "stopbits": settings.stop,
        "xonxoff": settings.flow == "xonxoff",
        "rtscts": settings.flow == "rtscts",
    }


def _wait_for_a_byte(fd: int) -> None:
    """Make an empty line "try again" instead of "end of file", which pyserial's VMIN of 0 cannot tell apart."""
    attributes = termios.tcgetattr(fd)
    attributes[6][termios.VMIN] = 1
    termios.tcsetattr(fd, termios.TCSANOW, attributes)


def _try_ioctl(fd: int, request: int) -> None:
    try:
        fcntl.ioctl(fd, request)
    except OSError as error:
        if error.errno not in (errno.EIO, errno.ENOTTY, errno.EINVAL, errno.ENODEV):  # gone, or no tty that can
            raise


def _links(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _numbered(folder: Path) -> Iterator[Path]:
    return (entry for entry in (folder.iterdir() if folder.is_dir() else ()) if entry.name.isdigit())


def _has_open(process: Path, real: str) -> bool:
    try:
        return any(os.readlink(fd) == real for fd in (process / "fd").iterdir())
    except OSError:  # it has ended, or is not ours to look into
        return False


def _command_of(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return "a program"


def _group_of(device: str) -> str:
    try:
        return grp.getgrgid(os.stat(device).st_gid).gr_name
    except (OSError, KeyError):
        return "that owns it"
