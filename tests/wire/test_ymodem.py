"""YMODEM byte by byte; `tests/real/test_lrzsz.py` has it with a receiver that others wrote."""

from __future__ import annotations

import pytest

from oob.wire.ymodem import CANCEL, LONG, MOST_REPEATS, YmodemSender

ACK, NAK, READY, CAN = b"\x06", b"\x15", b"C", b"\x18"


def test_nothing_is_sent_before_the_receiver_asks() -> None:
    sender = YmodemSender("a", b"b")
    assert sender.feed(b"## Ready for binary (ymodem) download\r\n") == b""
    assert sender.repeat() == b""
    assert sender.feed(READY).startswith(b"\x01\x00\xff" + b"a\x001 \x00")


def test_a_receiver_that_asks_twice_gets_the_first_block_once() -> None:
    sender = YmodemSender("a", b"b")
    assert len(sender.feed(READY + READY)) == 3 + 128 + 2


@pytest.mark.parametrize("pieces", [1, 4])
def test_the_blocks_are_the_same_however_the_answers_come_in_pieces(pieces: int) -> None:
    sender = YmodemSender("a", b"x" * (LONG + 1))
    said = READY + ACK + READY + ACK + ACK + NAK + ACK + READY + ACK
    sent = [len(sender.feed(said[at : at + pieces])) for at in range(0, len(said), pieces)]
    assert sum(sent) == 133 + 1029 + 133 + 1 + 1 + 133
    assert sender.is_done


def test_an_empty_file_is_a_file() -> None:
    sender = YmodemSender("a", b"")
    assert len(sender.feed(READY + ACK + READY)) == 133 + 1
    sender.feed(ACK + READY + ACK)
    assert sender.is_done


def test_two_cancels_end_it_and_one_is_noise() -> None:
    sender = YmodemSender("a", b"b")
    sender.feed(READY + CAN + ACK)
    assert not sender.failure
    assert sender.feed(CAN + CAN + READY) == b""
    assert sender.failure == "the receiver cancelled the transfer"


def test_a_block_is_not_repeated_for_ever() -> None:
    sender = YmodemSender("a", b"b")
    first = sender.feed(READY)
    assert sender.feed(NAK * MOST_REPEATS) == first * MOST_REPEATS
    assert sender.repeat() == CANCEL
    assert sender.failure
