"""Backups that nobody had to read from a device: what pure tests of plan, proof and documents stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup, Reading
from oob.routing.route import NextHop, Route

CONFIGURATION = """\
Building configuration...

Current configuration : 300 bytes
!
version 16.9
hostname edge1
!
interface GigabitEthernet1
 ip address 192.0.2.1 255.255.255.0
!
ip access-list extended EDGE
 permit tcp any any
 deny ip any any
!
ip route 198.51.100.0 255.255.255.0 192.0.2.9
end
"""
NEIGHBOURS = """\
192.0.2.2         1   FULL/DR         00:00:35    192.0.2.2       GigabitEthernet1
GigabitEthernet1       192.0.2.1       YES manual up                    up
"""
STATIC = Route(
    vrf="default", prefix="198.51.100.0/24", protocol="static", next_hops=(NextHop(address="192.0.2.9"),), preference=1
)
CONNECTED = Route(
    vrf="default", prefix="192.0.2.0/24", protocol="connected", next_hops=(NextHop(interface="GigabitEthernet1"),)
)
ROUTES = (CONNECTED, STATIC)
VERIFIED = dict.fromkeys(("facts", "configuration", "routes", "neighbours"), "2 equal readings")
NOON = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)


def backup(
    home: Path,
    *,
    configuration: str = CONFIGURATION,
    routes: Iterable[Route] | None = ROUTES,
    neighbours: str = NEIGHBOURS,
    version: str = "16.9.4",
    fingerprint: Mapping[str, list[str]] | None = None,
    at: datetime = NOON,
    is_good: bool = True,
) -> Backup:
    """Return a backup of edge1, an IOS router, that now lies in the *home* folder."""
    catalogue = Catalogue(home / "backups")
    kept = catalogue.write(
        Reading(
            device="edge1",
            platform="cisco_ios",
            configuration=configuration,
            routes=None if routes is None else tuple(routes),
            routes_text="x" * 2000,
            facts={"hostname": "edge1", "serial": "9ABC123", "version": version, "fingerprint": fingerprint or {}},
            neighbours_text=neighbours,
            complete_start="^Current configuration",
            complete_end=r"^end\s*\Z",
            verified=VERIFIED,
            started=at,
            finished=at,
        )
    )
    return catalogue.mark_good("edge1", kept.manifest.id, by="ada") if is_good else kept
