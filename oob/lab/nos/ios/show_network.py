"""`show` commands about interfaces and neighbours."""

from __future__ import annotations

from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.ios.derive import primary
from oob.lab.nos.ios.language import NAMES
from oob.lab.nos.ios.router import IosRouter
from oob.lab.nos.ios.session import TABLE, IosSession


@TABLE.show("show ip interface brief", text="Brief summary of IP status and configuration", user=True)
def show_brief(session: IosSession, params: Params) -> str:
    """List interfaces, addresses and states."""
    text = f"{'Interface':<22} {'IP-Address':<15} OK? Method {'Status':<21} Protocol\n"
    for line in session.router.config.root.under("interface"):
        name = line.text.split()[1]
        address = primary(line)
        status, protocol = states(session.router, line)
        shown = str(address.ip) if address else "unassigned"
        text += f"{name:<22} {shown:<15} YES {'NVRAM' if address else 'unset':<6} {status:<21} {protocol:<8}".rstrip()
        text += "\n"
    return text


@TABLE.show("show interfaces description", text="Show interface description", user=True)
def show_descriptions(session: IosSession, params: Params) -> str:
    """List interfaces, states and descriptions."""
    text = f"{'Interface':<30} {'Status':<14} {'Protocol':<8} Description\n"
    for line in session.router.config.root.under("interface"):
        status, protocol = states(session.router, line)
        status = "admin down" if status.startswith("admin") else status
        name = NAMES.abbreviated(line.text.split()[1])
        text += f"{name:<30} {status:<14} {protocol:<8} {line.value('description') or ''}".rstrip() + "\n"
    return text


@TABLE.show("show interfaces [NAME] [NUMBER]", text="Interface status and configuration", user=True)
def show_interfaces(session: IosSession, params: Params) -> str:
    """Describe interfaces."""
    wanted = NAMES.full(params.get("NAME", "") + params.get("NUMBER", ""))
    text = ""
    for line in session.router.config.root.under("interface"):
        name = line.text.split()[1]
        if wanted in (None, name):
            text += _described(session.router, line, name)
    return text


def _described(router: IosRouter, line: ConfigLine, name: str) -> str:
    status, protocol = states(router, line)
    address = primary(line)
    return (
        f"{name} is {status}, line protocol is {protocol}\n"
        f"  Hardware is {'Loopback' if name.startswith('Lo') else 'vNIC'}\n"
        + (f"  Description: {line.value('description')}\n" if line.value("description") else "")
        + (f"  Internet address is {address}\n" if address else "")
        + f"  MTU {line.value('mtu') or 1500} bytes, BW 1000000 Kbit/sec, DLY 10 usec,\n"
        "     reliability 255/255, txload 1/255, rxload 1/255\n"
    )


def states(router: IosRouter, line: ConfigLine) -> tuple[str, str]:
    """Return status and line protocol of an interface."""
    if line.find("shutdown"):
        return "administratively down", "down"
    up = router.network.is_up(router.name, line.text.split()[1])
    return ("up", "up") if up else ("down", "down")


@TABLE.show("show ip ospf neighbor [detail]", text="Neighbor list", user=True)
def show_ospf(session: IosSession, params: Params) -> str:
    """List OSPF neighbours."""
    router = session.router
    neighbours = router.network.ospf_neighbours(router.name)
    if not neighbours:
        return ""
    text = f"\n{'Neighbor ID':<15} Pri   {'State':<15} Dead Time   {'Address':<15} Interface\n"
    for one in neighbours:
        state = f"{one.state}/{one.role or '  -'}"
        dead = f"00:00:{max(1, one.dead - int(router.clock.now()) % 10 - 1):02d}"
        text += (
            f"{one.router_id!s:<15} {one.priority:>3}   {state:<15} {dead:<11} {one.address!s:<15} {one.interface}\n"
        )
    return text


@TABLE.show("show ip ospf", text="OSPF information", user=True)
def show_ospf_process(session: IosSession, params: Params) -> str:
    """Name the OSPF processes."""
    router = session.router
    node = router.network.view.nodes.get(router.name)
    return "".join(
        f' Routing Process "ospf {line.text.split()[2]}" with ID {node.identifier if node else "0.0.0.0"}\n'
        for line in router.config.root.under("router ospf")
    )


@TABLE.show("show cdp neighbors [detail]", text="CDP neighbor entries", user=True)
def show_cdp(session: IosSession, params: Params) -> str:
    """List who is at the other ends of the cables."""
    router = session.router
    text = (
        "Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge\n"
        "                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone,\n"
        "                  D - Remote, C - CVTA, M - Two-port Mac Relay\n\n"
        f"{'Device ID':<16} {'Local Intrfce':<17} {'Holdtme':<10} {'Capability':<11} {'Platform':<9} Port ID\n"
    )
    count = 0
    for line in router.config.root.under("interface"):
        interface = line.text.split()[1]
        for other, there in router.network.across(router.name, interface):
            kind, number = NAMES.split(interface)
            count += 1
            text += f"{other:<16} {kind[:3] + ' ' + number:<17} {150 - count:<10} {'R':<11} {'Router':<9} {there}\n"
    return text + f"\nTotal cdp entries displayed : {count}\n"
