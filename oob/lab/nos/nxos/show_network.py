"""`show` commands about interfaces and neighbours."""

from __future__ import annotations

from ipaddress import IPv4Interface

from oob.lab.nos.base import process
from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.stamp import age
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.nxos import derive
from oob.lab.nos.nxos.language import NAMES
from oob.lab.nos.nxos.session import TABLE, NxosSession


def _blocks(session: NxosSession) -> list[tuple[str, ConfigLine]]:
    return [(line.text.split()[1], line) for line in session.router.config.root.under("interface")]


def states(session: NxosSession, name: str, line: ConfigLine) -> tuple[str, str]:
    """Return link and administrative state of an interface."""
    if not derive.is_up(line):
        return "down", "down"
    return ("up", "up") if session.router.network.is_up(session.router.name, name) else ("down", "up")


def vrfs(session: NxosSession, params: Params) -> list[str]:
    """Return the VRFs that a command is about."""
    contexts = [line.text.split()[2] for line in session.router.config.root.under("vrf context")]
    known = ["default", *sorted({derive.MANAGEMENT, *contexts})]
    wanted = params.get("VRF", "default")
    return known if wanted == "all" else [wanted] if wanted in known else []


@TABLE.show("show ip interface brief [vrf VRF]", text="IP status of interfaces")
def show_brief(session: NxosSession, params: Params) -> str:
    """List routed interfaces, addresses and states."""
    text = ""
    for number, vrf in enumerate(vrfs(session, params), 1):
        text += f'\nIP Interface Status for VRF "{vrf}"({number})\n'
        text += f"{'Interface':<20} {'IP Address':<15} Interface Status\n"
        for name, line in _blocks(session):
            own = [address for address in process.addresses(line) if isinstance(address, IPv4Interface)]
            if own and (derive.vrf_of(line) or "default") == vrf:
                link, admin = states(session, name, line)
                status = f"protocol-{link}/link-{link}/admin-{admin}"
                text += f"{NAMES.abbreviated(name):<20} {own[0].ip!s:<15} {status:<30}\n"
    return text.removeprefix("\n")


@TABLE.show("show interface description", text="Descriptions of interfaces")
def show_descriptions(session: NxosSession, params: Params) -> str:
    """List interfaces and descriptions."""
    rule = "-" * 79 + "\n"
    text = f"\n{rule}{'Port':<14}{'Type':<7}{'Speed':<8}Description\n{rule}"
    for name, line in _blocks(session):
        text += f"{NAMES.abbreviated(name):<14}{'eth':<7}{'10G':<8}{line.value('description') or '--'}\n"
    return text


@TABLE.show("show interface status", text="Status of ports")
def show_status(session: NxosSession, params: Params) -> str:
    """List ports, descriptions and states."""
    rule = "-" * 80 + "\n"
    text = f"\n{rule}{'Port':<14}{'Name':<19}{'Status':<10}{'Vlan':<10}{'Duplex':<8}{'Speed':<8}Type\n{rule}"
    for name, line in _blocks(session):
        link, admin = states(session, name, line)
        status = "connected" if link == "up" else "disabled" if admin == "down" else "notconnec"
        vlan = "routed" if derive.is_routed(line) else line.value("switchport access vlan") or "1"
        described = (line.value("description") or "--")[:18]
        text += f"{NAMES.abbreviated(name):<14}{described:<19}{status:<10}{vlan:<10}{'full':<8}{'10G':<8}10Gbase-SR\n"
    return text


@TABLE.show("show interface [NAME] [NUMBER]", text="Interface status and configuration")
def show_interface(session: NxosSession, params: Params) -> str:
    """Describe interfaces."""
    wanted = NAMES.full(params.get("NAME", "") + params.get("NUMBER", ""))
    text = ""
    for name, line in _blocks(session):
        if wanted not in (None, name):
            continue
        link, admin = states(session, name, line)
        why = "" if link == "up" else " (Administratively down)" if admin == "down" else " (Link not connected)"
        text += f"{name} is {link}{why}\nadmin state is {admin}, Dedicated Interface\n"
        text += f"  Description: {line.value('description')}\n" if line.value("description") else ""
        text += "".join(f"  Internet Address is {address}\n" for address in process.addresses(line))
        text += f"  MTU {line.value('mtu') or 1500} bytes, BW 10000000 Kbit , DLY 10 usec\n\n"
    return text


@TABLE.show("show ip ospf neighbors [vrf VRF]", "show ip ospf neighbor [vrf VRF]", text="OSPF neighbours")
def show_ospf(session: NxosSession, params: Params) -> str:
    """List OSPF neighbours."""
    router = session.router
    text = ""
    for ospf in router.config.root.under("router ospf"):
        found = router.network.ospf_neighbours(router.name)
        text += f" OSPF Process ID {ospf.text.split()[2]} VRF default\n Total number of neighbors: {len(found)}\n"
        text += f" {'Neighbor ID':<15} {'Pri':>3} {'State':<16} {'Up Time':<8} {'Address':<15} Interface\n"
        for one in found:
            up = age(router.ages.of(("ospf", one.router_id, one.interface)))
            state = f"{one.state}/{one.role or ' -'}"
            text += f" {one.router_id!s:<15} {one.priority:>3} {state:<16} {up:<8} {one.address!s:<15} "
            text += f"{NAMES.abbreviated(one.interface)} \n"
    return text


@TABLE.show(
    "show ip bgp summary [vrf VRF]",
    "show bgp [all] summary [vrf VRF]",
    "show bgp ipv4 unicast summary",
    text="BGP neighbours",
)
def show_bgp(session: NxosSession, params: Params) -> str:
    """List BGP neighbours."""
    router = session.router
    bgp = process.bgp(router.config.root)
    if bgp is None:
        return ""
    identifier = router.network.view.nodes[router.name].identifier
    peers = router.network.bgp_neighbours(router.name)
    up = sum(peer.state == "Established" for peer in peers)
    text = "BGP summary information for VRF default, address family IPv4 Unicast\n"
    text += f"BGP router identifier {identifier}, local AS number {bgp.text.split()[2]}\n"
    text += f"BGP table version is 8, IPv4 Unicast config peers {len(peers)}, capable peers {up}\n"
    text += "3 network entries and 3 paths using 732 bytes of memory\n"
    text += "BGP attribute entries [2/688], BGP AS path entries [0/0]\n"
    text += "BGP community entries [0/0], BGP clusterlist entries [0/0]\n\n"
    text += f"{'Neighbor':<15} V {'AS':>5} {'MsgRcvd':>10} {'MsgSent':>10} {'TblVer':>8} {'InQ':>4} {'OutQ':>4} "
    text += "Up/Down  State/PfxRcd\n"
    for peer in peers:
        seconds = router.ages.of(("bgp", peer.address, peer.state))
        is_up = peer.state == "Established"
        count = seconds // 30 + 2 if is_up else 0
        shown = str(peer.prefixes) if is_up else peer.state
        text += (
            f"{peer.address!s:<15} 4 {peer.remote_as:>5} {count:>10} {count:>10} {8 if is_up else 0:>8} {0:>4} {0:>4} "
        )
        text += f"{age(seconds):>8} {shown:<10}\n"
    return text


def _across(session: NxosSession) -> list[tuple[str, str, str]]:
    router = session.router
    return [
        (name, other, there)
        for name, _ in _blocks(session)
        for other, there in router.network.across(router.name, name)
    ]


@TABLE.show("show lldp neighbors", text="LLDP neighbours")
def show_lldp(session: NxosSession, params: Params) -> str:
    """List who is at the other ends of the cables."""
    if session.router.config.root.find("feature lldp") is None:
        return ""
    text = "Capability codes:\n  (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device\n"
    text += "  (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other\n"
    text += f"{'Device ID':<20} {'Local Intf':<15} {'Hold-time':<10} {'Capability':<11} Port ID  \n"
    rows = _across(session)
    for name, other, there in rows:
        text += f"{other:<20} {NAMES.abbreviated(name):<15} {120:<10} {'BR':<11} {there:<10}\n"
    return text + f"Total entries displayed: {len(rows)}\n"


@TABLE.show("show cdp neighbors", text="CDP neighbours")
def show_cdp(session: NxosSession, params: Params) -> str:
    """List who is at the other ends of the cables."""
    text = "Capability Codes: R - Router, T - Trans-Bridge, B - Source-Route-Bridge\n"
    text += "                  S - Switch, H - Host, I - IGMP, r - Repeater,\n"
    text += (
        "                  V - VoIP-Phone, D - Remotely-Managed-Device,\n                  s - Supports-STP-Dispute\n\n"
    )
    text += f"{'Device-ID':<18} {'Local Intrfce':<14} {'Hldtme':<6} {'Capability':<11} {'Platform':<13} Port ID\n"
    for name, other, there in _across(session):
        text += f"{other:<18} {NAMES.abbreviated(name):<14} {150:<6} {'R S I s':<11} {'Router':<13} {there}\n"
    return text


@TABLE.show("show vrf", text="VRFs")
def show_vrf(session: NxosSession, params: Params) -> str:
    """List the VRFs."""
    text = f"{'VRF-Name':<35} {'VRF-ID':<6} {'State':<7} Reason\n"
    for number, vrf in enumerate(vrfs(session, {"VRF": "all"}), 1):
        text += f"{vrf:<35} {number:>6} {'Up':<7} --\n"
    return text
