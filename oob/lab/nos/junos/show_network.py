"""The `show` commands about interfaces, neighbours and routes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

from oob.lab.network import OspfNeighbour, RibRoute
from oob.lab.nos.junos import routes
from oob.lab.nos.junos.command import Request
from oob.lab.nos.junos.session import JunosSession
from oob.lab.nos.junos.standing import addresses
from oob.lab.nos.junos.tree import Statement, natural


def show_route(session: JunosSession, request: Request) -> str:
    """Show the routing tables, or the part of them that was asked for."""
    router = session.router
    asked = routes.wish(request.words)
    found = routes.tables(router.routes(), age_of(session), asked)
    if request.display == "json":
        return routes.as_json(routes.structure(found, router.version))
    if request.display == "xml":
        return routes.as_xml(routes.structure(found, router.version), router.version)
    return routes.text(found, asked.style)


def show_route_summary(session: JunosSession, request: Request) -> str:
    """Show how many routes there are per table and protocol."""
    router = session.router
    node = router.standing()
    found = routes.tables(router.routes(), age_of(session), routes.Wish())
    return routes.summary(found, node.local_as, str(node.identifier))


def age_of(session: JunosSession) -> Callable[[RibRoute], int]:
    """Return what tells how many seconds old a route is."""
    return lambda route: session.router.ages.of(session.router.age_key(route))


# --- interfaces


def show_interfaces_terse(session: JunosSession, request: Request) -> str:
    """Show all interfaces, one a line."""
    wanted = request.words[0] if request.words else ""
    lines = ["Interface               Admin Link Proto    Local                 Remote"]
    for name in physical(session):
        entry = session.database.active.find("interfaces", name)
        for line in _terse(session, name, entry):
            if not wanted or line.split(" ")[0].startswith(wanted):
                lines.append(line)
    return "".join(f"{line}\n" for line in lines)


def physical(session: JunosSession) -> list[str]:
    """Return the names of the physical interfaces."""
    configured = [entry.name[0] for entry in session.database.active.entries("interfaces")]
    return sorted({*configured, *session.router.identity.cables, "lo0"}, key=natural)


def states(session: JunosSession, name: str, entry: Statement | None) -> tuple[str, str]:
    """Return whether a physical interface is wanted `up` or `down`, and which of it its link is."""
    admin = "down" if entry is not None and entry.has("disable") else "up"
    units = list(entry.entries("unit")) if entry is not None else []
    network, router = session.router.network, session.router.name
    live = any(network.is_up(router, f"{name}.{unit.name[1]}") for unit in units)
    link = live or name.startswith("lo") or (not units and name in session.router.identity.cables)
    return admin, "up" if link and admin == "up" else "down"


def _terse(session: JunosSession, name: str, entry: Statement | None) -> Iterator[str]:
    admin, link = states(session, name, entry)
    units = list(entry.entries("unit")) if entry is not None else []
    network, router = session.router.network, session.router.name
    yield f"{name:<23} {admin:<5} {link}"
    for unit in units:
        logical = f"{name}.{unit.name[1]}"
        own = "down" if admin == "down" or unit.has("disable") else "up"
        start = f"{logical:<23} {own:<5} {'up' if network.is_up(router, logical) else 'down':<4}"
        yield from _families(start, unit)


def _families(start: str, unit: Statement) -> Iterator[str]:
    rows: list[tuple[str, str]] = []
    for family in ("inet", "inet6", "iso", "mpls", "ethernet-switching"):
        if unit.has("family", family):
            own = (
                [str(a) for a in addresses(unit) if (a.version == 6) == (family == "inet6")] if "inet" in family else []
            )
            rows += [(family if not index else "", text) for index, text in enumerate(own)] or [(family, "")]
    if not rows:
        yield start
    for index, (family, text) in enumerate(rows):
        lead = start if index == 0 else " " * len(start)
        host = text.endswith(("/32", "/128"))
        local = f"{text.partition('/')[0]:<19} --> 0/0" if host and "." in text else text
        yield f"{lead} {family:<8} {local}".rstrip()


def show_interfaces(session: JunosSession, request: Request) -> str:
    """Show each interface in a few lines."""
    wanted = request.words[0] if request.words else ""
    text = ""
    for name in physical(session):
        if wanted.partition(".")[0] not in ("", name):
            continue
        entry = session.database.active.find("interfaces", name)
        admin, link = states(session, name, entry)
        enabled = "Enabled" if admin == "up" else "Administratively down"
        text += f"Physical interface: {name}, {enabled}, Physical link is {link.capitalize()}\n"
        for unit in entry.entries("unit") if entry is not None else ():
            text += (
                f"\n  Logical interface {name}.{unit.name[1]} (Index 7{unit.name[1]}) (SNMP ifIndex 50{unit.name[1]})\n"
            )
            text += "".join(f"      Local: {own.ip}, Destination: {own.network}\n" for own in addresses(unit))
        text += "\n"
    return text or f"error: device {wanted} not found\n"


def show_interfaces_descriptions(session: JunosSession, request: Request) -> str:
    """Show the interfaces that have a description."""
    lines = ["Interface       Admin Link Description"]
    for entry in session.database.active.entries("interfaces"):
        text = entry.value("description")
        if text:
            admin, link = states(session, entry.name[0], entry)
            lines.append(f"{entry.name[0]:<15} {admin:<5} {link:<4} {text}")
    return "".join(f"{line}\n" for line in lines) if len(lines) > 1 else ""


# --- neighbours


def show_ospf_neighbor(session: JunosSession, request: Request) -> str:
    """Show the OSPF neighbours."""
    found = session.router.network.ospf_neighbours(session.router.name)
    if not _speaks(session, "ospf"):
        return "OSPF instance is not running\n"
    lines = ["Address          Interface              State           ID               Pri  Dead"]
    lines += [_neighbour(n, str(n.address)) for n in found]
    return "".join(f"{line}\n" for line in lines) if found else ""


def show_ospf3_neighbor(session: JunosSession, request: Request) -> str:
    """Show the OSPFv3 neighbours."""
    found = session.router.network.ospf_neighbours(session.router.name, 6)
    if not _speaks(session, "ospf3"):
        return "OSPF3 instance is not running\n"
    lines = ["ID               Interface              State           Pri   Dead"]
    for n in found:
        state = "Full" if n.state == "FULL" else "2Way"
        lines.append(f"{n.router_id!s:<16} {n.interface:<22} {state:<15} {n.priority:<5} {n.dead - 4}")
        lines.append(f"  Neighbor-address {n.address}")
    return "".join(f"{line}\n" for line in lines) if found else ""


def _neighbour(n: OspfNeighbour, address: str) -> str:
    state = "Full" if n.state == "FULL" else "2Way"
    return f"{address:<16} {n.interface:<22} {state:<15} {n.router_id!s:<16} {n.priority:>3} {n.dead - 4:>5}"


def _speaks(session: JunosSession, protocol: str) -> bool:
    config = session.database.active
    scopes = [config, *config.entries("routing-instances")]
    return any(scope.has("protocols", protocol) for scope in scopes)


def show_bgp_summary(session: JunosSession, request: Request) -> str:
    """Show the BGP sessions."""
    router = session.router
    found = router.network.bgp_neighbours(router.name)
    if not found:
        return "BGP is not running\n"
    down = sum(n.state != "Established" for n in found)
    groups = sum(1 for _ in session.database.active.entries("protocols", "bgp", "group"))
    learned = [route for route in router.routes() if route.protocol == "bgp"]
    active = sum(route.active for route in learned)
    lines = [
        "Threading mode: BGP I/O",
        "Default eBGP mode: advertise - accept, receive - accept",
        f"Groups: {groups} Peers: {len(found)} Down peers: {down}",
        "Table          Tot Paths  Act Paths Suppressed    History Damp State    Pending",
        "inet.0               ",
        f"{len(learned):>24}{active:>11}{0:>11}{0:>11}{0:>11}{0:>11}",
        "Peer                     AS      InPkt     OutPkt    OutQ   Flaps Last Up/Dwn "
        "State|#Active/Received/Accepted/Damped...",
    ]
    for n in found:
        since = routes.age(router.ages.of(("bgp", str(n.address), n.state)))
        packets = 7 if n.state == "Established" else 0
        state = "Establ" if n.state == "Established" else n.state
        lines.append(f"{n.address!s:<21}{n.remote_as:>6}{packets:>11}{packets:>11}{0:>8}{0:>8}{since:>12} {state}")
        if n.state == "Established":
            mine = [r for r in learned if r.peer == n.address]
            table = f"{n.vrf}.inet.0" if n.vrf else "inet.0"
            lines.append(f"  {table}: {sum(r.active for r in mine)}/{n.prefixes}/{n.prefixes}/0")
    return "".join(f"{line}\n" for line in lines)


def show_lldp_neighbors(session: JunosSession, request: Request) -> str:
    """Show who is at the other end of the cables, if LLDP is configured."""
    router, config = session.router, session.database.active
    lldp = config.find("protocols", "lldp")
    if lldp is None:
        return ""
    spoken = {entry.name[1] for entry in lldp.entries("interface") if not entry.has("disable")}
    header = "Local Interface    Parent Interface    Chassis Id          Port info          System Name"
    lines = []
    for physical in sorted({i.name.partition(".")[0] for i in router.standing().interfaces if i.link}, key=natural):
        if not {"all", physical} & spoken:
            continue
        for name, there in router.network.across(router.name, f"{physical}.0"):
            digest = sha256(name.encode()).hexdigest()
            chassis = ":".join(("2c", "6b", "f5", digest[0:2], digest[2:4], digest[4:6]))
            port = there.removesuffix(".0")
            lines.append(f"{physical:<18} {'-':<19} {chassis:<19} {port:<18} {name}")
    return "".join(f"{line}\n" for line in (header, *lines)) if lines else ""
