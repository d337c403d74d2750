"""The network that virtual routers stand in: a pure model, without sockets or time."""

from oob.lab.network.bgp import BgpNeighbour
from oob.lab.network.forwarding import Trace
from oob.lab.network.network import Network
from oob.lab.network.node import DISTANCES, Interface, Node, Ospf, Peer, Static, Via, host
from oob.lab.network.ospf import OspfNeighbour
from oob.lab.network.rib import RibRoute
from oob.lab.network.wiring import link_local

__all__ = [
    "DISTANCES",
    "BgpNeighbour",
    "Interface",
    "Network",
    "Node",
    "Ospf",
    "OspfNeighbour",
    "Peer",
    "RibRoute",
    "Static",
    "Trace",
    "Via",
    "host",
    "link_local",
]
