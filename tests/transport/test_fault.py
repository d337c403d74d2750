"""Faults on purpose: each begins at its byte and does what its name says."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from oob.errors import PathLost, UsageError, WriteStalled
from oob.transport.fault import Fault, wrap
from oob.transport.replay import Replay, Said, Typed
from oob.transport.url import parse


def reading(text: bytes, **fault: Any) -> Fault:
    return Fault(Replay([Said(data=text), Typed(data=b"never")], chunk=4), **fault)


def writing(expected: bytes, **fault: Any) -> tuple[Fault, Replay]:
    play = Replay([Typed(data=expected), Said(data=b"ok")])
    return Fault(play, of="write", **fault), play


def read_all(fault: Fault) -> bytes:
    return b"".join(iter(lambda: fault.read(100, 0), b""))


def test_a_path_that_fails_gives_every_byte_before_the_fault() -> None:
    fault = reading(b"0123456789", kind="fail", at=6)
    assert fault.read(100, 0) + fault.read(100, 0) == b"012345"
    with pytest.raises(PathLost, match="a fault on purpose"):
        fault.read(100, 0)
    with pytest.raises(PathLost):
        fault.read(100, 0)


def test_a_garbled_byte_is_another_byte_at_the_same_place() -> None:
    garbled = read_all(reading(b"0123456789", kind="garble", at=5, length=2))
    assert len(garbled) == 10
    assert [at for at in range(10) if garbled[at] != b"0123456789"[at]] == [5, 6]


def test_dropped_bytes_are_missing_and_the_rest_is_there() -> None:
    assert read_all(reading(b"0123456789", kind="drop", at=5, length=2)) == b"01234789"


def test_a_line_that_is_open_for_a_time_loses_what_comes_in_it() -> None:
    fault = reading(b"0123456789", kind="drop", at=4, seconds=60)
    assert read_all(fault) == b"0123"


def test_a_stalled_path_says_nothing_until_the_stall_is_over() -> None:
    fault = reading(b"0123456789", kind="stall", at=4, seconds=0.05)
    assert fault.read(100, 0) == b"0123"
    assert fault.read(100, 0) == b""
    assert fault.read(100, 5) == b"4567"


def test_a_stall_for_good_ends_when_the_path_is_closed() -> None:
    fault = reading(b"0123", kind="stall", at=0)

    def read() -> None:
        with pytest.raises(PathLost):
            fault.read(100, 60)

    reader = threading.Thread(target=read)
    reader.start()
    fault.close()
    reader.join(5)
    assert not reader.is_alive()


def test_writes_fail_at_their_byte() -> None:
    fault, play = writing(b"conf", kind="fail", at=4)
    with pytest.raises(PathLost):
        fault.write(b"configure", 5)
    assert play.left == 1


def test_a_stalled_write_says_how_much_is_unsent() -> None:
    fault, _ = writing(b"conf", kind="stall", at=4)
    with pytest.raises(WriteStalled) as caught:
        fault.write(b"configure", 0.01)
    assert caught.value.unsent == 5


def test_bytes_lost_or_garbled_on_the_way_out_arrive_so() -> None:
    fault, play = writing(b"configre\r", kind="drop", at=6)
    fault.write(b"config", 5)
    fault.write(b"ure\r", 5)
    assert play.read(100, 0) == b"ok"
    fault, play = writing(b"ab" + bytes([ord("c") ^ 0x15]), kind="garble", at=2)
    fault.write(b"abc", 5)
    assert play.read(100, 0) == b"ok"


def test_the_other_direction_is_left_alone() -> None:
    fault, play = writing(b"x", kind="fail", at=0)
    assert fault.read(100, 0) == b""
    fault = Fault(play, kind="fail", at=0)
    fault.write(b"x", 5)
    assert play.read(100, 0) == b"ok"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("fault.at=3", "fault+ needs fault.kind"),
        ("fault.kind=explode", "kind=explode is not one of fail, stall, drop, garble"),
        ("fault.kind=fail&fault.at=soon", "at=soon is not a number"),
        ("fault.kind=fail&fault.when=3", "has no option 'when'"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(query: str, reason: str) -> None:
    with pytest.raises(UsageError) as caught:
        wrap(Replay([]), parse(f"fault+tcp://192.0.2.1:1?{query}").wrapping("fault"))
    assert reason in str(caught.value)
