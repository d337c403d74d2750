"""A virtual IOS router."""

# Each of these fills its part of the table of commands.
from oob.lab.nos.ios import exec, ping, reload, rollback, service, show_bgp, show_network, show_route, show_system, tcl
from oob.lab.nos.ios.router import IosRouter

__all__ = [
    "IosRouter",
    "exec",
    "ping",
    "reload",
    "rollback",
    "service",
    "show_bgp",
    "show_network",
    "show_route",
    "show_system",
    "tcl",
]
