"""Which device may begin: never more than a cap allows, never one forgotten."""

from __future__ import annotations

import random
from collections import Counter

from oob.fleet.lanes import Lanes


def test_no_more_devices_begin_than_their_console_server_has_lines() -> None:
    lanes = Lanes({"server:a": 2}, jobs=10)
    for name in "xyz":
        lanes.add(name, ["server:a"])

    assert [lanes.take(), lanes.take(), lanes.take()] == ["x", "y", None]
    lanes.release("x")
    assert lanes.take() == "z"


def test_a_full_carrier_holds_up_no_device_that_does_not_use_it() -> None:
    lanes = Lanes({"carrier:lte": 1}, jobs=10)
    for name in ("far1", "far2"):
        lanes.add(name, ["carrier:lte"])
    lanes.add("near", [])

    assert {lanes.take(), lanes.take()} == {"far1", "near"}
    assert lanes.take() is None


def test_a_dropped_device_never_begins() -> None:
    lanes = Lanes({}, jobs=1)
    lanes.add("a", [])
    lanes.add("b", [])
    lanes.drop("a")

    assert lanes.take() == "b"
    assert len(lanes) == 0


def test_under_many_shared_caps_every_device_begins_once_and_no_cap_is_passed() -> None:
    chance = random.Random(3)
    caps = {f"server:{number}": chance.randint(1, 3) for number in range(20)} | {"carrier:a": 5, "carrier:b": 2}
    needs = {
        f"r{number}": (f"server:{chance.randrange(20)}", chance.choice(("carrier:a", "carrier:b", "none")))
        for number in range(2000)
    }
    lanes = Lanes(caps, jobs=12)
    for name, resources in needs.items():
        lanes.add(name, resources)

    going: list[str] = []
    begun: Counter[str] = Counter()
    while lanes or going:
        while (name := lanes.take()) is not None:
            going.append(name)
            begun[name] += 1
        held = Counter(one for name in going for one in needs[name] if one in caps)
        assert all(count <= caps[one] for one, count in held.items())
        assert 0 < len(going) <= 12
        lanes.release(going.pop(chance.randrange(len(going))))

    assert set(begun.values()) == {1}
    assert len(begun) == 2000
