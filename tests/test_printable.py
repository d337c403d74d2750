from __future__ import annotations

import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oob.printable import one_line, printable, printable_json

HOSTILE = {
    "clear": "\x1b[2J\x1b[H",
    "reset": "\x1bc",
    "title": "\x1b]0;pwned\x07",
    "clipboard": "\x1b]52;c;cHduZWQ=\x1b\\",
    "link": "\x1b]8;;http://evil.example\x1b\\edge1\x1b]8;;\x1b\\",
    "nested": "\x1b\x1b[m]52;c;cHduZWQ=\x07",
    "nested twice": "\x1b\x1b\x1b[m[m]52;c;x\x07",
    "split by a bell": "\x1b\x07]52;c;x\x07",
    "device control": '\x1bP$q"p\x1b\\',
    "application": "\x1b_Gf=100;AAAA\x1b\\",
    "privacy": "\x1b^x\x1b\\",
    "string": "\x1bXx\x1b\\",
    "C1 CSI": "\x9b2J",
    "C1 OSC": "\x9d52;c;x\x9c",
    "C1 DCS": "\x90q\x9c",
    "8-bit bytes that are not UTF-8": b"\x9b2J".decode("utf-8", "surrogateescape"),
    "C1 in UTF-8": b"\xc2\x9b2J".decode(),
    "charset": "\x1b(0lqk\x1b(B\x0e\x0f",
    "report": "\x1b[6n\x1b[c\x05",
    "alternate screen": "\x1b[?1049h",
    "carriage return": "failed\rproven",
    "backspace": "failed\b\b\b\b\b\bproven",
    "vertical": "a\x0bb\x0cc\x85d\u2028e\u2029f",
    "bidi": "\u202eneverp\u202c \u2066x\u2069 \u200f\u061c",
    "zero width": "ed\u200bge\u200d1\ufeff\u2060\xad",
    "tags": "edge\U000e0041\U000e007f\ufe0f\U000e0100",
    "fillers": "edge\u3164\u115f\uffa0\u2800",
    "null and delete": "a\x00b\x7fc",
}


def is_safe(text: str) -> bool:
    return not any(char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_nothing_is_left_that_a_terminal_acts_on(text: str) -> None:
    assert not is_safe(text) or text == HOSTILE["fillers"]
    assert is_safe(printable(text))
    assert is_safe(one_line(text))
    assert "\n" not in one_line(text)


def test_every_control_format_and_separator_character_is_escaped() -> None:
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            assert printable(char) != char, hex(code)


PIECES = st.lists(st.sampled_from([*HOSTILE.values(), "\x1b", "[", "]52;", "m", "\x07", "\r", "\n", "a"]), max_size=30)


@given(PIECES.map("".join) | st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_the_filter_is_safe_and_does_nothing_a_second_time(text: str) -> None:
    shown = printable(text)
    assert is_safe(shown)
    assert printable(shown) == shown
    assert one_line(one_line(text)) == one_line(text)
    assert all(printable(text[:cut]) + printable(text[cut:]) == shown for cut in (1, 3) if "\r\n" not in text)


@given(st.text() | st.sampled_from(list(HOSTILE.values())))
def test_json_means_the_same(text: str) -> None:
    document = printable_json(json.dumps({text: [text]}, ensure_ascii=False))
    assert json.loads(document) == {text: [text]}
    assert is_safe(document)


def test_what_people_write_stays() -> None:
    text = "description Köln, 東京 ☎ naïve…\n\tip address 192.0.2.1 255.255.255.0\n"
    assert printable(text) == text
    assert printable("one\r\ntwo\r\r\n") == "one\ntwo\n"
