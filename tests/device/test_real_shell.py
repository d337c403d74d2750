"""A shell on a real pty: something that nobody here wrote."""

from __future__ import annotations

import shutil
from urllib.parse import quote

import pytest

from oob.console.console import Console
from oob.deadline import Deadline
from oob.device.connect import connect
from oob.device.device import Device
from oob.errors import PathLost, TransportError
from oob.profile.store import load
from oob.secret.credentials import Credentials
from oob.transport.base import Transport
from oob.transport.layer import Layer
from oob.transport.opening import open_url

# What a serial console has: the size that agetty gives it, and none at all.
SIZES = ["24 80", "0 0"]
LONG = " ".join(f"word{number}" for number in range(40))


class Lent(Layer):
    """A path that its user only thinks is closed."""

    def close(self) -> None:
        """Leave it open."""


def bash(size: str, *before: str) -> Transport:
    """Return an open path to a bash on a terminal of *size* that has run *before*."""
    if not shutil.which("bash"):
        pytest.skip("bash is not installed")
    rows, columns = size.split()
    # The path gives the terminal a size of its own, which it has done once it is open.
    script = "; ".join(["read go", f"stty rows {rows} columns {columns}", *before, "exec bash --norc --noprofile -i"])
    transport = open_url(f"exec:///bin/sh?arg=-c&arg={quote(script, safe='')}", Deadline(5))
    transport.write(b"\r", 5)
    return transport


def shell(name: str) -> Device:
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed")
    return connect(f"exec://{program}?arg=-i", platform="linux", secrets=Credentials())


@pytest.mark.parametrize("name", ["sh", "bash", "dash"])
def test_outputs_are_whole_and_exact(name: str) -> None:
    with shell(name) as device:
        assert device.state_found == "shell"
        assert device.run("echo one; echo two").text == "one\ntwo"
        assert device.run("true").text == ""
        assert device.run("seq 5000").text == "\n".join(str(number) for number in range(1, 5001))


@pytest.mark.parametrize("name", ["sh", "bash"])
def test_text_that_looks_like_a_prompt_does_not_end_an_output(name: str) -> None:
    with shell(name) as device:
        assert device.run("printf 'a\\n# \\n$ \\nroot@vm:~# \\n'").text == "a\n# \n$ \nroot@vm:~# "
        assert device.run("printf 'no line end# '").text == "no line end# "
        assert device.run("echo still here").text == "still here"


@pytest.mark.parametrize("size", SIZES)
def test_a_command_longer_than_the_terminal_is_wide_is_echoed_and_known_again(size: str) -> None:
    with bash(size, "export TERM=vt220") as transport:
        console = Console(transport, load("linux"), Credentials())
        console.open()
        assert console.run(f"echo {LONG}").text == LONG
        assert console.run("echo still here").text == "still here"


@pytest.mark.parametrize("size", SIZES)
def test_a_shell_that_was_found_is_left_as_it_was(size: str) -> None:
    before = ("export TERM=vt220", "export PROMPT_COMMAND='echo asked'", "export PS1='box$ '")
    with bash(size, *before) as transport:
        for _ in range(2):  # the second time as after a path that died, when nobody has left
            console = Console(Lent(transport), load("linux"), Credentials())
            console.open()
        console.leave()
        transport.write(b'echo "$(stty size) $TERM ${OOB_PS1-none}"\r', 5)
        shown, deadline = b"", Deadline(20)
        while f"{size} vt220 none\r\nasked\r\n".encode() not in shown:
            assert not deadline.is_over, shown
            shown += transport.read(4096, deadline.remaining())


def test_a_shell_that_ends_is_a_lost_path() -> None:
    device = shell("sh")
    with pytest.raises(PathLost):
        device.run("exit 3")
    device.close()


def test_a_program_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(TransportError, match="no-such-program"):
        connect("exec:///no-such-program", platform="linux", secrets=Credentials())
