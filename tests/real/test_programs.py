"""Programs that are consoles themselves, each on a serial line: typed at, with a BREAK, and left by its own keys."""

from __future__ import annotations

import os
import select
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from oob.deadline import Deadline
from oob.errors import PathLost
from oob.inventory.device import ConsolePath
from oob.inventory.home import Home
from oob.lab.control import lab_up
from oob.recovery.api import recover
from oob.recovery.context import RunOptions
from oob.transport.base import Transport
from oob.transport.exec import Program
from oob.transport.opening import open_url
from oob.transport.program import keys, manners
from tests.real.process import Line
from tests.recovery.conftest import topology, with_baselines

PROGRAMS = ["picocom", "minicom", "screen", "cu"]

ARGUMENTS = {
    "picocom": ["-b", "9600", "--noreset", "LINE"],
    "minicom": ["-D", "LINE", "-b", "9600"],
    "screen": ["LINE", "9600"],
    "cu": ["-l", "LINE", "-s", "9600"],
}


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """Give a line that cu, which is another user, may open too."""
    line = Line(tmp_path)
    line.device.chmod(0o666)
    yield line
    line.close()


def read_until(transport: Transport, text: bytes) -> bytes:
    seen, deadline = b"", Deadline(5)
    while text not in seen and not deadline.is_over:
        seen += transport.read(4096, deadline.remaining())
    assert text in seen
    return seen


def hears(line: Line, text: bytes) -> bool:
    """Tell whether the device gets *text*."""
    deadline, heard = Deadline(5), b""
    while text not in heard and select.select([line.fd], [], [], deadline.remaining())[0]:
        heard += os.read(line.fd, 100)
    return text in heard


def greet(transport: Transport, line: Line) -> None:
    """Type until the device hears it: a program that opens its line may throw away what came before."""
    deadline = Deadline(5)
    while not select.select([line.fd], [], [], 0.2)[0]:
        assert not deadline.is_over
        transport.write(b"\r", 5)
        transport.read(4096, 0)
    while select.select([line.fd], [], [], 0.2)[0]:
        os.read(line.fd, 100)


@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_real_program_carries_a_console_and_is_left(name: str, line: Line) -> None:
    arguments = "&".join(f"arg={word.replace('LINE', os.path.realpath(line.device))}" for word in ARGUMENTS[name])
    known = manners([name])
    with open_url(f"exec://{shutil.which(name)}?{arguments}", Deadline(5)) as transport:
        assert isinstance(transport, Program)
        greet(transport, line)
        transport.write(b"show version\r", 5)
        assert hears(line, b"show version\r")
        os.write(line.fd, b"\r\nedge1#")
        read_until(transport, b"edge1#")
        transport.write(b"\x01~\x1d", 5)
        assert hears(line, b"\x01~\x1d")
        if known.break_:
            transport.send_break()
            greet(transport, line)  # minicom loses what is typed meanwhile
            transport.write(b"after\r", 5)
            assert hears(line, b"after\r")
        os.write(transport.fd, keys(known.leave))
        with pytest.raises(PathLost, match=f"{name} ended with exit status 0"):
            read_until(transport, b"no more")


def test_a_router_is_recovered_through_a_program(tmp_path: Path) -> None:
    with lab_up(tmp_path / "lab", topology(), owned=True) as lab:
        site = with_baselines(lab, Home(tmp_path / "home"), ["edge1"])
        site.broken("edge1")
        line = urlsplit(lab.router("edge1").consoles[0]).path
        url = f"exec://{shutil.which('picocom')}?arg=--noreset&arg=--quiet&arg={line}"
        entry = replace(site.entry("edge1"), paths=(ConsolePath(url=url, name="picocom"),))
        outcome = recover(entry, site.means(), RunOptions(converge=10.0, reopen=30.0))
        assert (outcome.exit_code, outcome.path) == (0, url)
