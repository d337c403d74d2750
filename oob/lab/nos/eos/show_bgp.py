"""`show` commands about BGP neighbours."""

from __future__ import annotations

from typing import Any

from oob.lab.network import BgpNeighbour
from oob.lab.nos.base import process
from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.stamp import age
from oob.lab.nos.eos.session import TABLE, EosSession


def _peers(session: EosSession, version: int) -> list[BgpNeighbour]:
    router = session.router
    return [peer for peer in router.network.bgp_neighbours(router.name) if peer.address.version == version]


def _summary(session: EosSession, version: int) -> Any:
    node = session.router.network.view.nodes[session.router.name]
    peers = {
        str(peer.address): {
            "version": 4,
            "asn": str(peer.remote_as),
            "peerState": peer.state,
            "prefixReceived": peer.prefixes,
            "prefixAccepted": peer.prefixes,
        }
        for peer in _peers(session, version)
    }
    return _only_vrf({"vrf": "default", "routerId": str(node.identifier), "asn": str(node.local_as), "peers": peers})


def _neighbours(session: EosSession, version: int) -> Any:
    node = session.router.network.view.nodes[session.router.name]
    shut = [peer.address for peer in node.peers if not peer.up]
    counts = ("prefixesReceived", "prefixesSent") if version == 4 else ("v6PrefixesReceived", "v6PrefixesSent")
    return _only_vrf(
        {
            "peerList": [
                {
                    "peerAddress": str(peer.address),
                    "asn": str(peer.remote_as),
                    "localAsn": str(node.local_as),
                    "linkType": "internal" if peer.remote_as == node.local_as else "external",
                    "routerId": str(peer.remote_id or "0.0.0.0"),
                    "vrf": "default",
                    "state": peer.state,
                    "idleReason": "Administratively shut down" if peer.address in shut else "",
                    "establishedTime": session.router.ages.of(("bgp", peer.address, peer.state)),
                    **dict.fromkeys(("prefixesReceived", "prefixesSent", "v6PrefixesReceived", "v6PrefixesSent"), 0),
                    **dict(zip(counts, (peer.prefixes, peer.sent), strict=True)),
                }
                for peer in _peers(session, version)
            ]
        }
    )


def _only_vrf(document: dict[str, Any]) -> Any:
    return {"vrfs": {"default": document}}


@TABLE.show(
    "show ip bgp summary [vrf VRF]",
    "show bgp summary [vrf VRF]",
    text="BGP neighbours",
    user=True,
    document=lambda session, params: _summary(session, 4),
)
def show_bgp(session: EosSession, params: Params) -> str:
    """List BGP neighbours."""
    router = session.router
    bgp = process.bgp(router.config.root)
    if bgp is None:
        return "! BGP inactive\n" if params else "% BGP inactive\n"
    identifier = router.network.view.nodes[router.name].identifier
    text = "BGP summary information for VRF default\n"
    text += f"Router identifier {identifier}, local AS number {bgp.text.split()[2]}\n"
    text += "Neighbor Status Codes: m - Under maintenance\n"
    text += f"  {'Neighbor':<15} V {'AS':<11} {'MsgRcvd':>9} {'MsgSent':>9}  InQ OutQ  Up/Down State   PfxRcd PfxAcc\n"
    for peer in router.network.bgp_neighbours(router.name):
        seconds = router.ages.of(("bgp", peer.address, peer.state))
        up = peer.state == "Established"
        count = seconds // 30 + 2 if up else 0
        state = f"{'Estab':<7} {peer.prefixes:<6} {peer.prefixes}" if up else peer.state
        text += (
            f"  {peer.address!s:<15} 4 {peer.remote_as:<11} {count:>9} {count:>9}    0    0 {age(seconds):>8} {state}\n"
        )
    return text


@TABLE.show(
    "show ipv6 bgp summary [vrf VRF]",
    text="BGP neighbours over IPv6",
    user=True,
    document=lambda session, params: _summary(session, 6),
)
def show_bgp6(session: EosSession, params: Params) -> str:
    """List BGP neighbours over IPv6, of which the virtual network has none."""
    return "! BGP inactive\n"


@TABLE.show(
    "show ip bgp neighbors [vrf VRF]",
    text="Details of BGP neighbours",
    user=True,
    document=lambda session, params: _neighbours(session, 4),
)
def show_bgp_neighbours(session: EosSession, params: Params) -> str:
    """Describe BGP neighbours."""
    return "".join(_described(session, peer) for peer in _peers(session, 4))


@TABLE.show(
    "show ipv6 bgp peers [vrf VRF]",
    text="Details of BGP neighbours over IPv6",
    user=True,
    document=lambda session, params: _neighbours(session, 6),
)
def show_bgp_peers6(session: EosSession, params: Params) -> str:
    """Describe BGP neighbours over IPv6."""
    return "".join(_described(session, peer) for peer in _peers(session, 6))


def _described(session: EosSession, peer: BgpNeighbour) -> str:
    local = session.router.network.view.nodes[session.router.name].local_as
    kind = "internal" if peer.remote_as == local else "external"
    return (
        f"BGP neighbor is {peer.address}, remote AS {peer.remote_as}, {kind} link\n"
        f"  BGP version 4, remote router ID {peer.remote_id or '0.0.0.0'}, VRF default\n"
        f"  BGP state is {peer.state}\n"
        f"Local AS is {local}, local router ID "
        f"{session.router.network.view.nodes[session.router.name].identifier}\n\n"
    )
