"""The derivation of a Junos router's place in the network: interfaces, routes and protocols, as a `Node`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface, ip_address, ip_interface, ip_network

from oob.lab.network import Interface, Node, Ospf, Peer, Static, Via
from oob.lab.network.node import Prefix
from oob.lab.nos.junos.tree import Statement

# Juniper's route preferences
DISTANCES: Mapping[str, int] = {
    "connected": 0,
    "local": 0,
    "static": 5,
    "ospf": 10,
    "ospf_external": 150,
    "ebgp": 170,
    "ibgp": 170,
}
_PROTOCOLS = {"direct": "connected", "static": "static", "bgp": "bgp"}


def standing(name: str, config: Statement, cables: Mapping[str, str]) -> Node:
    """Return what the router called *name* is in the network while *config* is active."""
    instances = {entry.name[0]: entry for entry in config.entries("routing-instances")}
    vrfs = {member.name[1]: vrf for vrf, instance in instances.items() for member in instance.entries("interface")}
    local_as = int(config.value("routing-options", "autonomous-system", default="0"))
    scopes = [("", config), *instances.items()]
    router_id = config.value("routing-options", "router-id")
    exports = [p for _, scope in scopes for p in _policies(config, scope, "ospf")]
    return Node(
        name=name,
        interfaces=tuple(_interfaces(config, instances, vrfs, cables)),
        statics=tuple(static for vrf, scope in scopes for static in _statics(scope, vrf)),
        router_id=IPv4Address(router_id) if router_id else None,
        external=tuple(dict.fromkeys(_PROTOCOLS[p] for policy in exports for p in _accepted(policy))),
        external_metric=0,
        local_as=local_as,
        peers=tuple(peer for vrf, scope in scopes for peer in _peers(config, scope, vrf, local_as)),
        announced=tuple(route for vrf, scope in scopes for route in _announced(config, scope, vrf, vrfs)),
        distances=DISTANCES,
    )


# --- interfaces


def _interfaces(
    config: Statement, instances: Mapping[str, Statement], vrfs: Mapping[str, str], cables: Mapping[str, str]
) -> Iterator[Interface]:
    for physical in config.entries("interfaces"):
        for unit in physical.entries("unit"):
            name = f"{physical.name[0]}.{unit.name[1]}"
            vrf = vrfs.get(name, "")
            scope = instances[vrf] if vrf else config
            yield Interface(
                name=name,
                addresses=tuple(addresses(unit)),
                vrf=vrf,
                up=not physical.has("disable") and not unit.has("disable"),
                link=_link(physical, unit, cables),
                loopback=name.startswith("lo"),
                ospf=_ospf(scope, "ospf", name),
                ospf3=_ospf(scope, "ospf3", name),
            )


def addresses(unit: Statement) -> Iterator[IPv4Interface | IPv6Interface]:
    """Give the addresses of a logical interface."""
    for family in ("inet", "inet6"):
        inside = unit.find("family", family)
        if inside is not None:
            yield from (ip_interface(entry.name[1]) for entry in inside.entries("address"))


def _link(physical: Statement, unit: Statement, cables: Mapping[str, str]) -> str:
    link = cables.get(physical.name[0], "")
    tag = unit.value("vlan-id")
    return f"{link}.{tag}" if link and tag and tag != "0" else link


# --- routing


def _statics(scope: Statement, vrf: str) -> Iterator[Static]:
    table = f"{vrf}.inet6.0" if vrf else "inet6.0"
    yield from (s for route in scope.entries("routing-options", "static", "route") for s in _static(route, vrf))
    holder = scope.find("routing-options", "rib", table)
    if holder is not None:
        yield from (s for route in holder.entries("static", "route") for s in _static(route, vrf))


def _static(route: Statement, vrf: str) -> Iterator[Static]:
    preference = route.value("preference")
    hops = route.find("next-hop")
    thrown = any(route.has(word) for word in ("discard", "reject"))
    metric = int(route.value("metric", default="0"))
    resolve = route.has("resolve")
    prefix = ip_network(route.name[1], strict=False)
    if thrown or hops is not None:
        yield Static(
            prefix=prefix,
            vias=tuple(_via(hop) for hop in hops.values) if hops is not None else (),
            vrf=vrf,
            discard=thrown,
            preference=int(preference) if preference else None,
            metric=metric,
            resolve=resolve,
        )
    for entry in route.entries("qualified-next-hop"):
        own = entry.value("preference") or preference
        yield Static(
            prefix=prefix,
            vias=(_via(entry.name[1]),),
            vrf=vrf,
            preference=int(own) if own else None,
            metric=int(entry.value("metric", default=str(metric))),
            resolve=resolve,
        )


def _via(hop: str) -> Via:
    return Via(address=ip_address(hop)) if hop[0].isdigit() or ":" in hop else Via(interface=hop)


def _ospf(scope: Statement, protocol: str, interface: str) -> Ospf | None:
    if scope.has("protocols", protocol, "disable"):
        return None
    for area in scope.entries("protocols", protocol, "area"):
        own = area.find("interface", interface) or area.find("interface", "all")
        if own is not None:
            return None if own.has("disable") else _settings(own, area.name[1], interface)
    return None


def _settings(own: Statement, area: str, interface: str) -> Ospf:
    loopback = interface.startswith("lo")
    hello = int(own.value("hello-interval", default="10"))
    return Ospf(
        area=area,
        cost=int(own.value("metric", default="0" if loopback else "1")),
        passive=own.has("passive"),
        point_to_point=own.value("interface-type") == "p2p",
        key=_key(own.find("authentication")),
        priority=int(own.value("priority", default="128")),
        hello=hello,
        dead=int(own.value("dead-interval", default=str(4 * hello))),
    )


def _key(authentication: Statement | None) -> str:
    """Return what both ends must have alike: the password, or number and key, however it is stored."""
    if authentication is None:
        return ""
    password = authentication.value("simple-password")
    keys = (f"{entry.name[1]} {entry.value('key')}" for entry in authentication.entries("md5"))
    return password or " ".join(keys)


# --- BGP and policies


def _peers(config: Statement, scope: Statement, vrf: str, local_as: int) -> Iterator[Peer]:
    for group in scope.entries("protocols", "bgp", "group"):
        for neighbor in group.entries("neighbor"):
            internal = group.value("type") == "internal"
            remote = neighbor.value("peer-as") or group.value("peer-as") or (str(local_as) if internal else "0")
            exports = [*_named(config, neighbor, "export"), *_named(config, group, "export")]
            yield Peer(
                address=ip_address(neighbor.name[1]),
                remote_as=int(remote),
                vrf=vrf,
                next_hop_self=any("self" in _next_hops(policy) for policy in exports),
                multihop=group.has("multihop"),
                up=not neighbor.has("shutdown"),
            )


def _announced(config: Statement, scope: Statement, vrf: str, vrfs: Mapping[str, str]) -> Iterator[tuple[str, Prefix]]:
    """Give the own prefixes that the export policies of the BGP groups let through."""
    policies = [
        policy
        for group in scope.entries("protocols", "bgp", "group")
        for holder in (group, *group.entries("neighbor"))
        for policy in _named(config, holder, "export")
    ]
    for policy in policies:
        wanted = set(_accepted(policy))
        filters = [entry.name[1] for term in _terms(policy) for entry in term.entries("from", "route-filter")]
        own = [s.prefix for s in _statics(scope, vrf)] if "static" in wanted else []
        if "direct" in wanted:
            own += [
                address.network
                for physical in config.entries("interfaces")
                for unit in physical.entries("unit")
                if vrfs.get(f"{physical.name[0]}.{unit.name[1]}", "") == vrf
                for address in addresses(unit)
            ]
        yield from ((vrf, prefix) for prefix in own if not filters or any(_within(prefix, limit) for limit in filters))


def _within(prefix: object, limit: str) -> bool:
    outer, inner = ip_network(limit, strict=False), ip_network(str(prefix))
    return outer.version == inner.version and int(outer.network_address) == int(inner.network_address) & int(
        outer.netmask
    )


def _policies(config: Statement, scope: Statement, protocol: str) -> list[Statement]:
    holder = scope.find("protocols", protocol)
    return _named(config, holder, "export") if holder is not None else []


def _named(config: Statement, holder: Statement, word: str) -> list[Statement]:
    used = holder.find(word)
    names = used.values if used is not None else []
    found = (config.find("policy-options", "policy-statement", name) for name in names)
    return [policy for policy in found if policy is not None]


def _terms(policy: Statement) -> Iterator[Statement]:
    yield policy
    yield from policy.entries("term")


def _accepted(policy: Statement) -> Iterator[str]:
    for term in _terms(policy):
        if term.has("then", "accept"):
            protocols = term.find("from", "protocol")
            yield from (p for p in (protocols.values if protocols is not None else []) if p in _PROTOCOLS)


def _next_hops(policy: Statement) -> list[str]:
    values = (term.value("then", "next-hop") for term in policy.entries("term"))
    return [value for value in values if value]
