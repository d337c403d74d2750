from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oob.backup.folder import Reading, write
from oob.routing.route import NextHop, Route

CONFIG = """\
Building configuration...

Current configuration : 1234 bytes
!
version 15.7
hostname edge1
!
interface GigabitEthernet0/0
 ip address 192.0.2.1 255.255.255.0
!
router ospf 1
 network 192.0.2.0 0.0.0.255 area 0
!
end
"""

READING = Reading(
    device="edge1",
    platform="cisco_ios",
    configuration=CONFIG,
    routes=(
        Route(vrf="default", prefix="192.0.2.0/24", protocol="connected", next_hops=(NextHop(interface="Gi0/0"),)),
        Route(
            vrf="default",
            prefix="198.51.100.0/24",
            protocol="ospf",
            next_hops=(NextHop(address="192.0.2.2", interface="Gi0/0"), NextHop(address="192.0.2.3", vrf="blue")),
            preference=110,
            metric=20,
        ),
    ),
    routes_text="C 192.0.2.0/24 is directly connected, Gi0/0\n",
    facts={"hostname": "edge1", "serial": "9ABC123", "version": "15.7(3)M", "uptime": 12.5},
    neighbours=({"neighbor": "192.0.2.2", "state": "FULL"},),
    neighbours_text="192.0.2.2 FULL/DR\n",
    path="serial:///dev/ttyUSB0",
    change="CHG0012345",
    reason="baseline",
    complete_start=r"^Current configuration : \d+ bytes",
    complete_end=r"^end$",
    verified=dict.fromkeys(("facts", "configuration", "routes", "neighbours"), "2 equal readings"),
    started=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    finished=datetime(2026, 3, 4, 5, 6, 29, tzinfo=UTC),
)


@pytest.fixture
def reading() -> Reading:
    return READING


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return write(tmp_path / "backups", replace(READING, configuration_set="set system host-name edge1\n"))
