"""BGP, kept simple: sessions between peers that reach each other, announcements until the tables are stable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from oob.lab.network.node import Address, Node, Peer, Prefix, Via
from oob.lab.network.rib import RibRoute, RoutingTable, resolve

Known = dict[tuple[str, Prefix], list[RibRoute]]


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpNeighbour:
    """A line of the neighbour table: *state* is `Established`, `Active` (no answer) or `Idle` (shut, no way there).

    *remote_id* is known once there is a session; *prefixes* came over it, *sent* went.
    """

    address: Address
    remote_as: int
    vrf: str
    state: str
    remote_id: IPv4Address | None = None
    prefixes: int = 0
    sent: int = 0


@dataclass(frozen=True, slots=True)
class _Session:
    sender: Node
    receiver: Node
    sender_peer: Peer  # how the sender configured the receiver
    receiver_peer: Peer  # how the receiver configured the sender


class BgpMesh:
    """All BGP sessions and their routes, over the tables of the other protocols."""

    def __init__(self, nodes: Mapping[str, Node], tables: Mapping[str, RoutingTable]) -> None:
        self._nodes = nodes
        self._tables = tables
        self._sessions = [s for node in nodes.values() for peer in node.peers if (s := self._session(node, peer))]
        self._learned = self._converge()

    def routes(self, node: Node) -> tuple[RibRoute, ...]:
        """Return what *node* learned and can use, next hops resolved."""
        usable = (self._usable(node, path) for paths in self._learned[node.name].values() for path in paths)
        return tuple(route for route in usable if route.vias)

    def neighbours(self, node: Node) -> tuple[BgpNeighbour, ...]:
        """Return the neighbours of *node* in the order of its configuration."""
        return tuple(self._neighbour(node, peer) for peer in node.peers)

    def _neighbour(self, node: Node, peer: Peer) -> BgpNeighbour:
        session = next((s for s in self._sessions if s.receiver is node and s.receiver_peer is peer), None)
        if session is None:
            has_way = peer.up and bool(resolve(self._tables[node.name], peer.address, peer.vrf))
            state = "Active" if has_way else "Idle"
            return BgpNeighbour(address=peer.address, remote_as=peer.remote_as, vrf=peer.vrf, state=state)
        return BgpNeighbour(
            address=peer.address,
            remote_as=peer.remote_as,
            vrf=peer.vrf,
            state="Established",
            remote_id=session.sender.identifier,
            prefixes=self._count(node, peer),
            sent=self._count(session.sender, session.sender_peer),
        )

    def _count(self, node: Node, peer: Peer) -> int:
        """Return how many paths *node* has from *peer*."""
        learned = self._learned[node.name].values()
        return sum(path.peer == peer.address and path.vrf == peer.vrf for paths in learned for path in paths)

    def _session(self, node: Node, peer: Peer) -> _Session | None:
        """Return what *node* sends to *peer*, if both ends want the session and reach each other."""
        for other in self._nodes.values():
            if other.local_as != peer.remote_as or not _owns(other, peer.address):
                continue
            for back in other.peers:
                wanted = back.remote_as == node.local_as and peer.up and back.up and _owns(node, back.address)
                if wanted and self._reaches(node, peer) and self._reaches(other, back):
                    return _Session(node, other, peer, back)
        return None

    def _reaches(self, node: Node, peer: Peer) -> bool:
        near = peer.remote_as != node.local_as and not peer.multihop
        return bool(resolve(self._tables[node.name], peer.address, peer.vrf, direct=near))

    def _converge(self) -> dict[str, Known]:
        learned: dict[str, Known] = {name: {} for name in self._nodes}
        for _ in range(len(self._nodes) + 1):
            fresh: dict[str, Known] = {name: {} for name in self._nodes}
            for session in self._sessions:
                for path in self._announce(session, learned[session.sender.name]):
                    fresh[session.receiver.name].setdefault((path.vrf, path.prefix), []).append(path)
            if fresh == learned:
                break
            learned = fresh
        return learned

    def _announce(self, session: _Session, known: Known) -> list[RibRoute]:
        sender, receiver = session.sender, session.receiver
        external = sender.local_as != receiver.local_as
        best = [self._best(sender, paths) for paths in known.values()]
        offered = [*self._originated(sender, session.sender_peer.vrf), *(path for path in best if path)]
        sent = []
        for path in offered:
            if path.vrf != session.sender_peer.vrf or path.prefix.version != session.receiver_peer.address.version:
                continue
            if path.kind == "ibgp" and not external:
                continue
            as_path = (sender.local_as, *path.as_path) if external else path.as_path
            if receiver.local_as in as_path:
                continue
            itself = external or session.sender_peer.next_hop_self or not path.configured
            kind = "ebgp" if external else "ibgp"
            sent.append(
                replace(
                    path,
                    vrf=session.receiver_peer.vrf,
                    kind=kind,
                    as_path=as_path,
                    preference=receiver.distances[kind],
                    configured=(Via(address=session.receiver_peer.address),) if itself else path.configured,
                    peer=session.receiver_peer.address,
                    vias=(),
                    active=False,
                )
            )
        return sent

    def _originated(self, node: Node, vrf: str) -> list[RibRoute]:
        table = self._tables[node.name]
        held = ((v, p, table.lookup(p.network_address, v)) for v, p in node.announced if v == vrf)
        return [
            RibRoute(vrf=v, prefix=p, protocol="bgp") for v, p, route in held if route is not None and route.prefix == p
        ]

    def _best(self, node: Node, paths: list[RibRoute]) -> RibRoute | None:
        usable = [path for path in paths if self._usable(node, path).vias]
        return min(usable, key=_preference, default=None)

    def _usable(self, node: Node, path: RibRoute) -> RibRoute:
        next_hop = path.configured[0].address
        assert next_hop is not None
        return replace(path, vias=resolve(self._tables[node.name], next_hop, path.vrf))


def _preference(path: RibRoute) -> tuple[object, ...]:
    return (-path.local_preference, len(path.as_path), path.kind, int(path.peer) if path.peer else 0)


def _owns(node: Node, address: Address) -> bool:
    return any(address == own.ip for interface in node.interfaces for own in interface.addresses)
