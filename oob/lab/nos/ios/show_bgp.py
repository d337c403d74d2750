"""The `show` commands about BGP neighbours."""

from __future__ import annotations

from oob.lab.network import BgpNeighbour
from oob.lab.nos.base import process
from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.stamp import age
from oob.lab.nos.ios.router import IosRouter
from oob.lab.nos.ios.session import TABLE, IosSession


@TABLE.show(
    "show ip bgp summary",
    "show bgp ipv4 unicast summary",
    "show bgp summary",
    text="Summary of BGP neighbors",
    user=True,
)
def show_bgp(session: IosSession, params: Params) -> str:
    """List BGP neighbours."""
    router = session.router
    bgp = process.bgp(router.config.root)
    if bgp is None:
        return "% BGP not active\n\n"
    node = router.network.view.nodes.get(router.name)
    identifier = node.identifier if node else "0.0.0.0"
    text = f"BGP router identifier {identifier}, local AS number {bgp.text.split()[2]}\n"
    text += "BGP table version is 1, main routing table version 1\n\n"
    text += f"{'Neighbor':<15} V {'AS':>12} MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd\n"
    for peer in router.network.bgp_neighbours(router.name):
        up = peer.state == "Established"
        seconds = router.ages.of(("bgp", peer.address, peer.state))
        shown = peer.prefixes if up else peer.state
        messages = seconds // 30 + 2 if up else 0
        text += (
            f"{peer.address!s:<15} 4 {peer.remote_as:>12} {messages:>7} {messages:>7} {1:>8} {0:>4} {0:>4} "
            f"{age(seconds) if up else 'never':>8} {shown:>12}\n"
        )
    return text


@TABLE.show("show bgp all summary", text="Summary of BGP neighbors of all address families", user=True)
def show_bgp_all(session: IosSession, params: Params) -> str:
    """List BGP neighbours below the address family that they are of."""
    text = show_bgp(session, params)
    return text if text.startswith("%") else f"For address family: IPv4 Unicast\n{text}\n"


@TABLE.show("show ip bgp neighbors", "show bgp ipv4 unicast neighbors", text="BGP neighbors in detail", user=True)
def show_bgp_neighbours(session: IosSession, params: Params) -> str:
    """Describe BGP neighbours."""
    router = session.router
    bgp = process.bgp(router.config.root)
    if bgp is None:
        return "% BGP not active\n\n"
    local = int(bgp.text.split()[2])
    return "\n".join(_described(router, peer, local) for peer in router.network.bgp_neighbours(router.name)) + "\n"


def _described(router: IosRouter, peer: BgpNeighbour, local: int) -> str:
    link = "internal" if peer.remote_as == local else "external"
    up = age(router.ages.of(("bgp", peer.address, peer.state)))
    state = f"{peer.state}, up for {up}" if peer.state == "Established" else peer.state
    return (
        f"BGP neighbor is {peer.address},  remote AS {peer.remote_as}, {link} link\n"
        f"  BGP version 4, remote router ID {peer.remote_id or '0.0.0.0'}\n"
        f"  BGP state = {state}\n\n"
        " For address family: IPv4 Unicast\n"
        f"{'':>33}Sent       Rcvd\n"
        "  Prefix activity:               ----       ----\n"
        f"    Prefixes Current:      {peer.sent:>10} {peer.prefixes:>10}\n\n"
        f"{'':>33}Outbound    Inbound\n"
        "  Local Policy Denied Prefixes:    --------    -------\n"
        "    Total:                                0          0\n"
    )
