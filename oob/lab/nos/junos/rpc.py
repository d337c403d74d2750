"""The requests that the virtual router answers in XML, in the elements that `| display xml rpc` names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_interface
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from oob.lab.network import BgpNeighbour
from oob.lab.nos.junos import routes
from oob.lab.nos.junos.database import STAMP
from oob.lab.nos.junos.session import JunosSession
from oob.lab.nos.junos.show_network import age_of, physical, states
from oob.lab.nos.junos.standing import addresses
from oob.lab.nos.junos.tree import Statement

Answer: TypeAlias = Callable[[JunosSession, Element], "Element | str | None"]
MASTER = "master"


def answered(session: JunosSession, call: Element) -> str | None:
    """Return what answers *call*, or None where this router has no answer in XML."""
    answer = _ANSWERS.get(call.tag.rpartition("}")[2])
    made = answer(session, call) if answer is not None else None
    if made is None or isinstance(made, str):
        return made
    indent(made)
    return tostring(made, encoding="unicode")


def _asked(call: Element, name: str) -> str | None:
    """Return an argument of *call*, empty where it is a mere flag, None where it is not there."""
    found = next((inside for inside in call if inside.tag.rpartition("}")[2] == name), None)
    return None if found is None else (found.text or "").strip()


def _add(parent: Element, **values: object) -> Element:
    """Give *parent* one child with a text for each value; `_` in a name stands for `-`."""
    for name, value in values.items():
        SubElement(parent, name.replace("_", "-")).text = str(value)
    return parent


def _since(parent: Element, name: str, seconds: int, text: str) -> None:
    SubElement(parent, name, {"junos:seconds": str(seconds)}).text = text


# --- the box


def _software(session: JunosSession, call: Element) -> Element:
    router = session.router
    made = _add(Element("software-information"), host_name=router.hostname, product_model=router.model)
    _add(made, product_name=router.model, junos_version=router.version)
    package = SubElement(made, "package-information")
    _add(package, name="os-kernel", comment="JUNOS OS Kernel 64-bit  [20240112.7ed4bf9_builder_stable_12_223]")
    return made


def _inventory(session: JunosSession, call: Element) -> Element:
    made = Element("chassis-inventory")
    chassis = SubElement(made, "chassis")
    model = session.router.model.upper()
    _add(chassis, name="Chassis", serial_number=session.router.identity.serial, description=model)
    return made


def _uptime(session: JunosSession, call: Element) -> Element:
    router = session.router
    now, up = router.clock.utc(), int(router.clock.now() - router.booted_at)
    made = Element("system-uptime-information")
    _since(SubElement(made, "current-time"), "date-time", int(now.timestamp()), now.strftime(STAMP))
    booted = now - timedelta(seconds=up)
    for name in ("system-booted-time", "protocols-started-time"):
        part = SubElement(made, name)
        _since(part, "date-time", int(booted.timestamp()), booted.strftime(STAMP))
        _since(part, "time-length", up, routes.age(up))
    return made


def _file(session: JunosSession, call: Element) -> Element | None:
    name = _asked(call, "filename") or ""
    text = session.router.files.read(name)
    if text is None:
        return None
    made = Element("file-content")
    made.text = text
    return made


# --- interfaces


def _interfaces(session: JunosSession, call: Element) -> Element | None:
    if _asked(call, "routing-instance") is not None:
        return None
    wanted = _asked(call, "interface-name") or ""
    made = Element("interface-information", {"junos:style": "normal"})
    for number, name in enumerate(physical(session)):
        if wanted.partition(".")[0] in ("", name):
            made.append(_interface(session, name, 140 + number))
    return made


def _interface(session: JunosSession, name: str, number: int) -> Element:
    entry = session.database.active.find("interfaces", name)
    admin, link = states(session, name, entry)
    made = _add(Element("physical-interface"), name=name)
    SubElement(made, "admin-status", {"junos:format": "Enabled" if admin == "up" else "Disabled"}).text = admin
    _add(made, oper_status=link, local_index=number, snmp_index=380 + number)
    if entry is not None and entry.value("description"):
        _add(made, description=entry.value("description"))
    if name.startswith("lo"):
        _add(made, if_type="Loopback", mtu="Unlimited")
    else:
        _add(made, link_level_type="Ethernet", mtu=1514, speed="1000mbps")
        _add(made, current_physical_address=f"2c:6b:f5:00:00:{number % 256:02x}")
        _since(made, "interface-flapped", 0, "Never")
    for unit in entry.entries("unit") if entry is not None else ():
        made.append(_logical(name, unit, up=admin == "up" and not unit.has("disable")))
    return made


def _logical(name: str, unit: Statement, *, up: bool) -> Element:
    made = _add(Element("logical-interface"), name=f"{name}.{unit.name[1]}")
    if unit.value("description"):
        _add(made, description=unit.value("description"))
    SubElement(SubElement(made, "if-config-flags"), "iff-up" if up else "iff-down")
    for own in addresses(unit):
        family = _add(SubElement(made, "address-family"), address_family_name="inet6" if own.version == 6 else "inet")
        _add(SubElement(family, "interface-address"), ifa_destination=own.network, ifa_local=ip_interface(own).ip)
    return made


# --- routes and neighbours


def _routes(session: JunosSession, call: Element) -> str:
    words = [word for word in (_asked(call, "destination"),) if word]
    for name in ("protocol", "table"):
        words += [name, asked] if (asked := _asked(call, name)) else []
    full = any(_asked(call, style) is not None for style in ("detail", "extensive"))
    router = session.router
    found = routes.tables(router.routes(), age_of(session), routes.wish(words))
    return routes.elements(routes.structure(found, router.version, full=full))


def _instances(session: JunosSession, call: Element) -> Element:
    made = Element("instance-information")
    named = {
        entry.name[0]: entry.value("instance-type") for entry in session.database.active.entries("routing-instances")
    }
    for name, kind in {MASTER: "forwarding", **named}.items():
        _add(SubElement(made, "instance-core"), instance_name=name, instance_type=kind)
    return made


def _peers(session: JunosSession, call: Element) -> Iterator[BgpNeighbour]:
    instance = _asked(call, "instance")
    for peer in session.router.network.bgp_neighbours(session.router.name):
        if instance in (None, "", peer.vrf or MASTER):
            yield peer


def _bgp(session: JunosSession, call: Element) -> Element:
    router = session.router
    node = router.standing()
    made = Element("bgp-information")
    for peer in _peers(session, call):
        part = SubElement(made, "bgp-peer", {"junos:style": "detail"})
        _add(part, peer_address=f"{peer.address}+179", peer_as=peer.remote_as)
        _add(part, local_as=node.local_as, peer_type="Internal" if peer.remote_as == node.local_as else "External")
        _add(part, peer_state=peer.state)
        _add(SubElement(part, "bgp-option-information"), bgp_options="Preference PeerAS Refresh", holdtime=90)
        if peer.state == "Established":
            _add(part, peer_id=peer.remote_id, local_id=node.identifier)
            part.append(_rib(session, peer, "detail"))
    return made


def _summary(session: JunosSession, call: Element) -> Element:
    made = Element("bgp-information")
    found = list(_peers(session, call))
    _add(made, group_count=1, peer_count=len(found), down_peer_count=sum(peer.state != "Established" for peer in found))
    for peer in found:
        part = SubElement(made, "bgp-peer", {"junos:style": "terse"})
        _add(part, peer_address=peer.address, peer_as=peer.remote_as)
        seconds = session.router.ages.of(("bgp", str(peer.address), peer.state))
        _since(part, "elapsed-time", seconds, routes.age(seconds))
        _add(part, peer_state=peer.state)
        if peer.state == "Established":
            part.append(_rib(session, peer, "terse"))
    return made


def _rib(session: JunosSession, peer: BgpNeighbour, style: str) -> Element:
    family = "inet6.0" if peer.address.version == 6 else "inet.0"
    active = sum(route.active for route in session.router.routes() if route.peer == peer.address)
    made = _add(Element("bgp-rib", {"junos:style": style}), name=f"{peer.vrf}.{family}" if peer.vrf else family)
    _add(made, send_state="in sync", active_prefix_count=active, received_prefix_count=peer.prefixes)
    return _add(made, accepted_prefix_count=peer.prefixes, suppressed_prefix_count=0, advertised_prefix_count=peer.sent)


_ANSWERS: dict[str, Answer] = {
    "file-show": _file,
    "get-bgp-neighbor-information": _bgp,
    "get-bgp-summary-information": _summary,
    "get-chassis-inventory": _inventory,
    "get-instance-information": _instances,
    "get-interface-information": _interfaces,
    "get-route-information": _routes,
    "get-software-information": _software,
    "get-system-uptime-information": _uptime,
}
