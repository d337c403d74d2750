"""A virtual Cisco IOS-XR router."""

# Each of these fills its part of the table of commands.
from oob.lab.xr import committing, exec, history, show_network, show_route, show_system, xml_agent
from oob.lab.xr.router import XrRouter

__all__ = ["XrRouter", "committing", "exec", "history", "show_network", "show_route", "show_system", "xml_agent"]
