"""Texts made fit to be brought to a device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from oob.errors import DataError, UntypeableText
from oob.profile.model import ConfigurationData, Query
from oob.profile.store import load
from oob.recovery.ladder.bring import loadable, sectioned, texts
from tests.recovery.papers import backup

ETX = "banner motd \x03\n Keep out!\n\x03\nline con 0\n"
DATA = ConfigurationData(
    read=Query(commands=("show running-config",)),
    section_exit="exit",
    section_root="root",
    verbatim={"^route-policy ": "^end-policy"},
)


def test_sections_are_left_by_a_line_of_their_own() -> None:
    lines = [
        "hostname pe1",
        "router ospf 1",
        " area 0",
        "  interface Gi0",
        "  !",
        "  interface Gi1",
        "  !",
        " !",
        "!",
        "cdp",
        "end",
    ]

    assert sectioned(lines, DATA) == (
        "hostname pe1",
        "router ospf 1",
        " area 0",
        "  interface Gi0",
        "  exit",
        "  interface Gi1",
        "  exit",
        " exit",
        "root",
        "cdp",
    )


def test_a_section_that_nothing_closes_is_left_before_the_next_line_at_the_margin() -> None:
    assert sectioned(["vrf A", " description b", "vrf C"], DATA) == ("vrf A", " description b", "root", "vrf C")


def test_a_policy_is_brought_as_it_is() -> None:
    lines = ["route-policy P", "  if x then", "    pass", "  endif", "!", "end-policy", "!", "ntp"]

    assert sectioned(lines, DATA) == (*lines[:6], "root", "ntp")


@pytest.mark.parametrize("text", [ETX, ETX.replace("\x03", "^C")], ids=["ETX", "caret and C"])
def test_a_banner_gets_an_end_mark_that_can_be_brought(text: str) -> None:
    assert loadable(text, ()) == ("banner motd ~", " Keep out!", "~", "line con 0")


@pytest.mark.parametrize(("name", "is_left_out"), [("surgical", True), ("backup", False)])
def test_a_tab_leaves_out_only_the_attempts_that_would_type_it(tmp_path: Path, name: str, is_left_out: bool) -> None:
    profile = load("cisco_ios")
    banner = "hostname edge1\nbanner motd ~\n\tKeep out!\n~\nend\n"
    target = backup(tmp_path, configuration=f"Current configuration : 99 bytes\n{banner}")

    def brought() -> Mapping[str, Sequence[str]]:
        return texts(profile, profile.strategies[name], target, "hostname edge1\nend\n")

    if is_left_out:
        with pytest.raises(UntypeableText, match=r"holds TAB \(0x09\)"):
            brought()
    else:
        assert "\tKeep out!" in brought()["config"]


def test_the_surgical_attempt_says_that_it_cannot_move_lines(tmp_path: Path) -> None:
    profile = load("cisco_ios")
    rules = ["access-list 101 permit tcp any any eq 22\n", "access-list 101 deny ip any any\n"]
    target = backup(tmp_path, configuration=f"Current configuration : 99 bytes\n{''.join(rules)}end\n")

    with pytest.raises(DataError, match=r"'access-list 101 permit tcp any any eq 22' would stay in another order"):
        texts(profile, profile.strategies["surgical"], target, f"{''.join(reversed(rules))}end\n")
    assert texts(profile, profile.strategies["surgical"], target, f"{''.join(rules)}end\n") == {"difference": ()}
