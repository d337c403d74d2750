"""What a profile says is turned into what is typed."""

from __future__ import annotations

from oob.profile.model import Ping
from oob.profile.store import load, platforms

BOTH = Ping(command="ping {address}", in_vrf="ping vrf {vrf} {address}", alive="!")
EACH = Ping(command="ping {address}", in_vrf="ping vrf {vrf} {address}", ipv6="ping6 {address}", alive="!")


def test_an_ipv6_address_is_pinged_with_its_own_command_where_there_is_one() -> None:
    assert EACH.typed("2001:db8::1") == "ping6 2001:db8::1"
    assert EACH.typed("192.0.2.1") == "ping 192.0.2.1"
    assert BOTH.typed("2001:db8::1", "red") == "ping vrf red 2001:db8::1"


def test_nothing_is_typed_where_a_ping_cannot_be_sent_in_a_vrf() -> None:
    assert EACH.typed("192.0.2.1", "red") == "ping vrf red 192.0.2.1"
    assert EACH.typed("2001:db8::1", "red") == ""


def test_each_address_of_a_profile_is_in_its_ping() -> None:
    pings = [ping for name in platforms() if (ping := load(name).ping)]

    assert all("2001:db8::7" in ping.typed("2001:db8::7") for ping in pings)
    assert all("192.0.2.7" in ping.typed("192.0.2.7") for ping in pings)
