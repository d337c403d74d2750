"""Notices among what a device printed for us."""

from __future__ import annotations

import pytest

from oob.console.notices import NoticeFilter
from oob.profile.store import load

LINE = b"*Nov 21 11:59:41.481: %LINEPROTO-5-UPDOWN: Line protocol on Interface Loopback106, changed state to up\r\n"


@pytest.fixture(scope="module")
def notices() -> NoticeFilter:
    return NoticeFilter(load("cisco_ios").console.notices)


@pytest.mark.parametrize("count", [1, 2, 200])
@pytest.mark.parametrize("behind", [b"", b" \x08"])
def test_the_prompt_before_the_last_notices_is_found_however_many_they_are(
    count: int, behind: bytes, notices: NoticeFilter
) -> None:
    assert notices.before_last(b"edge1#" + b"\r\n" + count * LINE + behind) == b"edge1#"


@pytest.mark.parametrize("end", [b"edge1#", b"Loopb", b"x \x08"])
def test_what_follows_notices_in_their_hundreds_is_seen_at_once(end: bytes, notices: NoticeFilter) -> None:
    data = b"edge1#" + b"\r\n" + 200 * LINE + end

    assert notices.before_last(data) == data
    assert len(notices.clean(data).notices) == 200


def test_notices_apart_from_each_other_are_not_one_run(notices: NoticeFilter) -> None:
    assert notices.before_last(LINE + b"edge1#\r\n" + LINE) == LINE + b"edge1#"


SAID = {
    "arista_eos": b"Nov 21 11:59:41 leaf1 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Ethernet1\r\n",
    "cisco_ios": LINE,
    "juniper_junos": b"\r\nBroadcast Message from ops@core1\r\n (no tty) at 12:00 UTC...\r\n\r\nGood night\r\n",
}


@pytest.mark.parametrize("platform", SAID)
def test_a_notice_is_seen_in_each_piece_that_it_can_be_taken_out_of(platform: str) -> None:
    filtering = NoticeFilter(load(platform).console.notices)
    data = b"!\r\ninterf" + SAID[platform] + b"ace Ethernet1\r\nedge1#"
    pieces = [data[start:end] for end in range(len(data) + 1) for start in range(end)]

    seen = [filtering.has_notice(piece) for piece in pieces]

    assert set(seen) == {True, False}
    assert seen == [bool(filtering.clean(piece).notices) for piece in pieces]
