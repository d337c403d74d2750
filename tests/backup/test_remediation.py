from __future__ import annotations

import pytest

from oob.backup.remediation import remediation
from oob.errors import DataError, ProfileError

TARGET = """\
version 15.7
hostname edge1
!
interface GigabitEthernet0/0
 ip address 192.0.2.1 255.255.255.0
!
router ospf 1
 network 192.0.2.0 0.0.0.255 area 0
!
router bgp 65000
 neighbor 192.0.2.2 remote-as 65001
 address-family ipv4
  neighbor 192.0.2.2 activate
 exit-address-family
!
banner motd ^C
This is edge1
^C
crypto pki certificate chain ca
 certificate self-signed 01
  30820330 30820218
  \tquit
!
end
"""


def test_equal_configurations_need_no_lines() -> None:
    assert remediation("CISCO_IOS", TARGET, TARGET) == ()


def test_only_what_differs_is_changed_with_the_exits_that_it_needs() -> None:
    running = TARGET.replace("192.0.2.1 255", "192.0.2.9 255").replace("  neighbor 192.0.2.2 activate\n", "")
    running = running.replace(" network 192.0.2.0 0.0.0.255 area 0\n", " network 192.0.2.0 0.0.0.255 area 1\n")
    assert remediation("CISCO_IOS", running, TARGET) == (
        "interface GigabitEthernet0/0",
        "  ip address 192.0.2.1 255.255.255.0",
        "  exit",
        "router ospf 1",
        "  no network 192.0.2.0 0.0.0.255 area 1",
        "  network 192.0.2.0 0.0.0.255 area 0",
        "  exit",
        "router bgp 65000",
        "  address-family ipv4",
        "    neighbor 192.0.2.2 activate",
        "    exit-address-family",
        "  exit",
    )


def test_a_host_name_and_a_neighbours_number_are_replaced_and_not_removed_first() -> None:
    running = TARGET.replace("hostname edge1", "hostname broken").replace("65001", "65009")
    lines = remediation("CISCO_IOS", running, TARGET)
    assert "hostname edge1" in lines
    assert "  neighbor 192.0.2.2 remote-as 65001" in lines
    assert not [line for line in lines if line.strip().startswith("no ")]


def test_a_banner_is_typed_with_a_delimiter_that_can_be_typed() -> None:
    running = TARGET.replace("This is edge1", "Owned")
    assert remediation("CISCO_IOS", running, TARGET) == ("banner motd ~", "This is edge1", "~")
    without = TARGET.replace("banner motd ^C\nThis is edge1\n^C\n", "")
    assert remediation("CISCO_IOS", TARGET, without) == ("no banner motd",)
    assert remediation("CISCO_IOS", without, TARGET)[0] == "banner motd ~"


def test_a_banner_of_an_eos_device_ends_with_its_word() -> None:
    target = "hostname e1\n!\nbanner login\nkeep out\nEOF\n!\nend\n"
    assert remediation("ARISTA_EOS", target.replace("keep", "stay"), target) == ("banner login", "keep out", "EOF")


def test_certificates_are_left_alone() -> None:
    assert remediation("CISCO_IOS", TARGET.replace("30820218", "30820219"), TARGET) == ()


def test_a_platform_that_hier_config_does_not_know_is_an_error_of_the_profile() -> None:
    with pytest.raises(ProfileError, match="CISCO_CATOS: hier_config knows no platform"):
        remediation("CISCO_CATOS", "", "")


def test_a_banner_that_cannot_be_typed_is_an_error() -> None:
    with pytest.raises(DataError, match="holds every character"):
        remediation("CISCO_IOS", "hostname a\n", "banner motd ^C\n~@#%&|\n^C\n")


@pytest.mark.parametrize("separator", ["\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_character_in_a_description_makes_a_command_of_what_stands_behind_it(separator: str) -> None:
    target = f"hostname edge1\ninterface Loopback0\n description a{separator}no ip routing\n"

    with pytest.raises(DataError, match=rf"line 3 holds U\+{ord(separator):04X}"):
        remediation("CISCO_IOS", "hostname edge1\n", target)
