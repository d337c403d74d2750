"""VyOS: `show ip route [vrf all]` and `show ipv6 route`, which FRRouting prints."""

from __future__ import annotations

from oob.routing.platforms.frr import COMMAND as COMMAND
from oob.routing.platforms.frr import INDENT as INDENT
from oob.routing.platforms.frr import read as read
