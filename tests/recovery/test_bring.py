"""Texts made fit to be brought to a device."""

from __future__ import annotations

from oob.profile.model import ConfigurationData, Query
from oob.recovery.bring import sectioned

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
