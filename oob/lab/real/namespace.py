"""Network namespaces, and what `ip` does to them; each is named after the process that made it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_OURS = re.compile(r"oob-(?P<process>\d+)-\d+-\w+")


def ip(*arguments: str, check: bool = True) -> str:
    """Run `ip` and return its output."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise OSError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def add(namespace: str) -> None:
    """Make a network namespace whose own address works."""
    ip("netns", "add", namespace)
    ip("-n", namespace, "link", "set", "lo", "up")


def delete(namespace: str) -> None:
    """Take a namespace away; what still runs in it keeps it alive unseen."""
    ip("netns", "delete", namespace, check=False)


def sweep() -> None:
    """Take away the namespaces whose process was killed."""
    for row in ip("netns").splitlines():
        if (own := _OURS.fullmatch(row.split()[0])) and not Path(f"/proc/{own['process']}").exists():
            delete(own[0])


def join(one: str, interface: str, other: str, far: str) -> None:
    """Lay a cable between an interface in namespace *one* and one in *other*."""
    ip("link", "add", interface, "netns", one, "type", "veth", "peer", "name", far, "netns", other)
    for namespace, name in ((one, interface), (other, far)):
        ip("-n", namespace, "link", "set", name, "up")
