"""How a stream reads: one console as its bytes come, one among hundreds so that the process has time for all."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from oob.console.stream import BURST, Stream
from oob.transport.descriptor import Descriptor

CROWD = 60


@pytest.fixture
def line() -> Iterator[tuple[Stream, socket.socket]]:
    """Yield a stream that has measured the rate of a slow line, and the far end."""
    near, far = socket.socketpair()
    near.setblocking(False)
    stream = Stream(Descriptor(os.dup(near.fileno()), "socketpair"))
    near.close()
    for number in range(BURST // 16 + 2):
        stream.burst.note(16, number * 16 / 960)
    assert stream.rate == pytest.approx(960)
    with far:
        yield stream, far
        stream.close()


@contextmanager
def crowd() -> Iterator[None]:
    """Let as many threads be there as read hundreds of consoles."""
    is_over = threading.Event()
    threads = [threading.Thread(target=is_over.wait, daemon=True) for _ in range(CROWD)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def test_one_console_reads_its_bytes_as_they_come(line: tuple[Stream, socket.socket]) -> None:
    stream, far = line
    far.sendall(b"more")
    assert stream.gather(3600) == b"", "nothing was waited for, and nothing taken"
    assert stream.read(5) == b"more"


def test_a_console_among_many_takes_what_comes_together_in_a_long_output(line: tuple[Stream, socket.socket]) -> None:
    stream, far = line
    with crowd():
        far.sendall(b"more")
        assert stream.gather(3600) == b"more"
        assert stream.gather(3600) == b"", "where nothing comes the reader waits as ever"


def test_a_short_output_is_never_waited_for(line: tuple[Stream, socket.socket]) -> None:
    stream, far = line
    with crowd():
        far.sendall(b"more")
        assert stream.gather(0.2) == b""


def test_what_was_given_back_is_read_before_anything_is_waited_for(line: tuple[Stream, socket.socket]) -> None:
    stream, _ = line
    with crowd():
        stream.unread(b"left")
        assert stream.gather(3600) == b""
        assert stream.read(0) == b"left"


def test_a_fast_line_is_never_waited_for(line: tuple[Stream, socket.socket]) -> None:
    stream, far = line
    for number in range(8):
        stream.burst.note(BURST, 100 + number / 1000)
    with crowd():
        far.sendall(b"more")
        assert stream.gather(3600) == b""
