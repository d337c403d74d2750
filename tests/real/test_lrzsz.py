"""YMODEM with `rb` of lrzsz, a receiver that others wrote."""

from __future__ import annotations

import os
import select
import subprocess
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.wire.ymodem import YmodemSender

PROGRAMS = ["rb"]
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


@pytest.mark.parametrize("size", [128, 300_001])
def test_a_stranger_receives_what_was_sent(tmp_path: Path, size: int) -> None:
    data = (EVERY_BYTE * (size // 256 + 1))[:size]
    sender = YmodemSender("image.bin", data)
    receive(tmp_path, sender)
    assert (tmp_path / "image.bin").read_bytes() == data
    assert sender.acknowledged == size


def test_a_block_that_arrives_damaged_is_sent_again(tmp_path: Path) -> None:
    sender = YmodemSender("image.bin", EVERY_BYTE * 20)
    receive(tmp_path, sender, spoil=2)
    assert (tmp_path / "image.bin").read_bytes() == EVERY_BYTE * 20
