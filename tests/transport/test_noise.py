"""What a program in the middle says of its own is taken out, wherever it is cut."""

from __future__ import annotations

import pytest

from oob.transport.noise import Noise


@pytest.mark.parametrize("size", [1, 3, 100])
def test_an_expected_text_is_removed_at_any_chunk_size(size: int) -> None:
    noise = Noise()
    noise.expect(b"[halt sent]\r\n")
    stream = b"[ha [halt sent]\r\nrommon [halt sent]\r\n"
    got = b"".join(noise.strip(stream[at : at + size]) for at in range(0, len(stream), size))
    assert got == b"[ha rommon [halt sent]\r\n"


def test_two_expected_texts_are_both_removed() -> None:
    noise = Noise()
    noise.expect(b"<1>")
    noise.expect(b"<2>")
    assert noise.strip(b"a<1>b<2>c") == b"abc"


def test_nothing_is_held_back_when_nothing_is_expected() -> None:
    assert Noise().strip(b"[halt") == b"[halt"
