"""Files that age has locked with a passphrase open here, and nothing else does."""

from __future__ import annotations

import pyrage
import pytest

from oob.secret.passphrase import Locked, opened
from tests.secret.age import CHUNK, PHRASE, locked


@pytest.fixture(scope="module")
def stored() -> bytes:
    return locked(b"hunter2\n" * 20_000)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_what_opens_for_pyrage_opens_here_at_every_edge_of_its_chunks(size: int) -> None:
    text = b"x" * size
    assert pyrage.passphrase.decrypt(locked(text), PHRASE) == text
    assert opened(locked(text), PHRASE) == text


def test_another_passphrase_is_wrong_and_the_file_not_damaged(stored: bytes) -> None:
    with pytest.raises(Locked, match=r"^the passphrase is wrong$"):
        opened(stored, "correct house")


def test_a_byte_that_changed_is_damage(stored: bytes) -> None:
    damaged = bytearray(stored)
    damaged[-100_000] ^= 1
    with pytest.raises(Locked, match="it is damaged"):
        opened(bytes(damaged), PHRASE)


@pytest.mark.parametrize("length", [-(16 + 160_000 % 65_536), 60, 0])
def test_a_file_that_is_cut_short_is_damage(stored: bytes, length: int) -> None:
    with pytest.raises(Locked, match="it is damaged"):
        opened(stored[:length], PHRASE)


def test_a_header_that_was_changed_is_damage(stored: bytes) -> None:
    lines = stored.split(b"\n", 4)
    lines[3] = b"--- " + b"A" * 43
    with pytest.raises(Locked, match="it is damaged"):
        opened(b"\n".join(lines), PHRASE)


def test_a_file_that_takes_too_much_memory_says_how_much(stored: bytes) -> None:
    head, _, rest = stored.partition(b"\n-> scrypt ")
    salt, work_and_rest = rest.split(b" ", 1)
    rest = work_and_rest.partition(b"\n")[2]
    with pytest.raises(Locked, match="16 GiB of memory"):
        opened(head + b"\n-> scrypt " + salt + b" 24\n" + rest, PHRASE)
