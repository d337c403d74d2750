from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oob.backup.difference import normalised, unapplied, unified

VOLATILE = (
    r"^Current configuration : \d+ bytes",
    r"^! Last configuration change at",
    r"^ntp clock-period ",
    r"^## Last commit",
)

IOS = """\
Current configuration : 1234 bytes
! Last configuration change at 10:00:00 UTC Mon Jan 1 2024 by ops
hostname edge1
!
interface Gi0/0
 ip address 192.0.2.1 255.255.255.0
 no shutdown
!
router bgp 65000
 neighbor 192.0.2.2 remote-as 65001
 address-family ipv4
  neighbor 192.0.2.2 activate
 exit-address-family
!
ip access-list extended in
 permit tcp any any eq 22
 permit icmp any any
 deny ip any any
!
ntp clock-period 17180000
end
"""

JUNOS = """\
## Last commit: 2024-01-01 10:00:00 UTC by ops
system {
    host-name core1;
    services {
        ssh;
    }
}
protocols {
    ospf {
        area 0.0.0.0 {
            interface ge-0/0/0.0;
        }
    }
}
"""


def said(target: str, actual: str) -> list[str]:
    return [str(difference) for difference in unapplied(target, actual, VOLATILE)]


def test_a_configuration_does_not_differ_from_itself_at_another_time() -> None:
    later = IOS.replace("1234", "1240").replace("10:00:00", "11:11:11").replace("17180000", "17180002")
    assert unapplied(IOS, later, VOLATILE) == ()
    assert unified(IOS, later, VOLATILE) == ""
    assert unapplied(IOS, later) != ()


def test_line_ends_and_trailing_blanks_do_not_matter() -> None:
    assert normalised("a \r\n b\r\n") == ("a", " b")
    assert unapplied(IOS, IOS.replace("\n", "  \r\n"), VOLATILE) == ()


def test_each_line_that_did_not_take_is_named_with_its_parents() -> None:
    actual = IOS.replace("  neighbor 192.0.2.2 activate\n", "").replace(" no shutdown", " shutdown")
    assert said(IOS, actual) == [
        "missing: interface Gi0/0 / no shutdown",
        "missing: router bgp 65000 / address-family ipv4 / neighbor 192.0.2.2 activate",
        "extra: interface Gi0/0 / shutdown",
    ]


def test_a_line_in_the_wrong_section_is_missing_there_and_extra_here() -> None:
    actual = JUNOS.replace("        ssh;\n    }\n", "    }\n    ssh;\n")
    assert said(JUNOS, actual) == ["missing: system { / services { / ssh;", "extra: system { / ssh;"]


def test_a_line_that_occurs_twice_and_should_once_is_one_too_many() -> None:
    assert said("a\n", "a\na\n") == ["extra: a"]


def test_the_order_inside_a_section_counts_and_at_the_top_it_does_not() -> None:
    rules = " permit tcp any any eq 22\n permit icmp any any\n deny ip any any\n"
    moved = IOS.replace(rules, " deny ip any any\n permit tcp any any eq 22\n permit icmp any any\n")
    assert said(IOS, moved) == ["moved: ip access-list extended in / deny ip any any"]
    assert said("username a\nusername b\n", "username b\nusername a\n") == []


def test_set_lines_are_compared_as_they_are() -> None:
    assert said("set a b\nset a c\n", "set a b\nset a d\n") == ["missing: set a c", "extra: set a d"]


def test_a_unified_diff_names_both_sides() -> None:
    diff = unified("a\nb\n", "a\nc\n", names=("baseline", "now"))
    assert diff.splitlines() == ["--- baseline", "+++ now", "@@ -1,2 +1,2 @@", " a", "-b", "+c"]


LINES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcd")), max_size=12)


@given(LINES)
def test_nothing_differs_from_itself(lines: list[tuple[int, str]]) -> None:
    text = "".join(f"{' ' * depth}{word}\n" for depth, word in lines)
    assert unapplied(text, text) == ()


@given(LINES, st.data())
def test_a_line_that_is_left_out_is_always_found(lines: list[tuple[int, str]], data: st.DataObject) -> None:
    unique = [(depth, f"{word}{number}") for number, (depth, word) in enumerate(lines)]
    if not unique:
        return
    gone = data.draw(st.integers(0, len(unique) - 1))
    target = "".join(f"{' ' * depth}{word}\n" for depth, word in unique)
    actual = "".join(f"{' ' * depth}{word}\n" for at, (depth, word) in enumerate(unique) if at != gone)
    assert unique[gone][1] in {difference.line for difference in unapplied(target, actual)}


@pytest.mark.parametrize("text", ["", "\n\n", "!\nend\n"])
def test_what_says_nothing_does_not_differ(text: str) -> None:
    assert unapplied(text, "") == ()
