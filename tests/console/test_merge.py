"""Readings that messages have torn at different places make one text; what is open in all of them stays open."""

from __future__ import annotations

from oob.console.grammar import Grammar, State
from oob.console.merge import merged
from oob.console.output import Output, cut
from oob.profile.store import load

MESSAGE = b"*Mar  1 12:00:00.123: %LINK-3-UPDOWN: Interface Gi2, changed state to down\r\n"
LINES = [b"hostname edge1", b"logging host 10.20.0.54", b"interface Loopback0", b" ip address 10.0.0.1 255.255.255.255"]
ENABLE = State(name="enable", kind="enable", text="edge1#", host="edge1")


def reading(*tears: int, lines: list[bytes] = LINES) -> Output:
    """Read the configuration with a message at each of the offsets *tears*, as a device prints it into a line."""
    text = b"\r\n".join(lines) + b"\r\n"
    for tear in sorted(tears, reverse=True):
        begins = b"" if text[:tear].endswith(b"\n") else b"\r\n"
        text = text[:tear] + begins + MESSAGE + text[tear:]
    raw = b"show running-config\r\n" + text + b"edge1#"
    return cut(Grammar(load("cisco_ios")), raw, "show running-config", ENABLE, seconds=0.0)


def test_two_readings_torn_at_different_places_make_the_text_that_neither_shows() -> None:
    wanted = "\n".join(line.decode() for line in LINES)
    offsets = range(1, len(wanted) + len(LINES) - 1)
    for tear in offsets:
        other = 1 + (tear + 30) % (len(wanted) - 2)
        assert merged([reading(other), reading(tear)]) == wanted, tear


def test_a_place_that_is_torn_in_every_reading_stays_open() -> None:
    assert merged([reading(20)]) is None
    assert merged([reading(20), reading(20, 40)]) is None


def test_ages_may_differ_between_readings_and_nothing_else() -> None:
    assert merged([reading(lines=[b"hostname edge2", *LINES[1:]]), reading(20)]) == "\n".join(
        line.decode() for line in LINES
    )
    assert merged([reading(lines=LINES[1:]), reading(20)]) is None
