"""One device as the inventory knows it: its platform, the ways to its console, and what must be true of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from oob.errors import InventoryError


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePath:
    """One way to a console. *byte_budget* is in bytes; *via* is the device that the path runs through."""

    url: str
    name: str
    carrier: str = ""
    byte_budget: int | None = None
    via: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect:
    """The identity that a device must show before anything is written to it; empty is not compared.

    *aliases* are other hostnames that it may have: of its other supervisor, or a name that a broken change gave it.
    """

    hostname: str = ""
    serial: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRule:
    """Routes of a kind: of a *prefix* (and those inside it), a *vrf*, a *protocol*; empty is any."""

    prefix: str = ""
    vrf: str = ""
    protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Critical:
    """Something that must be there: a prefix in the table or an address that answers; no *vrf* is the default one."""

    target: str
    vrf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTable:
    """The addresses of names on the day they were *taken*; no name is ever looked up anywhere else."""

    taken: date
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryDevice:
    """An entry of the inventory, with what it inherits. *groups* are all its groups, nearest first.

    *hostname* is its in-band address, *in_band* what NAPALM's driver is told about it (port, transport); *authorised*
    are those who may have it recovered, *contacts* those who are called meanwhile. *after* are the devices that must be
    back before it, *via* is the device that its console paths run through where a path names no other.
    """

    name: str
    platform: str = ""
    hostname: str = ""
    groups: tuple[str, ...] = ()
    paths: tuple[ConsolePath, ...] = ()
    expect: Expect = field(default_factory=Expect)
    critical_prefixes: tuple[Critical, ...] = ()
    critical_addresses: tuple[Critical, ...] = ()
    ignore_routes: tuple[RouteRule, ...] = ()
    authorised: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    site: str = ""
    tier: str = ""
    tags: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    via: str = ""
    hosts: NameTable | None = None
    in_band: Mapping[str, Any] = field(default_factory=dict)

    def path(self, name: str) -> ConsolePath:
        """Return one of its paths by name; raises InventoryError naming those there are."""
        for path in self.paths:
            if path.name == name:
                return path
        names = ", ".join(path.name for path in self.paths) or "none"
        raise InventoryError(f"{self.name}: there is no path {name!r}; there are: {names}")
