"""Readers for lines of routing processes and interfaces that several platforms write alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, ip_interface

from oob.lab.network.node import InterfaceAddress
from oob.lab.nos.base.tree import ConfigLine


def bgp(root: ConfigLine) -> ConfigLine | None:
    """Return the block of BGP."""
    return next(iter(root.under("router bgp")), None)


def local_as(root: ConfigLine) -> int:
    """Return the number of the own autonomous system, 0 without BGP."""
    block = bgp(root)
    return int(block.text.split()[2]) if block else 0


def router_id(processes: Iterable[ConfigLine], *heads: str) -> IPv4Address | None:
    """Return the first identifier that one of *processes* is given by a line that begins with one of *heads*."""
    found = (process.value(head) for process in processes for head in heads)
    return next((IPv4Address(own) for own in found if own), None)


def redistributed(root: ConfigLine, *, connected: str = "connected") -> tuple[str, ...]:
    """Return what OSPF tells others of besides its own: `static` and `connected`, which is written *connected*."""
    processes = root.under("router ospf")
    words = {"static": "static", "connected": connected}
    return tuple(kind for kind, word in words.items() if any(one.under(f"redistribute {word}") for one in processes))


def is_passive(process: ConfigLine, name: str) -> bool:
    """Tell whether an OSPF process of IOS or EOS keeps quiet on an interface."""
    if process.find("passive-interface default"):
        return process.find(f"no passive-interface {name}") is None
    return process.find(f"passive-interface {name}") is not None


def timers(line: ConfigLine, prefix: str = "ip ospf ") -> tuple[int, int]:
    """Return the hello and the dead interval of OSPF on an interface."""
    hello = int(line.value(f"{prefix}hello-interval") or 10)
    return hello, int(line.value(f"{prefix}dead-interval") or 4 * hello)


def addresses(line: ConfigLine) -> Iterator[InterfaceAddress]:
    """Give the addresses of an interface's block in which they are written with a prefix length."""
    for own in (*line.under("ip address"), *line.under("ipv6 address")):
        if "/" in own.text:
            yield ip_interface(own.text.split()[2])
