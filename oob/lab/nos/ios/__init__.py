"""A virtual IOS router."""

# Each of these fills its part of the table of commands.
from oob.lab.nos.ios import (
    archiving,
    exec,
    ping,
    reloading,
    replacing,
    service,
    show_bgp,
    show_network,
    show_route,
    show_system,
    tcl,
)
from oob.lab.nos.ios.device import IosDevice

__all__ = [
    "IosDevice",
    "archiving",
    "exec",
    "ping",
    "reloading",
    "replacing",
    "service",
    "show_bgp",
    "show_network",
    "show_route",
    "show_system",
    "tcl",
]
