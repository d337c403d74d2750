"""`show` commands about interfaces and neighbours."""

from __future__ import annotations

from ipaddress import IPv4Interface

from oob.lab.nos.base import process
from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.stamp import age, uptime
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.xr import derive
from oob.lab.nos.xr.language import NAMES
from oob.lab.nos.xr.session import TABLE, XrSession


def blocks(session: XrSession) -> list[tuple[str, ConfigLine | None]]:
    """Return all interfaces: those that are configured, and those that the box has besides."""
    root = session.router.config.root
    configured: dict[str, ConfigLine | None] = {line.text.split()[1]: line for line in root.under("interface")}
    names = sorted({*configured, *session.router.physical}, key=NAMES.rank)
    return [(name, configured.get(name)) for name in names]


def states(session: XrSession, name: str, line: ConfigLine | None) -> tuple[str, str]:
    """Return state and line protocol of an interface."""
    if line is None or not derive.is_up(line):
        return "Shutdown", "Down"
    return ("Up", "Up") if session.router.network.is_up(session.router.name, name) else ("Down", "Down")


@TABLE.show(
    "show ip interface brief", "show ipv4 interface brief", "show ipv4 vrf all interface brief", text="IP status"
)
def show_brief(session: XrSession, params: Params) -> str:
    """List interfaces, addresses and states."""
    text = f"\n{'Interface':<30} {'IP-Address':<15} {'Status':<15} {'Protocol':<8} Vrf-Name\n"
    for name, line in blocks(session):
        own = [address for address in derive.addresses(line) if isinstance(address, IPv4Interface)] if line else []
        status, protocol = states(session, name, line)
        shown = str(own[0].ip) if own else "unassigned"
        vrf = (derive.vrf_of(line) if line else "") or "default"
        text += f"{name:<30} {shown:<15} {status:<15} {protocol:<8} {vrf:<8}\n"
    return text + "\n"


@TABLE.show("show interfaces description", text="Descriptions of interfaces")
def show_descriptions(session: XrSession, params: Params) -> str:
    """List interfaces, states and descriptions."""
    text = f"\n{'Interface':<18} {'Status':<11} {'Protocol':<11} Description\n{'-' * 80}\n"
    for name, line in blocks(session):
        status, protocol = states(session, name, line)
        shown = {"Up": "up", "Down": "down"}.get(status, "admin-down")
        described = (line.value("description") or "") if line else ""
        text += f"{NAMES.abbreviated(name):<18} {shown:<11} {protocol.lower():<11} {described}".rstrip() + "\n"
    return text + "\n"


@TABLE.show("show interfaces [NAME] [NUMBER]", text="Interface status and configuration")
def show_interfaces(session: XrSession, params: Params) -> str:
    """Describe interfaces."""
    wanted = NAMES.full(params.get("NAME", "") + params.get("NUMBER", ""))
    text = ""
    for name, line in blocks(session):
        if wanted not in (None, name):
            continue
        status, protocol = states(session, name, line)
        shown = "administratively down" if status == "Shutdown" else status.lower()
        described = f"  Description: {line.value('description')}\n" if line and line.value("description") else ""
        own = "".join(f"  Internet address is {address}\n" for address in derive.addresses(line)) if line else ""
        text += f"{name} is {shown}, line protocol is {protocol.lower()}\n{described}{own}"
        text += "  MTU 1514 bytes, BW 1000000 Kbit\n\n"
    return text


@TABLE.show("show ospf neighbor", "show ospf PROCESS neighbor", text="OSPF neighbours")
def show_ospf(session: XrSession, params: Params) -> str:
    """List OSPF neighbours."""
    router = session.router
    processes = router.config.root.under("router ospf")
    if not processes:
        return ""
    name = processes[0].text.split()[2]
    text = (
        f"\n* Indicates MADJ interface\n# Indicates Neighbor awaiting BFD session up\n\nNeighbors for OSPF {name}\n\n"
    )
    text += f"{'Neighbor ID':<15} {'Pri':<5} {'State':<15} {'Dead Time':<11} {'Address':<15} Interface\n"
    found = router.network.ospf_neighbours(router.name)
    for one in found:
        dead = f"00:00:{max(1, one.dead - int(router.clock.now()) % 10 - 1):02d}"
        state = f"{one.state}/{one.role or '  -'}"
        text += f"{one.router_id!s:<15} {one.priority:<5} {state:<15} {dead:<11} {one.address!s:<15} {one.interface}\n"
        seconds = router.ages.of(("ospf", one.router_id, one.interface))
        text += f"    Neighbor is up for {age(seconds)}\n"
    return text + f"\nTotal neighbor count: {len(found)}\n\n"


@TABLE.show("show bgp summary", "show bgp ipv4 unicast summary", "show bgp all all summary", text="BGP neighbours")
def show_bgp(session: XrSession, params: Params) -> str:
    """List BGP neighbours."""
    router = session.router
    bgp = process.bgp(router.config.root)
    if bgp is None:
        return "% BGP instance 'default' not active\n\n"
    identifier = router.network.view.nodes[router.name].identifier
    text = f"BGP router identifier {identifier}, local AS number {bgp.text.split()[2]}\n"
    text += "BGP generic scan interval 60 secs\nNon-stop routing is enabled\nBGP table state: Active\n"
    text += "BGP main routing table version 10\n\nBGP is operating in STANDALONE mode.\n\n\n"
    text += f"{'Process':<14}{'RcvTblVer':>11}{'bRIB/RIB':>11}{'LabelVer':>11}{'ImportVer':>11}{'SendTblVer':>11}\n"
    text += f"{'Speaker':<14}{10:>11}{10:>11}{10:>11}{10:>11}{10:>11}\n\n"
    text += (
        f"{'Neighbor':<15} {'Spk':>5} {'AS':>5} {'MsgRcvd':>7} {'MsgSent':>7} {'TblVer':>8} {'InQ':>4} {'OutQ':>4}  "
    )
    text += "Up/Down  St/PfxRcd\n"
    for peer in router.network.bgp_neighbours(router.name):
        seconds = router.ages.of(("bgp", peer.address, peer.state))
        is_up = peer.state == "Established"
        count = seconds // 30 + 2 if is_up else 0
        shown = str(peer.prefixes) if is_up else peer.state
        version = 10 if is_up else 0
        text += f"{peer.address!s:<15} {0:>5} {peer.remote_as:>5} {count:>7} {count:>7} {version:>8} {0:>4} {0:>4} "
        text += f"{age(seconds):>8} {shown:>10}\n"
    return text + "\n"


@TABLE.show("show lldp neighbors", text="LLDP neighbours")
def show_lldp(session: XrSession, params: Params) -> str:
    """List who is at the other ends of the cables."""
    router = session.router
    if router.config.root.find("lldp") is None:
        return "% LLDP is not enabled\n\n"
    text = "Capability codes:\n        (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device\n"
    text += "        (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other\n\n"
    text += f"{'Device ID':<20} {'Local Intf':<24} {'Hold-time':<10} {'Capability':<11} Port ID\n"
    rows = 0
    for name, _ in blocks(session):
        for other, there in router.network.across(router.name, name):
            rows += 1
            text += f"{other:<20} {name:<24} {120:<10} {'R':<11} {there}\n"
    return text + f"\nTotal entries displayed: {rows}\n\n"


@TABLE.show("show vrf all", text="VRFs")
def show_vrf(session: XrSession, params: Params) -> str:
    """List the VRFs."""
    text = f"{'VRF':<16} {'RD':<20} RT                AFI   SAFI\n"
    for line in session.router.config.root.under("vrf"):
        text += f"{line.text.split()[1]:<16} not set\n"
    return text + "\n"


@TABLE.show("show ospf", text="OSPF process")
def show_process(session: XrSession, params: Params) -> str:
    """Describe the OSPF process."""
    router = session.router
    up = uptime(int(router.clock.now() - router.booted_at))
    text = ""
    for line in router.config.root.under("router ospf"):
        name, identifier = line.text.removeprefix("router "), line.value("router-id") or "0.0.0.0"
        text += f' Routing Process "{name}" with ID {identifier}, up {up}\n'
    return text
