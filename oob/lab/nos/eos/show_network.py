"""`show` commands about interfaces and neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface
from typing import Any

from oob.lab.nos.base import process
from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.eos import derive
from oob.lab.nos.eos.language import NAMES
from oob.lab.nos.eos.session import TABLE, EosSession


def _blocks(session: EosSession) -> list[tuple[str, ConfigLine]]:
    return [(line.text.split()[1], line) for line in session.router.config.root.under("interface")]


def states(session: EosSession, name: str, line: ConfigLine) -> tuple[str, str]:
    """Return status and protocol of an interface."""
    if line.find("shutdown"):
        return "admin down", "down"
    if session.router.network.is_up(session.router.name, name):
        return "up", "up"
    return ("down", "notpresent") if name.startswith("Ethernet") else ("down", "down")


@TABLE.show("show ip interface brief", text="IP status of interfaces", user=True)
def show_brief(session: EosSession, params: Params) -> str:
    """List routed interfaces, addresses and states."""
    text = f"{'':86}Address\n{'Interface':<17} {'IP Address':<21} {'Status':<12} {'Protocol':<12} {'MTU':>6}    Owner\n"
    text += f"{'-' * 17} {'-' * 21} {'-' * 12} {'-' * 12} {'-' * 6} {'-' * 8}\n"
    for name, line in _blocks(session):
        own = [address for address in process.addresses(line) if isinstance(address, IPv4Interface)]
        if not derive.is_routed(line) or not own:
            continue
        status, protocol = states(session, name, line)
        mtu = 65535 if name.startswith("Loopback") else line.value("mtu") or 1500
        text += f"{name:<17} {own[0]!s:<21} {status:<12} {protocol:<12} {mtu:>6}\n"
    return text


@TABLE.show("show interfaces description", text="Descriptions of interfaces", user=True)
def show_descriptions(session: EosSession, params: Params) -> str:
    """List interfaces, states and descriptions."""
    text = f"{'Interface':<30} {'Status':<14} {'Protocol':<18} Description\n"
    for name, line in _blocks(session):
        status, protocol = states(session, name, line)
        text += (
            f"{NAMES.abbreviated(name):<30} {status:<14} {protocol:<18} {line.value('description') or ''}".rstrip()
            + "\n"
        )
    return text


@TABLE.show("show interfaces status", text="Status of ports", user=True)
def show_status(session: EosSession, params: Params) -> str:
    """List ports, descriptions and states."""
    text = f"{'Port':<10} {'Name':<30} {'Status':<12} {'Vlan':<8} {'Duplex':<6} {'Speed':<6} Type\n"
    for name, line in _blocks(session):
        if name.startswith("Loopback"):
            continue
        status = {"up": "connected", "admin down": "disabled"}.get(states(session, name, line)[0], "notconnect")
        vlan = "routed" if derive.is_routed(line) else "1"
        text += f"{NAMES.abbreviated(name):<10} {(line.value('description') or '')[:30]:<30} {status:<12} {vlan:<8} "
        text += "full   10G    10GBASE-SR\n"
    return text


def _wanted(session: EosSession, params: Params) -> list[tuple[str, ConfigLine]]:
    wanted = NAMES.full(params.get("NAME", "") + params.get("NUMBER", ""))
    return [(name, line) for name, line in _blocks(session) if wanted in (None, name)]


def _interfaces(session: EosSession, params: Params) -> Any:
    found = {}
    for name, line in _wanted(session, params):
        status, protocol = states(session, name, line)
        is_loopback = name.startswith("Loopback")
        found[name] = {
            "name": name,
            "forwardingModel": "routed" if derive.is_routed(line) else "bridged",
            "lineProtocolStatus": "notPresent" if protocol == "notpresent" else protocol,
            "interfaceStatus": {"up": "connected", "admin down": "disabled"}.get(status, "notconnect"),
            "hardware": "loopback" if is_loopback else "ethernet",
            "description": line.value("description") or "",
            "bandwidth": 0 if is_loopback else 10**10,
            "mtu": 65535 if is_loopback else int(line.value("mtu") or 1500),
        }
    return {"interfaces": found}


@TABLE.show(
    "show interfaces [NAME] [NUMBER]", text="Interface status and configuration", user=True, document=_interfaces
)
def show_interfaces(session: EosSession, params: Params) -> str:
    """Describe interfaces."""
    text = ""
    for name, line in _wanted(session, params):
        status, protocol = states(session, name, line)
        described = "administratively down" if status == "admin down" else status
        connected = {"up": "connected", "admin down": "disabled"}.get(status, "notconnect")
        text += f"{name} is {described}, line protocol is {protocol} ({connected})\n"
        text += f"  Hardware is {'Loopback' if name.startswith('Lo') else 'Ethernet'}\n"
        text += f"  Description: {line.value('description')}\n" if line.value("description") else ""
        text += "".join(f"  Internet address is {address}\n" for address in process.addresses(line))
        text += f"  IP MTU {line.value('mtu') or 1500} bytes\n"
    return text


@TABLE.show("show ip ospf neighbor [vrf VRF]", text="OSPF neighbours", user=True)
def show_ospf(session: EosSession, params: Params) -> str:
    """List OSPF neighbours."""
    router = session.router
    process = next((line.text.split()[2] for line in router.config.root.under("router ospf")), "1")
    text = f"{'Neighbor ID':<15} {'Instance':<8} {'VRF':<8} {'Pri':<3} {'State':<22} {'Dead Time':<11} "
    text += f"{'Address':<15} Interface\n"
    for one in router.network.ospf_neighbours(router.name):
        dead = f"00:00:{max(1, one.dead - int(router.clock.now()) % 10 - 1):02d}"
        state = f"{'2 WAYS' if one.state == '2WAY' else one.state}{'/' + one.role if one.role else ''}"
        text += (
            f"{one.router_id!s:<15} {process:<8} {'default':<8} {one.priority:<3} {state:<22} {dead:<11} "
            f"{one.address!s:<15} {one.interface}\n"
        )
    return text


@TABLE.show("show lldp neighbors", text="LLDP neighbours", user=True)
def show_lldp(session: EosSession, params: Params) -> str:
    """List who is at the other ends of the cables."""
    router = session.router
    rows = []
    for name, _ in _blocks(session):
        for other, there in router.network.across(router.name, name):
            rows.append(f"{NAMES.abbreviated(name):<13} {other:<24} {there:<22} 120")
    head = f"Last table change time   : 0:00:05 ago\nNumber of table inserts  : {len(rows)}\n"
    head += "Number of table deletes  : 0\nNumber of table drops    : 0\nNumber of table age-outs : 0\n\n"
    head += f"{'Port':<13} {'Neighbor Device ID':<24} {'Neighbor Port ID':<22} TTL\n"
    return head + f"{'-' * 13} {'-' * 24} {'-' * 22} ---\n" + "".join(f"{row}\n" for row in rows) + "\n"


def _vrfs(session: EosSession) -> Iterator[tuple[str, list[str]]]:
    """Give each VRF with its interfaces."""
    for vrf in ["default", *(line.text.split()[2] for line in session.router.config.root.under("vrf instance"))]:
        yield (
            vrf,
            [
                name
                for name, line in _blocks(session)
                if (derive.vrf_of(line) or "default") == vrf and any(process.addresses(line))
            ],
        )


def _vrf_document(session: EosSession, params: Params) -> Any:
    return {
        "vrfs": {
            vrf: {"routeDistinguisher": "", "vrfState": "up", "interfaces": inside} for vrf, inside in _vrfs(session)
        }
    }


@TABLE.show("show vrf", text="VRFs", user=True, document=_vrf_document)
def show_vrf(session: EosSession, params: Params) -> str:
    """List the VRFs and their interfaces."""
    text = f"   {'VRF':<13} {'Protocols':<13} {'State':<16} Interfaces\n{'-' * 16} {'-' * 13} {'-' * 16} {'-' * 20}\n"
    for vrf, inside in _vrfs(session):
        text += f"   {vrf:<13} {'IPv4,IPv6':<13} {'v4:routing':<16} {', '.join(map(NAMES.abbreviated, inside))}\n"
    return text
