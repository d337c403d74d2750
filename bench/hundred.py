"""Drives many consoles at 9600 bit/s at once from one process: a login and a configuration of about 12 KB on each.

    python bench/hundred.py [COUNT] [--netmiko] [--nornir]

Says what each costs in processor time and memory, and how long all take beside what the lines themselves need and what
one console alone takes. The routers run in a process of their own on the same machine. With --netmiko netmiko does the
same, a thread a console; with --nornir Nornir runs the same visit in as many threads of its own.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from oob.console.console import Console
from oob.deadline import Deadline
from oob.lab.control import Lab, LabRouter, lab_up
from oob.lab.topology import PortSpec, RouterSpec, Topology, default_topology
from oob.profile.store import load
from oob.secret.credentials import Credentials
from oob.transport.opening import open_url

COMMAND = "show running-config"
BAUD = 9600

Visit = Callable[[LabRouter], int]
Runner = Callable[[Visit, Sequence[LabRouter]], list[int]]


def topology(count: int) -> Topology:
    """Return *count* routers like edge1, each on a serial line of its own."""
    edge = default_topology(big=True).routers[0]
    routers = [
        RouterSpec(
            name=f"edge{number}",
            platform=edge.platform,
            serial=f"{edge.serial}{number}",
            version=edge.version,
            config=edge.config.replace("hostname edge1", f"hostname edge{number}"),
            baud=BAUD,
            ports=(PortSpec(kind="telnet"),),
        )
        for number in range(1, count + 1)
    ]
    return Topology(routers=tuple(routers))


def visit(router: LabRouter) -> int:
    """Log in, read the configuration, log out; return its bytes, 0 where it is not the router's own and whole."""
    secrets = Credentials(username=router.username, password=router.password, enable=router.secret)
    console = Console(open_url(router.consoles[0], Deadline(120)), load("cisco_ios"), secrets)
    try:
        console.open(120)
        text = console.run(COMMAND).text
    finally:
        console.leave()
    return _whole(router, text)


def visit_with_netmiko(router: LabRouter) -> int:
    """Do the same with netmiko, as its documentation shows it."""
    import netmiko

    host, _, port = router.consoles[0].removeprefix("telnet://").rpartition(":")
    with netmiko.ConnectHandler(
        device_type="cisco_ios_telnet",
        host=host,
        port=int(port),
        username=router.username,
        password=router.password,
        secret=router.secret,
        read_timeout_override=120,
    ) as session:
        session.enable()
        return _whole(router, str(session.send_command(COMMAND)))


def all_at_once(visit_one: Visit, routers: Sequence[LabRouter]) -> list[int]:
    """Visit each of *routers* in a thread of its own."""
    with ThreadPoolExecutor(len(routers)) as pool:
        return list(pool.map(lambda router: _safely(visit_one, router), routers))


def with_nornir(visit_one: Visit, routers: Sequence[LabRouter]) -> list[int]:
    """Let Nornir visit *routers*, in as many threads."""
    from nornir.core import Nornir
    from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
    from nornir.core.task import Result, Task
    from nornir.plugins.runners import ThreadedRunner

    known = {router.name: router for router in routers}
    hosts = Hosts({name: Host(name=name) for name in known})
    nornir = Nornir(
        inventory=Inventory(hosts=hosts, groups=Groups(), defaults=Defaults()), runner=ThreadedRunner(len(routers))
    )

    def task(task: Task) -> Result:
        return Result(host=task.host, result=_safely(visit_one, known[task.host.name]))

    return [int(result[0].result) for result in nornir.run(task=task).values()]


def _whole(router: LabRouter, text: str) -> int:
    is_whole = f"hostname {router.name}\n" in text.replace("\r", "") and text.rstrip().endswith("end")
    return len(text.encode()) if is_whole else 0


def resident() -> int:
    """Return the memory of this process in KB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


def measure(name: str, visit_one: Visit, lab: Lab, run: Runner = all_at_once) -> bool:
    """Visit two, then all at once, and print the figures; True when every answer was whole."""
    *routers, first, second = lab.routers
    _safely(visit_one, first)  # everything is imported and warm then
    began = time.monotonic()
    _safely(visit_one, second)
    alone = time.monotonic() - began
    memory, started, before = resident(), time.monotonic(), _spent()
    sizes = run(visit_one, routers)
    spent, taken, count = _spent() - before, time.monotonic() - started, len(routers)
    whole = sum(1 for size in sizes if size)
    limit = max(sizes) * 10 / BAUD
    print(
        f"{name}: {whole} of {count} whole, {max(sizes)} bytes each in {taken:.1f} s "
        f"(the line alone: {limit:.1f} s, one console alone: {alone:.1f} s)"
    )
    print(f"  {spent / count:.4f} CPU seconds each, {(resident() - memory) / 1024 / count:.3f} MB each", flush=True)
    return whole == count


def _safely(visit_one: Visit, router: LabRouter) -> int:
    try:
        return visit_one(router)
    except Exception as error:  # a tool that gives up on one console is a figure, too
        print(f"  {router.name}: {type(error).__name__}: {str(error)[:80]!r}", file=sys.stderr)
        return 0


def _spent() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Run the benchmark."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    count = int(words[0]) if words else 200
    with (
        tempfile.TemporaryDirectory(prefix="oob-hundred-") as folder,
        lab_up(Path(folder), topology(count + 2), owned=True) as lab,
    ):
        is_well = measure("oob", visit, lab)
        if "--netmiko" in sys.argv:
            measure("netmiko", visit_with_netmiko, lab)
        if "--nornir" in sys.argv:
            measure("nornir with oob", visit, lab, with_nornir)
            measure("nornir with netmiko", visit_with_netmiko, lab, with_nornir)
    sys.exit(not is_well)


if __name__ == "__main__":
    main()
