"""The drills on a router of each platform: five recoveries at once, over their consoles, each proven by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.events import Events
from oob.lab.drill.part import PARTS
from oob.lab.drill.run import drill, find
from oob.lab.topology import PortSpec, Topology, five_topology


def quick() -> Topology:
    topology = five_topology()
    for router in topology.routers:
        ports = (PortSpec(kind="pty"), PortSpec(kind="telnet", round_trip_ms=5))
        topology = topology.with_router(router.name, baud=0, ports=ports, receive_buffer=65536)
    return topology


@pytest.mark.parametrize(("name", "failed"), [("clean-rollback", 0), ("rollback-gone-wrong", 1)])
def test_the_drill_passes_on_five_platforms(name: str, failed: int, tmp_path: Path) -> None:
    drilled = drill(find(name), tmp_path, quick(), Events())

    assert drilled.unmet == ()
    assert {result.device for result in drilled.results} == set(PARTS)
    for result in drilled.results:
        assert result.outcome is not None
        assert sum(bool(attempt.failure) for attempt in result.outcome.attempts) == failed
