"""The peers and networks of a `router bgp` block, in its flat and its nested form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from oob.lab.network import Peer
from oob.lab.nos.base.tree import ConfigLine


def flat_peers(bgp: ConfigLine) -> Iterator[Peer]:
    """Give the peers of IOS and EOS, which name the neighbour in every line."""
    for line in bgp.children:
        if found := re.fullmatch(r"neighbor (\S+) remote-as (\d+)", line.text):
            head = f"neighbor {found[1]}"
            yield Peer(
                address=ip_address(found[1]),
                remote_as=int(found[2]),
                next_hop_self=bgp.find(f"{head} next-hop-self") is not None,
                multihop=bool(bgp.under(f"{head} ebgp-multihop") or bgp.under(f"{head} update-source")),
                up=bgp.find(f"{head} shutdown") is None,
            )


def nested_peers(bgp: ConfigLine) -> Iterator[Peer]:
    """Give the peers of NX-OS and IOS-XR, each a block that works once it has an address family."""
    for line in bgp.under("neighbor"):
        words = line.text.split()
        remote = line.value("remote-as") or (words[3] if len(words) > 3 else "")
        families = line.under("address-family")
        if remote and families:
            yield Peer(
                address=ip_address(words[1]),
                remote_as=int(remote),
                next_hop_self=any(family.find("next-hop-self") for family in families),
                multihop=bool(line.under("ebgp-multihop") or line.under("update-source")),
                up=line.find("shutdown") is None,
            )


def nested_networks(bgp: ConfigLine) -> Iterator[tuple[str, IPv4Network | IPv6Network]]:
    """Give VRF and prefix of each network that the address families announce."""
    for family in bgp.under("address-family"):
        for line in family.under("network"):
            yield "", ip_network(line.text.split()[1])
