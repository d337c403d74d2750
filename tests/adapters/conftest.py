"""What every adapter is tested on: the virtual routers over telnet, a serial line, and a long round trip."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oob.lab.control import Lab, LabRouter, lab_up
from oob.lab.topology import PortSpec, default_topology

PATHS = ("telnet", "serial", "600-ms")
PORTS = (PortSpec(kind="telnet"), PortSpec(kind="pty"), PortSpec(kind="telnet", round_trip_ms=600))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab of edge1 (IOS) and core1 (Junos), their consoles as fast as bytes come."""
    topology = default_topology()
    for router in topology.routers:
        topology = topology.with_router(router.name, baud=0, ports=PORTS, receive_buffer=65536)
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab


@pytest.fixture(scope="module")
def edge(lab: Lab) -> LabRouter:
    return lab.router("edge1")


@pytest.fixture(scope="module")
def core(lab: Lab) -> LabRouter:
    return lab.router("core1")


@pytest.fixture(params=range(len(PATHS)), ids=PATHS)
def path(request: pytest.FixtureRequest) -> int:
    """Which of a router's consoles is used."""
    return int(request.param)
