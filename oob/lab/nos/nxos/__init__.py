"""A virtual Cisco NX-OS switch."""

# Each of these fills its part of the table of commands.
from oob.lab.nos.nxos import exec, replacing, rollback, show_network, show_route, show_system
from oob.lab.nos.nxos.device import NxosDevice

__all__ = ["NxosDevice", "exec", "replacing", "rollback", "show_network", "show_route", "show_system"]
