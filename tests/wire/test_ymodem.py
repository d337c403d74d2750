"""YMODEM against `rb` of lrzsz, which others wrote, and byte by byte where `rb` cannot be made to misbehave."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.wire.ymodem import CANCEL, LONG, MOST_REPEATS, YmodemSender

ACK, NAK, READY, CAN = b"\x06", b"\x15", b"C", b"\x18"
EVERY_BYTE = bytes(range(256))


def receive(folder: Path, sender: YmodemSender, *, spoil: int = -1) -> None:
    """Let `rb` receive into *folder*; what is sent as number *spoil* has a wrong byte in it."""
    with subprocess.Popen(
        ["rb", "--binary"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as receiver:
        assert receiver.stdin
        assert receiver.stdout
        deadline = Deadline(20)
        count = 0
        while not sender.is_done and not sender.failure:
            assert select.select([receiver.stdout], [], [], deadline.remaining())[0]
            answer = sender.feed(os.read(receiver.stdout.fileno(), 4096))
            if answer and count == spoil:
                answer = answer[:10] + bytes([answer[10] ^ 1]) + answer[11:]
            count += bool(answer)
            os.write(receiver.stdin.fileno(), answer)
        receiver.stdin.close()
        assert receiver.wait(10) == 0


@pytest.mark.skipif(not shutil.which("rb"), reason="rb (lrzsz) is not installed")
@pytest.mark.parametrize("size", [128, 70_001])
def test_a_stranger_receives_what_was_sent(tmp_path: Path, size: int) -> None:
    data = (EVERY_BYTE * (size // 256 + 1))[:size]
    sender = YmodemSender("image.bin", data)
    receive(tmp_path, sender)
    assert (tmp_path / "image.bin").read_bytes() == data
    assert sender.acknowledged == size


@pytest.mark.skipif(not shutil.which("rb"), reason="rb (lrzsz) is not installed")
def test_a_block_that_arrives_damaged_is_sent_again(tmp_path: Path) -> None:
    sender = YmodemSender("image.bin", EVERY_BYTE * 20)
    receive(tmp_path, sender, spoil=2)
    assert (tmp_path / "image.bin").read_bytes() == EVERY_BYTE * 20


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
