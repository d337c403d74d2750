"""The text that a person would see is the same whichever way is quickest to it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oob.console import screen
from oob.console.notices import BARRIER, _may_have_barrier

PIECES = (b"edge1#", b" ", b"\r", b"\n", b"\r\n", b"\r\r\n", b"\x08", b"\x00", b"\x07", b"\x1b[K", b"\x1b", b"\xc3\xa9")


@given(st.lists(st.sampled_from(PIECES), max_size=24).map(b"".join))
@example(b"a\r\r\nb")
@example(b"\r")
@example(b"a\r\nb\r")
def test_simple_text_is_read_as_text_with_line_editing_is(data: bytes) -> None:
    quick = screen.plain(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen, "_is_simple", lambda data: False)
        assert screen.plain(data) == quick


@given(
    st.lists(st.sampled_from((b"x" * 700, b"\r", b"\n", b" " * 90, b"\x07" * 90, b"%A-1-B: ")), max_size=12).map(
        b"".join
    )
)
def test_no_barrier_is_overlooked(data: bytes) -> None:
    assert _may_have_barrier(data) or not BARRIER.search(data)
