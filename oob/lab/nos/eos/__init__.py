"""A virtual Arista EOS router."""

# Each of these fills its part of the table of commands.
from oob.lab.nos.eos import copying, exec, show_bgp, show_network, show_route, show_system, staging
from oob.lab.nos.eos.device import EosDevice

__all__ = ["EosDevice", "copying", "exec", "show_bgp", "show_network", "show_route", "show_system", "staging"]
