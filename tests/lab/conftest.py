"""A lab to meet over real ptys and sockets, one for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oob.lab.control import Lab, lab_up
from oob.lab.topology import PortSpec, default_topology


@pytest.fixture(scope="module")
def fast_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The default lab on lines without a speed limit and console servers next door."""
    ports = (PortSpec(kind="pty"), PortSpec(kind="telnet"), PortSpec(kind="tcp"))
    topology = default_topology(big=True)
    for name in ("edge1", "core1"):
        topology = topology.with_router(name, baud=0, ports=ports, receive_buffer=65536)
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab
