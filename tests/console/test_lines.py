"""Lines as devices draw them: scrolled sideways, and with lines of their own above the prompt."""

from __future__ import annotations

import pytest

from oob.console.conversation import Conversation
from oob.console.grammar import Grammar
from oob.console.progress import quiet
from oob.console.screen import plain
from oob.console.stream import Stream
from oob.errors import QuestionAsked
from oob.profile.store import load
from tests.console.dialogue import At, Dialogue, Packets, Then, on_its_clock
from tests.console.dialogue import packets as packets

PROMPT = "fw1(config)# "
LONG = "access-list inside_access_in line 1 extended permit ip 192.168.1.0 255.255.255.0 host 172.16.1.100"


def scrolled(line: str, columns: int = 80, kept: int = 16) -> bytes:
    """Return the echo of *line* on a terminal that scrolls, as an ASA draws it, up to the return."""
    room = columns - 1 - len(PROMPT)
    out, window = PROMPT, 0
    for end in range(1, len(line) + 1):
        window += 1
        if window <= room:
            out += line[end - 1]
            continue
        out += "\b" * room + "$" + line[end - kept : end] + " " * (room - kept - 1) + "\b" * (room - kept - 1)
        window = kept + 1
    return (out + "\b" * window + line[: room - 1] + "$").encode()


@pytest.mark.parametrize("length", [40, 66, 67, 70, 98])
def test_a_line_that_was_scrolled_is_read_whole(length: int) -> None:
    # ktbyers/netmiko issues 105 and 2039
    line = LONG[:length].strip()
    echo = scrolled(line) if len(line) > 66 else (PROMPT + line).encode()

    assert plain(echo + b"\r\n").decode() == PROMPT + line + "\n"


def test_a_character_that_was_lost_on_the_way_shows_in_a_scrolled_line() -> None:
    assert LONG not in plain(scrolled(LONG[:60] + LONG[61:])).decode()


@pytest.mark.parametrize(
    "header", ["[edit]", "{master:0}", "{master:0}[edit]", "{primary:node0}[edit system]", "{hold:node1}"]
)
def test_lines_above_a_prompt_are_no_answer(header: str) -> None:
    lines = [b"                ^", b"syntax error.", b"", header.encode()]

    assert Grammar(load("juniper_junos")).without_header(lines) == lines[:2]


def test_an_unknown_question_of_a_command_is_cancelled_in_seconds_and_not_answered(
    monkeypatch: pytest.MonkeyPatch, packets: Packets
) -> None:
    states = {
        "priv": At("edge1#", {"crypto key generate rsa": Then("The name for the keys will be: edge1\n\n", "bits")}),
        "bits": At("How many bits in the modulus [512]: ", keys={"\x03": Then("\n", "priv")}),
    }
    device = on_its_clock(monkeypatch, Dialogue(states, "priv", packets))
    grammar, stream = Grammar(load("cisco_ios")), Stream(device)
    conversation = Conversation(stream, grammar)
    state = grammar.prompt_at_end(quiet(stream, grammar, 1.0))
    assert state
    conversation.state, conversation.can_mark = state, True

    with pytest.raises(QuestionAsked, match="How many bits in the modulus"):
        conversation.run("crypto key generate rsa")

    assert device.lines("bits") == ["\x03"]
    assert conversation.is_at_prompt
    assert device.now < 10
