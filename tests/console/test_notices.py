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
