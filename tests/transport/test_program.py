"""Programs as consoles: what is known of them, and the real ones where they are installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import BreakUnsupported, PathHeld, PathLost
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.opening import open_url
from oob.transport.program import keys, manners, programs


def read_until(transport: Transport, text: bytes) -> bytes:
    seen, deadline = b"", Deadline(5)
    while text not in seen and not deadline.is_over:
        seen += transport.read(4096, deadline.remaining())
    assert text in seen
    return seen


def test_a_program_is_known_by_its_name_and_the_word_that_makes_it_a_console() -> None:
    assert manners(["/usr/bin/virsh", "-c", "qemu:///system", "console", "r1"]).leave == "^]"
    assert manners(["/usr/bin/virsh", "list"]).leave == ""
    assert manners(["/bin/cat"]).term == "dumb"
    for name, known in programs().items():
        assert known.source, name
        assert bool(known.escape) == bool(known.literal), name


@pytest.mark.parametrize(
    ("text", "data"), [("^A^X", b"\x01\x18"), ("^]", b"\x1d"), ("^aq\r", b"\x01q\r"), ("^?", b"\x7f"), ("~.", b"~.")]
)
def test_keys_are_written_with_a_caret(text: str, data: bytes) -> None:
    assert keys(text) == data


def test_what_is_said_in_the_url_goes_before_what_is_known(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = f"stty raw -echo; echo ready $TERM; head -c 8 >{log}"
    url = f"exec:///bin/sh?arg=-c&arg={script}&term=vt52&escape=^A&literal=^A^A&break=^Ab&leave=^Ax"
    with open_url(url, Deadline(5)) as transport:
        read_until(transport, b"ready vt52")
        transport.write(b"a\x01b", 5)
        transport.send_break()
    assert (
        log.read_bytes() == b"a\x01\x01b\x01b\x01x"
    )  # the last two at the end, after which the program ended by itself


def test_a_program_of_which_nothing_is_known_has_no_break() -> None:
    with (
        open_url("exec:///bin/cat", Deadline(5)) as transport,
        pytest.raises(BreakUnsupported, match="cat send a BREAK"),
    ):
        transport.send_break()


def virsh(folder: Path, script: str, *, evict: bool = False) -> Transport:
    """Open a console by a program that is called as virsh is."""
    program = folder / "virsh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return open_url(f"exec://{program}?arg=console&arg=r1", Deadline(5), Access(evict=evict))


def test_a_program_that_can_take_a_console_away_is_told_to_only_on_request(tmp_path: Path) -> None:
    script = 'echo "[$*]"; echo "error: Active console session exists for this domain"; exit 1'
    with virsh(tmp_path, script) as transport, pytest.raises(PathHeld, match=r"\[console r1\]"):
        read_until(transport, b"no more")
    with virsh(tmp_path, script, evict=True) as transport:
        read_until(transport, b"[console r1 --force]")


def test_a_program_that_has_lost_its_console_is_a_lost_path_though_it_goes_on(tmp_path: Path) -> None:
    script = "echo 'error: Disconnected from qemu:///system due to end of file'; read line"
    with virsh(tmp_path, script) as transport, pytest.raises(PathLost, match="virsh has lost the console; its last"):
        read_until(transport, b"no more")
