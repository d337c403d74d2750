from __future__ import annotations

import pytest

from oob.cli.interact import Key, Tilde

CASES = {
    b"show version\r": [Key("send", b"show version\r")],
    b"~.": [Key("leave")],
    b"\r~b": [Key("send", b"\r"), Key("break")],
    b"a\n~?~.": [Key("send", b"a\n"), Key("help"), Key("leave")],
    b"~~b": [Key("send", b"~b")],
    b"~~~.": [Key("send", b"~~.")],
    b"~x": [Key("send", b"~x")],
    b"~\r~.": [Key("send", b"~\r"), Key("leave")],
    b"cd ~.\r": [Key("send", b"cd ~.\r")],
    b" ~b": [Key("send", b" ~b")],
    b"\xc3\xa4\r~b\x03": [Key("send", b"\xc3\xa4\r"), Key("break"), Key("send", b"\x03")],
    b"\r~": [Key("send", b"\r")],
}


def joined(keys: list[Key]) -> list[Key]:
    result: list[Key] = []
    for key in keys:
        if key.act == "send" and result and result[-1].act == "send":
            key = Key("send", result.pop().data + key.data)
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
