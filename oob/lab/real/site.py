"""Three FRR routers in a row, speaking OSPF, each behind every kind of console server."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from oob.lab.real.process import wait_until
from oob.lab.real.router import FrrRouter, join

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
    """The routers of a lab in *folder*, each with a cable to as many servers as there are *plugs*."""

    def __init__(self, folder: Path, *, plugs: Sequence[str] = ("serial",), baud: int = 0) -> None:
        self.folder = folder
        self.routers: dict[str, FrrRouter] = {}
        try:
            for name in NAMES:
                self.routers[name] = FrrRouter(
                    name,
                    folder,
                    configuration=configuration(name),
                    namespace=f"oob-{os.getpid()}-{name}",
                    plugs=tuple(plugs),
                    baud=baud,
                )
            for one, near, other, far in CABLES:
                join(self.routers[one], near, self.routers[other], far)
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
        """Wait until all routes are there; raises TimeoutError naming what is not."""

        def lacking() -> str:
            return "; ".join(f"{name} lacks {', '.join(self.missing(name))}" for name in self.routers)

        wait_until(lambda: self.is_converged, lacking, seconds)

    def close(self) -> None:
        """Take everything away."""
        for router in self.routers.values():
            router.close()
