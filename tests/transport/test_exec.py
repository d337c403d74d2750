"""Programs as consoles: real ones, ended and reaped whatever they do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import PathLost, PathRefused, UsageError
from oob.transport.base import Transport
from oob.transport.exec import Program
from oob.transport.opening import open_url


def read_until(transport: Transport, text: bytes) -> bytes:
    seen = b""
    deadline = Deadline(10)
    while text not in seen and not deadline.is_over:
        seen += transport.read(4096, deadline.remaining())
    assert text in seen
    return seen


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_program_is_talked_to_on_its_terminal() -> None:
    with open_url("exec:///bin/cat", Deadline(5)) as transport:
        transport.write(b"hello\n", 5)
        assert read_until(transport, b"hello\r\nhello\r\n") == b"hello\r\nhello\r\n"


def test_its_arguments_come_in_order_and_its_terminal_is_plain() -> None:
    script = "echo $1-$2 $TERM; stty size"
    with open_url(f"exec:///bin/sh?arg=-c&arg={script}&arg=sh&arg=console&arg=r1", Deadline(5)) as transport:
        assert b"console-r1 dumb\r\n24 1000\r\n" in read_until(transport, b"1000\r\n")


def test_the_end_of_the_program_is_a_lost_path_with_its_status_and_last_words() -> None:
    with open_url("exec:///bin/sh?arg=-c&arg=echo no such domain r1; exit 7", Deadline(5)) as transport:
        read_until(transport, b"r1\r\n")
        with pytest.raises(PathLost, match="sh ended with exit status 7; its last words: no such domain r1"):
            transport.read(100, 5)


def test_a_program_ended_by_a_signal_says_which() -> None:
    with (
        open_url("exec:///bin/sh?arg=-c&arg=kill -TERM $$", Deadline(5)) as transport,
        pytest.raises(PathLost, match="sh was ended by SIGTERM"),
    ):
        transport.read(100, 5)


def test_a_program_that_is_not_there_says_so() -> None:
    with pytest.raises(PathRefused, match="/no/such/program cannot be run"):
        open_url("exec:///no/such/program", Deadline(5))


def test_a_program_needs_its_full_path() -> None:
    with pytest.raises(UsageError, match="needs the full path"):
        open_url("exec://?arg=x", Deadline(5))


def test_closing_ends_the_program_and_reaps_it() -> None:
    with open_url("exec:///bin/sh?arg=-c&arg=echo $$; exec sleep 600", Deadline(5)) as transport:
        pid = int(read_until(transport, b"\n"))
        assert is_alive(pid)
    assert not is_alive(pid)
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def test_a_program_that_ignores_the_end_of_its_terminal_is_killed() -> None:
    stubborn = "import os, signal, time; signal.signal(signal.SIGHUP, signal.SIG_IGN); print(os.getpid(), flush=True)"
    with Program([sys.executable, "-c", stubborn + "; time.sleep(600)"], "exec://", grace=0.1) as transport:
        pid = int(read_until(transport, b"\n"))
    assert not is_alive(pid)


def test_a_program_that_prints_without_end_is_ended_as_well() -> None:
    with open_url("exec:///usr/bin/yes", Deadline(5)) as transport:
        assert read_until(transport, b"y\r\n")


def test_the_output_before_the_end_is_read_to_the_last_byte() -> None:
    with open_url("exec:///bin/sh?arg=-c&arg=seq 1 5000", Deadline(5)) as transport:
        assert read_until(transport, b"\r\n5000\r\n").count(b"\n") == 5000
