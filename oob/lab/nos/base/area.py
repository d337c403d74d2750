"""OSPF areas as configurations spell them."""

from __future__ import annotations

from ipaddress import IPv4Address


def dotted(area: str) -> str:
    """Return an area as an address."""
    return str(IPv4Address(int(area))) if area.isdigit() else area
