"""Serial paths on real pseudo-terminals: settings, the lock, and what went wrong in one sentence."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import PathBusy, PathLost, PathRefused, WriteStalled
from oob.transport.base import LineSettings
from oob.transport.opening import open_url
from oob.transport.serial import list_ports


class Cable:
    """A pseudo-terminal: *far* is the device's end, *device* the file that a serial program opens."""

    def __init__(self) -> None:
        self.far, near = pty.openpty()
        tty.setraw(near)
        self.device = os.ttyname(near)
        os.close(near)

    def unplug(self) -> None:
        if self.far >= 0:
            os.close(self.far)
            self.far = -1


@pytest.fixture
def cable() -> Iterator[Cable]:
    cable = Cable()
    yield cable
    cable.unplug()


def test_bytes_go_both_ways_unchanged(cable: Cable) -> None:
    everything = bytes(range(256))
    with open_url(f"serial://{cable.device}", Deadline(5)) as transport:
        transport.write(everything, 5)
        assert os.read(cable.far, 1000) == everything
        os.write(cable.far, everything)
        assert transport.read(1000, 5) == everything


def test_an_empty_line_is_no_end_of_file(cable: Cable) -> None:
    with open_url(f"serial://{cable.device}", Deadline(5)) as transport:
        assert transport.read(100, 0) == b""
        assert transport.read(100, 0.01) == b""
        transport.set_line(LineSettings(baud=115200))
        assert transport.read(100, 0) == b""


def test_the_settings_of_the_url_are_on_the_line(cable: Cable) -> None:
    url = f"serial://{cable.device}?baud=115200&bits=7&parity=even&stop=2&flow=xonxoff"
    with open_url(url, Deadline(5)) as transport:
        iflag, _, cflag, _, ispeed, ospeed, _ = termios.tcgetattr(cable.far)
        assert ispeed == ospeed == termios.B115200
        assert cflag & termios.CSTOPB  # bits and parity are what Linux keeps fixed on a pseudo-terminal
        assert iflag & termios.IXON
        assert transport.line == LineSettings(baud=115200, bits=7, parity="even", stop=2, flow="xonxoff")
        assert transport.path == url


def test_the_line_can_be_changed_while_it_is_open(cable: Cable) -> None:
    with open_url(f"serial://{cable.device}", Deadline(5)) as transport:
        assert transport.line == LineSettings(baud=9600)
        transport.set_line(LineSettings(baud=38400, parity="odd"))
        assert termios.tcgetattr(cable.far)[4] == termios.B38400
        assert transport.line == LineSettings(baud=38400, parity="odd")


def test_a_break_can_be_sent_and_takes_its_time(cable: Cable) -> None:
    with open_url(f"serial://{cable.device}", Deadline(5)) as transport:
        begin = Deadline(0.05)
        transport.send_break(0.05)
        assert begin.is_over


def test_a_device_that_is_not_there_says_so() -> None:
    with pytest.raises(PathRefused, match=r"there is no /dev/ttyUSB77: is the adapter plugged in\?"):
        open_url("serial:///dev/ttyUSB77", Deadline(1))


def test_a_file_that_is_no_line_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("not a line")
    for path in (tmp_path / "notes", Path("/dev/null"), tmp_path):
        with pytest.raises(PathRefused, match="is not a serial line"):
            open_url(f"serial://{path}", Deadline(1))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not open the line")
def test_a_line_one_may_not_open_says_which_group_may(cable: Cable) -> None:
    os.chmod(cable.device, 0o600)
    os.seteuid(65534)
    try:
        with pytest.raises(PathRefused, match=r"you may not open /dev/pts/\d+: join the group \w+ or use root"):
            open_url(f"serial://{cable.device}", Deadline(1))
    finally:
        os.seteuid(0)


def test_a_line_that_this_process_holds_is_busy(cable: Cable) -> None:
    with (
        open_url(f"serial://{cable.device}", Deadline(1)),
        pytest.raises(PathBusy, match="is in use by this process"),
    ):
        open_url(f"serial://{cable.device}", Deadline(1))
    open_url(f"serial://{cable.device}", Deadline(1)).close()  # and free again afterwards


def test_a_line_that_another_process_holds_is_busy_and_the_process_is_named(cable: Cable) -> None:
    hold = "import fcntl, sys; f = open(sys.argv[1], 'rb+', 0); fcntl.flock(f, 2); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, cable.device], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        with pytest.raises(PathBusy, match=rf"is in use by python[\d.]* \(pid {other.pid}\)") as caught:
            open_url(f"serial://{cable.device}", Deadline(1))
        assert caught.value.exit_code == 4
        assert str(other.pid) in caught.value.holder
        other.send_signal(signal.SIGKILL)


def test_the_other_end_going_away_is_a_lost_path(cable: Cable) -> None:
    with open_url(f"serial://{cable.device}", Deadline(1)) as transport:
        os.write(cable.far, b"last words")
        assert transport.read(4, 5) == b"last"
        cable.unplug()
        with pytest.raises(PathLost, match=r"the program at the other end of /dev/pts/\d+ is gone") as caught:
            transport.read(100, 5)
        assert caught.value.received >= 4
        with pytest.raises(PathLost):
            transport.write(b"x", 5)


def test_a_far_end_that_reads_nothing_stalls_the_write(cable: Cable) -> None:
    with open_url(f"serial://{cable.device}", Deadline(1)) as transport:
        with pytest.raises(WriteStalled) as caught:
            transport.write(bytes(1_000_000), 0.05)
        assert 0 < caught.value.unsent < 1_000_000


def test_closing_wakes_a_reader_in_another_thread(cable: Cable) -> None:
    transport = open_url(f"serial://{cable.device}", Deadline(1))
    ended = threading.Event()

    def read() -> None:
        with pytest.raises(PathLost, match="closed on this side"):
            transport.read(1, 60)
        ended.set()

    reader = threading.Thread(target=read)
    reader.start()
    transport.close()
    reader.join(5)
    assert ended.is_set()


def test_a_link_to_a_line_is_followed(cable: Cable, tmp_path: Path) -> None:
    link = tmp_path / "usb-FTDI_FT232R_A1B2C3-if00-port0"
    link.symlink_to(cable.device)
    with open_url(f"serial://{link}", Deadline(1)) as transport:
        os.write(cable.far, b"hello")
        assert transport.read(100, 5) == b"hello"


def test_listing_the_adapters_of_this_machine_never_fails() -> None:
    assert all(port.device.startswith("/dev/") for port in list_ports())
