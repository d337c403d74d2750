"""A virtual Cisco IOS-XR router."""

# Each of these fills its part of the table of commands.
from oob.lab.nos.xr import committing, exec, history, show_network, show_route, show_system, xml_agent
from oob.lab.nos.xr.device import XrDevice

__all__ = ["XrDevice", "committing", "exec", "history", "show_network", "show_route", "show_system", "xml_agent"]
