"""The changes that go wrong in the drills, as an engineer would have typed them."""

from __future__ import annotations

from oob.lab.drill.stage import Stage

ROUTERS = ("edge1", "core1")
# Which commands keep a router's own archive of configurations up to date.
KEEP = {"cisco_ios": ("write memory",), "juniper_junos": ()}
BREAK = {
    "edge1": [
        "interface GigabitEthernet2",
        " ip address 10.0.31.1 255.255.255.252",
        "router ospf 1",
        " no network 10.0.12.0 0.0.0.3 area 0",
        " passive-interface GigabitEthernet1",
        "no ip route 198.51.100.0 255.255.255.0 192.168.10.10 name partner",
    ],
    "core1": [
        "delete protocols ospf area 0.0.0.0 interface ge-0/0/0.0",
        "set interfaces ge-0/0/1 unit 0 family inet address 10.0.31.2/30",
        "delete interfaces ge-0/0/1 unit 0 family inet address 10.0.13.2/30",
        "delete routing-options static route 203.0.113.0/24",
        "commit",
    ],
}


def take_baselines(stage: Stage, *names: str) -> None:
    """Let routers (else both) keep their configuration in their own archive, and take their baselines."""
    for name in names or ROUTERS:
        stage.say(f"{name}: the change window opens; baseline taken")
        stage.type(name, (), *KEEP[stage.lab.router(name).platform])
        stage.baseline(name)


def break_routing(stage: Stage) -> None:
    """Make the known-bad change on both routers: routing between them is gone."""
    for name in ROUTERS:
        stage.say(f"{name}: the change breaks addresses and routing")
        stage.type(name, BREAK[name])
