from __future__ import annotations

import pytest

from oob.cli.interact import EscapeKey, Tilde

CASES = {
    b"show version\r": [EscapeKey("send", b"show version\r")],
    b"~.": [EscapeKey("leave")],
    b"\r~b": [EscapeKey("send", b"\r"), EscapeKey("break")],
    b"a\n~?~.": [EscapeKey("send", b"a\n"), EscapeKey("help"), EscapeKey("leave")],
    b"~~b": [EscapeKey("send", b"~b")],
    b"~~~.": [EscapeKey("send", b"~~.")],
    b"~x": [EscapeKey("send", b"~x")],
    b"~\r~.": [EscapeKey("send", b"~\r"), EscapeKey("leave")],
    b"cd ~.\r": [EscapeKey("send", b"cd ~.\r")],
    b" ~b": [EscapeKey("send", b" ~b")],
    b"\xc3\xa4\r~b\x03": [EscapeKey("send", b"\xc3\xa4\r"), EscapeKey("break"), EscapeKey("send", b"\x03")],
    b"\r~": [EscapeKey("send", b"\r")],
}


def joined(keys: list[EscapeKey]) -> list[EscapeKey]:
    result: list[EscapeKey] = []
    for key in keys:
        if key.act == "send" and result and result[-1].act == "send":
            key = EscapeKey("send", result.pop().data + key.data)
        result.append(key)
    return result


@pytest.mark.parametrize("typed", CASES)
def test_a_tilde_counts_as_the_first_key_of_a_line_only(typed: bytes) -> None:
    assert list(Tilde().feed(typed)) == CASES[typed]


@pytest.mark.parametrize("typed", CASES)
def test_keys_that_come_one_by_one_mean_the_same(typed: bytes) -> None:
    tilde = Tilde()
    keys = [key for number in typed for key in tilde.feed(bytes((number,)))]
    assert joined(keys) == CASES[typed]
