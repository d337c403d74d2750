"""A control character is a key: a line that holds one is refused, by number, before anything is typed."""

from __future__ import annotations

import pytest

from oob.console.typeable import check_typeable, typed_lines
from oob.errors import UntypeableText
from oob.profile.model import Keys
from tests.console.conftest import OpenConsole
from tests.console.scripted import ScriptedDevice

KEYS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"U+{ord(key):04X}")
def test_no_control_character_can_be_typed(key: str) -> None:
    with pytest.raises(UntypeableText, match=r"line 2 \('description a \.\.\.'\)|line 2") as refused:
        check_typeable(["interface Loopback0", f" description a{key}b", " shutdown"])

    assert refused.value.line == 2
    assert "column 15" in str(refused.value)
    assert "nothing was typed" in str(refused.value)


@pytest.mark.parametrize(
    "line", ["", " description Zürich, 東京 \U0001f600", "banner motd ^C", '{}[]$\\";#?!~', "a\u00a0b"]
)
def test_other_characters_can(line: str) -> None:
    check_typeable([line])


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UntypeableText, match="half a character"):
        check_typeable(["description \udcff"])


def test_only_the_beginning_of_the_line_is_shown() -> None:
    with pytest.raises(UntypeableText) as refused:
        check_typeable(["username ops secret hunter2\x03"])

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("how", ["paste", "write_text", "load", "run", "ask", "help"])
@pytest.mark.parametrize("key", ["\x03", "\x04", "\t", "\r", "\n", "\x1a"])
def test_nothing_is_typed(open_console: OpenConsole, how: str, key: str) -> None:
    device = ScriptedDevice()
    console = open_console(device)
    typed = len(device.written)
    line = f"description a{key}b"
    acts = {
        "paste": lambda: console.paste(["interface Loopback0", line]),
        "write_text": lambda: console.write_text(["interface Loopback0", line]),
        "load": lambda: console.load("load override terminal", ["{", line], ready="", close="\x04"),
        "run": lambda: console.run(line),
        "ask": lambda: console.ask(line, {}),
        "help": lambda: console.help(line),
    }

    with pytest.raises(UntypeableText):
        acts[how]()

    assert len(device.written) == typed


def test_a_question_mark_is_typed_as_a_character_where_that_can_be_done() -> None:
    assert typed_lines([" description why?", " shutdown"], Keys(help="?", literal="\x16")) == [
        b" description why\x16?",
        b" shutdown",
    ]
    assert typed_lines([" description why?"], Keys()) == [b" description why?"]


def test_a_question_mark_is_refused_where_it_would_ask_for_help() -> None:
    with pytest.raises(UntypeableText, match=r"line 2 .* holds '\?', which asks this device for help"):
        typed_lines(["interface Loopback0", " description why?"], Keys(help="?"))


@pytest.mark.parametrize(
    "banner", [["banner motd ~", "why?", "~"], ["banner motd ^Cwhy?^C"], ["banner login", "why?", "EOF"]]
)
def test_the_text_of_a_banner_is_typed_as_it_is(banner: list[str]) -> None:
    lines = [*banner, "hostname edge1"]

    assert typed_lines(lines, Keys(help="?")) == [line.encode() for line in lines]
    with pytest.raises(UntypeableText, match=f"line {len(lines) + 1} "):
        typed_lines([*lines, "description why?"], Keys(help="?"))
