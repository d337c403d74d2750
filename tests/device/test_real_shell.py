"""A shell on a real pty: something that nobody here wrote."""

from __future__ import annotations

import shutil

import pytest

from oob.device.connect import connect
from oob.device.device import Device
from oob.errors import PathLost, TransportError
from oob.secret.credentials import Credentials


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


def test_a_command_longer_than_the_terminal_is_wide_is_echoed_and_known_again() -> None:
    words = " ".join(f"word{number}" for number in range(40))
    with shell("bash") as device:
        assert device.run(f"echo {words}").text == words


def test_a_shell_that_ends_is_a_lost_path() -> None:
    device = shell("sh")
    with pytest.raises(PathLost):
        device.run("exit 3")
    device.close()


def test_a_program_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(TransportError, match="no-such-program"):
        connect("exec:///no-such-program", platform="linux", secrets=Credentials())
