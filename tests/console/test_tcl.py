"""Text through a Tcl interpreter, the real one: the bytes arrive as they are, and nothing of them is carried out.

`OOB_TCL_TEXTS=100000` has so many random texts written instead of a few hundred.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oob.console.tcl import LONGEST, commands_to_write
from oob.device.connect import connect
from oob.device.device import Device
from oob.device.values import Values
from oob.errors import CommandUnfinished, DeviceError
from oob.lab.nos.base.tcl_words import is_complete
from oob.profile.store import load
from tests.console.conftest import Secrets

DATA = Path(__file__).parent.parent / "data"
TEXTS = int(os.environ.get("OOB_TCL_TEXTS", "300"))
BATCH = 1000
WRITE = load("cisco_ios").strategies["backup"].steps[0]
DESCRIPTIONS = (
    "to customer } and back",
    "x } ; write erase ; set x {",
    "{",
    "}",
    '"',
    "[exec write erase]",
    "[write erase]",
    "$var ${var} $f",
    "a trailing backslash \\",
    "what is this?",
    "a\ttab",
    "#not a comment; write erase",
    "Zürich, 東京 \U0001f600",
    "edge1(tcl)# and +> and edge1#",
    "^C ~ % ! ' ` | & ( ) * < >",
    '\\[\\{\\$\\"\\041\\x21\\u0021\\n',
    "x" * 700,
    "",
)
NASTY = [bytes([byte]) for byte in b'{}[]$\\";# \n\r\t?!^01nxu\x03\x04\x1a\xff']
NASTY += [b"write erase", b"\\\n", b"} ; write erase ; set x {", b'" ; write erase ; "', b"[exec write erase]", b"\\0"]
NASTY += [b"\xc3\xa9", b" description ", b"${f}", b"$f"]


@pytest.fixture(scope="module")
def tclsh() -> str:
    program = shutil.which("tclsh")
    if program is None:
        pytest.skip("tclsh is not installed")
    return program


def written(tclsh: str, texts: Sequence[bytes], folder: Path) -> tuple[list[bytes], str]:
    """Return what a real Tcl interpreter writes for *texts*, and what it says besides."""
    paths = [folder / str(number) for number in range(len(texts))]
    commands = (
        "\n".join((*commands_to_write(str(path), text), "\f\n")) for path, text in zip(paths, texts, strict=True)
    )
    box = subprocess.run(
        [tclsh, DATA / "tcl-box.tcl"], input="".join(commands).encode(), capture_output=True, check=True
    )
    arrived = [path.read_bytes() for path in paths]
    for path in paths:
        path.unlink()
    return arrived, (box.stdout + box.stderr).decode()


def random_text(chance: random.Random) -> bytes:
    if chance.random() < 0.3:
        return chance.randbytes(chance.randrange(300))
    return b"".join(chance.choices(NASTY, k=chance.randrange(60)))


def test_random_texts_arrive_as_they_are_and_run_nothing(tclsh: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    for start in range(0, TEXTS, BATCH):
        texts = [random_text(chance) for _ in range(min(BATCH, TEXTS - start))]

        arrived, said = written(tclsh, texts, tmp_path)

        assert arrived == texts
        assert said == ""


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=400), min_size=1, max_size=20))
def test_any_bytes_arrive_as_they_are_and_run_nothing(
    tclsh: str, tmp_path_factory: pytest.TempPathFactory, texts: list[bytes]
) -> None:
    arrived, said = written(tclsh, texts, tmp_path_factory.getbasetemp())

    assert (arrived, said) == (texts, "")


@given(st.binary(max_size=2000))
def test_each_command_is_a_short_line_of_letters_that_is_finished(content: bytes) -> None:
    opening, translation, *puts, closing = commands_to_write("flash:x?{}.cfg", content)

    assert opening == 'set f [open "flash:x\\077\\173\\175.cfg" w]'
    assert (translation, closing) == ('catch "fconfigure $f -translation binary"', "close $f")
    for command in puts:
        assert len(command) <= LONGEST
        assert command.isascii()
        assert command.isprintable()
        assert not set("?{}[];!|") & set(command)
        assert is_complete(command + "\n")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet='ab{}[]$"\\;# \n01', max_size=30), min_size=1, max_size=60))
def test_the_lab_knows_when_a_command_is_finished_as_tcl_does(tclsh: str, texts: list[str]) -> None:
    asked = "".join(f"puts [info complete [binary format H* {text.encode().hex() or '{}'}]]\n" for text in texts)

    answer = subprocess.run([tclsh], input=asked, capture_output=True, text=True, check=True)

    assert [is_complete(text) for text in texts] == [line == "1" for line in answer.stdout.splitlines()]


def test_the_old_way_would_have_run_what_is_in_a_description(tclsh: str, tmp_path: Path) -> None:
    line = 'puts [open "x" w+] {description x } ; write erase ; set x {\n}\n'

    box = subprocess.run([tclsh, DATA / "tcl-box.tcl"], input=line, cwd=tmp_path, capture_output=True, text=True)

    assert "write erase" in box.stdout


@pytest.fixture
def router(tclsh: str, tmp_path: Path) -> Iterator[Device]:
    """A router whose `tclsh` is a real one; what else it was told to run stands in the file `ran`."""
    script = f"stty raw -echo; exec {tclsh} {DATA}/tcl-router.tcl {tmp_path}/ran"
    url = f"exec:///bin/sh?arg=-c&arg={quote(script, safe='')}"
    with connect(url, platform="cisco_ios", secrets=Secrets()) as device:
        (tmp_path / "ran").unlink()  # it was told how long a page is
        yield device


@pytest.mark.parametrize("description", DESCRIPTIONS)
def test_a_description_arrives_in_a_file_and_runs_nothing(router: Device, tmp_path: Path, description: str) -> None:
    lines = ("hostname edge1", "interface GigabitEthernet1", f" description {description}", " no shutdown", "end")

    router.perform(WRITE, Values(words={"file": f"{tmp_path}/oob.cfg"}, texts={"config": lines}))

    assert (tmp_path / "oob.cfg").read_bytes() == "".join(f"{line}\n" for line in lines).encode()
    assert not (tmp_path / "ran").exists()
    assert router.console.state.name == "enable"


def test_why_a_file_cannot_be_written_is_told(router: Device, tmp_path: Path) -> None:
    values = Values(words={"file": f"{tmp_path}/none/oob.cfg"}, texts={"config": ("hostname edge1",)})

    with pytest.raises(DeviceError, match=r"none/oob.cfg was not written: .*no such file or directory"):
        router.perform(WRITE, values)

    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("opened", ['puts "', "puts {", "puts [", "puts {{"])
def test_a_command_left_open_is_cancelled_at_once(router: Device, tmp_path: Path, opened: str) -> None:
    router.console.go("tcl")
    started = time.monotonic()

    with pytest.raises(CommandUnfinished, match=r"rest of .* with '\+>'"):
        router.console.run(opened)

    assert time.monotonic() - started < 5
    assert router.console.run("set x 1").text == "1"
    assert not (tmp_path / "ran").exists()


def test_a_console_left_in_an_open_command_is_entered_without_running_it(router: Device, tmp_path: Path) -> None:
    router.console.go("tcl")
    router.console.conversation.send(b"write {\rerase\r")
    router.console.conversation.quiet(limit=5)
    started = time.monotonic()

    router.console.open(only_return=True)

    assert time.monotonic() - started < 5
    assert router.console.state.name == "enable"
    assert "write" not in (tmp_path / "ran").read_text()
