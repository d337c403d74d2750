"""The order of a fleet: what is needed comes first, canaries before all, and a cycle is named."""

from __future__ import annotations

import random

import pytest

from oob.fleet.member import FleetRefused, Member, Way
from oob.fleet.waves import canaries, longest_chain, waves


def member(name: str, *after: str, via: str = "", platform: str = "cisco_ios", seconds: float = 10.0) -> Member:
    ways = (Way(name="primary", via=via),)
    return Member(name=name, platform=platform, after=after, ways=ways, seconds=seconds)


def test_a_device_comes_after_those_it_depends_on_and_those_its_console_runs_through() -> None:
    fleet = [member("leaf", via="edge"), member("edge"), member("core", "edge", "leaf")]

    assert waves(fleet) == (("edge",), ("leaf",), ("core",))


def test_the_longest_recovery_of_a_wave_comes_first() -> None:
    fleet = [member("a", seconds=5), member("b", seconds=50), member("c", seconds=20)]

    assert waves(fleet) == (("b", "c", "a"),)


def test_canaries_come_first_and_alone() -> None:
    fleet = [member("a"), member("b"), member("c", "a")]

    assert waves(fleet, ["b"]) == (("b",), ("a",), ("c",))


def test_a_canary_that_needs_another_device_is_refused() -> None:
    with pytest.raises(FleetRefused, match="canary b: needs a, so it cannot come first"):
        waves([member("a"), member("b", "a")], ["b"])


def test_an_unknown_canary_is_refused() -> None:
    with pytest.raises(FleetRefused, match="canary z: not a device of this fleet"):
        waves([member("a")], ["z"])


def test_a_cycle_is_refused_and_named_without_the_devices_around_it() -> None:
    fleet = [member("a"), member("x", "a", "z"), member("y", via="x"), member("z", "y"), member("last", "z")]

    with pytest.raises(FleetRefused, match=r"in a cycle: (x -> z -> y -> x|y -> x -> z -> y|z -> y -> x -> z)$"):
        waves(fleet)


def test_a_device_that_needs_itself_is_a_cycle() -> None:
    with pytest.raises(FleetRefused, match=r"in a cycle: a -> a$"):
        waves([member("a", "a")])


def test_a_device_outside_the_fleet_orders_nothing() -> None:
    assert waves([member("a", "elsewhere")]) == (("a",),)


def test_the_canaries_are_the_least_needed_devices_of_the_commonest_platforms() -> None:
    fleet = [member(f"ios{number}") for number in range(12)]
    fleet += [member(f"eos{number}", platform="arista_eos") for number in range(4)]
    fleet += [member("leaf", "ios0", "ios1", "eos0"), member("junos", "ios0", platform="juniper_junos")]

    assert canaries(fleet) == ("eos1", "ios10")
    assert canaries([member("a"), member("b", platform="arista_eos")]) == ("b",)


def test_the_longest_chain_is_the_slowest_one_and_not_that_of_most_devices() -> None:
    fleet = [member("a"), member("b", "a"), member("c", "b"), member("slow", seconds=100), member("end", "slow")]

    assert longest_chain(fleet) == ("slow", "end")


def test_in_every_order_no_device_comes_before_one_it_needs() -> None:
    chance = random.Random(7)
    names = [f"r{number}" for number in range(300)]
    fleet = [member(name, *chance.sample(names[:place], min(place, 3))) for place, name in enumerate(names)]
    chance.shuffle(fleet)

    place = {name: number for number, wave in enumerate(waves(fleet)) for name in wave}

    assert len(place) == len(fleet)
    assert all(place[needed] < place[one.name] for one in fleet for needed in one.needs)
