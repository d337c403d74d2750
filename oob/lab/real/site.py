"""Three FRR routers in a row, speaking OSPF, each behind every kind of console server."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from oob.lab.real.console_servers import PASSWORD, PLUGS, ConsoleServers
from oob.lab.real.namespace import add, delete, ip, join, sweep
from oob.lab.real.process import wait_until
from oob.lab.real.router import PASSWORDS, FrrRouter
from oob.lab.real.wan import Wan

NAMES = ("r1", "r2", "r3")
CABLES = (("r1", "eth12", "r2", "eth21"), ("r2", "eth23", "r3", "eth32"))
CONVERGED = 20.0
_INTERFACE = """\
interface {name}
 ip address {address}
 ip ospf area 0
 ip ospf dead-interval 4
 ip ospf hello-interval 1
 ip ospf network point-to-point
exit
"""


def configuration(name: str) -> str:
    """Return the start-up configuration of a router."""
    number = name.removeprefix("r")
    interfaces = ""
    for one, near, other, far in CABLES:
        net = f"10.0.{one.removeprefix('r')}{other.removeprefix('r')}"
        for router, interface, last in ((one, near, 1), (other, far, 2)):
            if router == name:
                interfaces += _INTERFACE.format(name=interface, address=f"{net}.{last}/30")
    return (
        f"frr defaults traditional\nhostname {name}\nservice integrated-vtysh-config\n"
        f"ip route 192.0.2.{number}/32 blackhole\n{interfaces}"
        f"interface lo\n ip address 10.255.0.{number}/32\n ip ospf area 0\nexit\n"
        f"router ospf\n ospf router-id 10.255.0.{number}\n redistribute static\n"
        " timers lsa min-arrival 0\n timers throttle spf 0 50 200\nexit\n"
    )


class Site:
    """The routers of a lab in *folder*, each behind servers of every kind or, without, on a bare serial line.

    Every network of it is its own, so that any number of sites can be up at once, and `wan` is the only way in.
    *baud* paces the lines; 0 does not.
    """

    def __init__(self, folder: Path, *, has_servers: bool = True, baud: int = 0) -> None:
        self.folder = folder
        self.routers: dict[str, FrrRouter] = {}
        self.servers: dict[str, ConsoleServers] = {}
        self._switch: Switch | None = None
        sweep()
        self.wan = Wan()
        self._name = f"oob-{os.getpid()}-{self.wan.number}"
        self.namespace = f"{self._name}-site"
        try:
            add(self.namespace)
            self.wan.lead_to(self.namespace)
            for name in NAMES:
                self.routers[name] = FrrRouter(
                    name,
                    folder,
                    configuration=configuration(name),
                    namespace=f"{self._name}-{name}",
                    plugs=PLUGS if has_servers else PLUGS[:1],
                    baud=baud,
                )
            for one, near, other, far in CABLES:
                join(self.routers[one].namespace, near, self.routers[other].namespace, far)
            self._switch = Switch(folder / "switch", self.routers)
            if has_servers:
                for number, name in enumerate(NAMES, 1):
                    self.servers[name] = ConsoleServers(folder, name, number, wan=self.wan, namespace=self.namespace)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def power_on(self) -> None:
        """Let all routers boot and wait until each forwards to what the others announce."""
        for router in self.routers.values():
            router.power_on()
        self.wait_converged()

    def lay_management(self) -> None:
        """Give each router a route to DNS (203.0.113.53) and RADIUS (203.0.113.18) that discards every packet."""
        for number, (name, router) in enumerate(self.routers.items(), 1):
            join(router.namespace, "mgmt0", self.namespace, f"{name}-mgmt")
            ip("-n", router.namespace, "addr", "add", f"100.64.0.{number}/24", "dev", "mgmt0")
            gateway = ("100.64.0.254", "dev", "mgmt0")
            ip("-n", router.namespace, "neigh", "add", *gateway, "lladdr", "02:00:00:00:00:fe", "nud", "permanent")
            ip("-n", router.namespace, "route", "add", "203.0.113.0/24", "via", *gateway)

    @property
    def is_converged(self) -> bool:
        """Tell whether the kernel of each router has the routes of all others, by OSPF."""
        return all(self.missing(name) == () for name in self.routers)

    def missing(self, name: str) -> tuple[str, ...]:
        """Return what the kernel of a router should have learnt of the others and has not."""
        there = self.routers[name].routes()
        numbers = [other.removeprefix("r") for other in NAMES if other != name]
        wanted = [prefix.format(number) for number in numbers for prefix in ("10.255.0.{}", "192.0.2.{}")]
        return tuple(prefix for prefix in wanted if prefix not in there)

    def wait_converged(self, seconds: float = CONVERGED) -> None:
        """Wait for all routes; raises TimeoutError with the missing routes."""

        def lacking() -> str:
            return "; ".join(f"{name} lacks {', '.join(self.missing(name))}" for name in self.routers)

        wait_until(lambda: self.is_converged, lacking, seconds)

    def describe(self) -> list[dict[str, Any]]:
        """Return what `oob lab list` shows of each router."""
        return [
            {
                "name": name,
                "platform": "frr",
                "consoles": list(servers.urls.values()),
                "username": "root",
                "password": PASSWORDS["root"],
                "server_password": PASSWORD,
            }
            for name, servers in self.servers.items()
        ]

    def close(self) -> None:
        """Take everything away."""
        if self._switch:
            self._switch.close()
            self._switch = None
        for servers in self.servers.values():
            servers.close()
        self.servers.clear()
        for router in self.routers.values():
            router.close()
        self.routers.clear()
        self.wan.close()
        delete(self.namespace)


class Switch:
    """The power switches of *routers*, pressed by writing `NAME 1`, `0` or `2` (off and on again) into a pipe."""

    def __init__(self, pipe: Path, routers: dict[str, FrrRouter]) -> None:
        self._pipe = pipe
        self._routers = routers
        pipe.unlink(missing_ok=True)
        os.mkfifo(pipe, 0o600)
        self._thread = threading.Thread(target=self._obey, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take the switches away."""
        self._pipe.write_text("\n")
        self._thread.join()
        self._pipe.unlink()

    def _obey(self) -> None:
        # Opened for writing too, so that it does not end when one who pressed goes.
        with os.fdopen(os.open(self._pipe, os.O_RDWR), "r") as presses:
            for press in presses:
                if not press.strip():
                    return
                name, action = press.split()
                router = self._routers[name]
                {"0": router.power_off, "1": router.power_on, "2": router.power_cycle}[action]()
