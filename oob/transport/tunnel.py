"""The tunnel of this machine (a VPN) that packets to an address would leave through; asks the kernel, sends nothing."""

from __future__ import annotations

import ipaddress
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

_INTERFACES: Final = Path("/sys/class/net")
_TUNNELS: Final = frozenset({"65534", "768", "769", "776", "778", "823", "512"})  # ARPHRD: none, IPIP, GRE, PPP, …
_SECONDS: Final = 5.0


def tunnel_to(address: str) -> str:
    """Return the name of the tunnel to *address*, "" where there is none or it cannot be told.

    The table of routes alone does not tell: WireGuard's own script routes by rules. So `ip route get` of iproute2 is
    asked, which applies them; the kind of the interface is in sysfs.
    """
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return ""
    program = shutil.which("ip") or "/sbin/ip"
    try:
        done = subprocess.run(
            [program, "-json", "route", "get", address],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
        routes: list[Mapping[str, Any]] = json.loads(done.stdout)
        name = str(routes[0]["dev"])
        kind = (_INTERFACES / name / "type").read_text().strip()
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError):
        return ""
    return name if kind in _TUNNELS else ""
