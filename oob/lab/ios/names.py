"""Names of interfaces: any beginning of the type will do, and each has its place in the configuration."""

from __future__ import annotations

import re

TYPES = (
    "Loopback",
    "Tunnel",
    "Port-channel",
    "FastEthernet",
    "GigabitEthernet",
    "TwoGigabitEthernet",
    "TenGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "Serial",
    "Vlan",
    "BDI",
    "Null",
)
LOGICAL = ("Loopback", "Tunnel", "Port-channel", "Vlan", "BDI", "Null")
SHORT = {
    "Loopback": "Lo",
    "Tunnel": "Tu",
    "Port-channel": "Po",
    "FastEthernet": "Fa",
    "GigabitEthernet": "Gi",
    "TwoGigabitEthernet": "Tw",
    "TenGigabitEthernet": "Te",
    "Serial": "Se",
    "Vlan": "Vl",
}


def full(name: str) -> str | None:
    """Return `GigabitEthernet1` for `gi1` or `Gi 1`; None where *name* is no interface's name."""
    found = re.fullmatch(r"([A-Za-z-]+?)\s*(\d+(?:/\d+)*(?:\.\d+)?)", name)
    if found is None:
        return None
    kind, number = found[1].lower(), found[2]
    types = [known for known in TYPES if known.lower().startswith(kind)]
    exact = [known for known in types if known.lower() == kind]
    return f"{(exact or types)[0]}{number}" if types else None


def short(name: str) -> str:
    """Return `Gi1` for `GigabitEthernet1`."""
    kind, number = split(name)
    return SHORT.get(kind, kind[:2]) + number


def split(name: str) -> tuple[str, str]:
    """Return type and number of a full name."""
    kind = name.rstrip("0123456789/.")
    return kind, name[len(kind) :]


def is_logical(name: str) -> bool:
    """Tell whether an interface comes and goes with the configuration."""
    kind, number = split(name)
    return kind in LOGICAL or "." in number


def order(name: str) -> tuple[int, tuple[int, ...]]:
    """Return where an interface stands among the others."""
    kind, number = split(name)
    index = TYPES.index(kind) if kind in TYPES else len(TYPES)
    return index, tuple(int(part) for part in re.findall(r"\d+", number))
