from __future__ import annotations

import signal
import threading

from oob.fleet.lanes import Lanes
from oob.fleet.pool import DevicePool
from oob.fleet.shares import shares
from oob.inventory.device import ConsolePath, InventoryDevice


def lanes(caps: dict[str, int], jobs: int, **devices: tuple[str, ...]) -> Lanes:
    found = Lanes(caps, jobs)
    for name, resources in devices.items():
        found.add(name, resources)
    return found


def test_a_device_that_hangs_delays_only_those_that_wait_for_what_it_holds() -> None:
    done: list[str] = []
    others = threading.Event()

    def work(name: str) -> str:
        if name == "hang":
            assert others.wait(30)
        return name

    def ended(name: str) -> None:
        done.append(name)
        if len(done) == 3:
            others.set()

    shared = {"hang": ("server:a",), "behind": ("server:a",), "b": ("server:b",), "c": (), "d": ("server:b",)}
    assert DevicePool(lanes({"server:a": 1, "server:b": 1}, 9, **shared), work, ended).run()
    assert set(done[:3]) == {"b", "c", "d"}
    assert done[3:] == ["hang", "behind"]


def test_no_more_than_jobs_are_under_way() -> None:
    under_way, most = 0, 0
    turn = threading.Lock()
    together = threading.Barrier(2)

    def work(name: str) -> str:
        nonlocal under_way, most
        with turn:
            under_way += 1
            most = max(most, under_way)
        together.wait(30)
        with turn:
            under_way -= 1
        return name

    done: list[str] = []
    assert DevicePool(lanes({}, 2, a=(), b=(), c=(), d=()), work, done.append).run()
    assert (most, sorted(done)) == (2, ["a", "b", "c", "d"])


def test_an_interrupt_lets_no_further_device_begin_and_waits_for_those_under_way() -> None:
    pressed = threading.Event()
    main = threading.get_ident()
    waiting = lanes({}, 1, first=(), second=())

    class Pool(DevicePool[str]):
        def stop(self) -> None:
            super().stop()
            pressed.set()

    def work(name: str) -> str:
        signal.pthread_kill(main, signal.SIGINT)
        assert pressed.wait(30)
        return name

    done: list[str] = []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # another test may have installed oob's own
    try:
        assert not Pool(waiting, work, done.append).run()
    finally:
        signal.signal(signal.SIGINT, before)
    assert (done, waiting.waiting()) == (["first"], ["second"])


def test_what_a_device_shares_are_the_servers_and_carriers_of_all_its_paths() -> None:
    paths = (
        ConsolePath(url="telnet://192.0.2.9:2001", name="1", carrier="lan"),
        ConsolePath(url="ssh://ops@192.0.2.9/7", name="2", carrier="lte"),
        ConsolePath(url="serial:///dev/ttyUSB0", name="3"),
    )
    assert shares(InventoryDevice(name="r1", paths=paths)) == ("server:192.0.2.9", "carrier:lan", "carrier:lte")
