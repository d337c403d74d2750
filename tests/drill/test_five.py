"""The drills on a router of each platform: five recoveries at once, over their consoles, each proven by itself."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from oob.drill.part import PARTS
from oob.drill.run import Drilled, drill, find
from oob.events import Events
from oob.lab.topology import PortSpec, Topology, five_topology


def quick() -> Topology:
    topology = five_topology()
    for router in topology.routers:
        ports = (PortSpec(kind="pty"), PortSpec(kind="telnet", round_trip_ms=5))
        topology = topology.with_router(router.name, baud=0, ports=ports, receive_buffer=65536)
    return topology


@pytest.fixture(scope="module")
def drills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Drilled]]]:
    """Both drills at once, each on a lab of its own: most of each is waiting."""
    names = ("clean-rollback", "rollback-gone-wrong")
    with ThreadPoolExecutor() as pool:
        yield {name: pool.submit(drill, find(name), tmp_path_factory.mktemp(name), quick(), Events()) for name in names}


@pytest.mark.parametrize(("name", "failed"), [("clean-rollback", 0), ("rollback-gone-wrong", 1)])
def test_the_drill_passes_on_five_platforms(name: str, failed: int, drills: dict[str, Future[Drilled]]) -> None:
    drilled = drills[name].result()

    assert drilled.unmet == ()
    assert {result.device for result in drilled.results} == set(PARTS)
    for result in drilled.results:
        assert result.outcome is not None
        assert sum(bool(attempt.failure) for attempt in result.outcome.attempts) == failed
