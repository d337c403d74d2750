"""Drives 100 consoles at 9600 bit/s at once from one process, and says what each costs in processor time and memory.

python bench/hundred.py [COUNT]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from oob.console.console import Console
from oob.deadline import Deadline
from oob.lab.control import LabRouter, lab_up
from oob.lab.topology import PortSpec, RouterSpec, Topology, default_topology
from oob.profile.store import load
from oob.secret.credentials import Credentials
from oob.transport.opening import open_url

COMMAND = "show version"


def topology(count: int) -> Topology:
    """Return *count* routers like edge1, each on a serial line of its own."""
    edge = default_topology().routers[0]
    routers = [
        RouterSpec(
            name=f"edge{number}",
            platform=edge.platform,
            serial=f"{edge.serial}{number}",
            version=edge.version,
            config=edge.config.replace("hostname edge1", f"hostname edge{number}"),
            baud=9600,
            ports=(PortSpec(kind="pty"),),
        )
        for number in range(1, count + 1)
    ]
    return Topology(routers=tuple(routers))


def visit(router: LabRouter) -> bool:
    """Log in, run a command, log out; True when the output is the router's own and whole."""
    secrets = Credentials(username=router.username, password=router.password, enable=router.secret)
    console = Console(open_url(router.consoles[0], Deadline(30)), load("cisco_ios"), secrets)
    try:
        console.open()
        text = console.run(COMMAND).text
    finally:
        console.leave()
    return f"{router.name} uptime is" in text and text.rstrip().endswith("0x2102")


def resident() -> int:
    """Return the memory of this process in KB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def main() -> None:
    """Run the benchmark."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with (
        tempfile.TemporaryDirectory(prefix="oob-hundred-") as folder,
        lab_up(Path(folder), topology(count), owned=True) as lab,
    ):
        visit(lab.routers[0])  # everything is imported and warm now
        memory, started = resident(), time.monotonic()
        before = resource.getrusage(resource.RUSAGE_SELF)
        with ThreadPoolExecutor(count) as pool:
            whole = sum(pool.map(visit, lab.routers))
        after = resource.getrusage(resource.RUSAGE_SELF)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{whole} of {count} consoles whole, {time.monotonic() - started:.1f} s")
        print(f"{seconds / count:.4f} CPU seconds each, {(resident() - memory) / 1024 / count:.3f} MB each")
        sys.exit(whole != count)


if __name__ == "__main__":
    main()
