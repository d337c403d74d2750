"""The process that a lab runs in: one thread and one loop for every router, line and port.

Only `oob.lab.control` starts `python -m oob.lab.service`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import tempfile
from functools import partial
from importlib import import_module
from ipaddress import ip_address, ip_interface
from pathlib import Path
from typing import Any

from oob.lab import topology as topologies
from oob.lab.activity import LabActivity
from oob.lab.console_server import ConsoleServerPort
from oob.lab.fault import Faults, Port
from oob.lab.line import LineNoise, SerialLine
from oob.lab.loop import LoopClock
from oob.lab.network import Network, host
from oob.lab.network.node import Address
from oob.lab.port_numbers import PortNumbers
from oob.lab.pty_port import PtyPort
from oob.lab.router import Router, RouterIdentity, Send
from oob.lab.topology import PortSpec, RouterSpec, Topology

LOOK_SECONDS = 0.02  # between two checks whether the routers wait for a login
SETTLE_SECONDS = 0.3  # until they have logged the links that came up

# Where each platform's router is; it is imported when a lab has one.
ROUTERS = {
    "arista_eos": ("eos.device", "EosDevice"),
    "cisco_ios": ("ios.device", "IosDevice"),
    "cisco_nxos": ("nxos.device", "NxosDevice"),
    "cisco_xr": ("xr.device", "XrDevice"),
    "juniper_junos": ("junos.device", "JunosDevice"),
}


class LabService:
    """A running lab: its routers, lines and ports."""

    def __init__(self, topology: Topology, folder: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._folder = folder
        self._loop = loop
        self._clock = LoopClock(loop)
        self._network = Network()
        self._numbers = PortNumbers(folder)
        self.activity = LabActivity(self._network, loop)
        self._ports: list[tuple[RouterSpec, list[Port]]] = []
        self._faults: dict[str, Faults] = {}
        self._routers: list[Router] = []
        self._is_warm = False
        self._servers: dict[str, list[Address]] = {}
        for one in topology.hosts:
            self._servers.setdefault(one.service, []).append(ip_interface(one.address).ip)
            gateway = ip_address(one.gateway) if one.gateway else None
            self._network.put(host(one.name, link=one.link, address=ip_interface(one.address), gateway=gateway))
        for spec in topology.routers:
            self._add(spec)

    async def open(self) -> None:
        """Boot all routers at once, without boot screens and waiting, and open the console-server ports."""
        usual = [(router.boot_seconds, router.log_seconds) for router in self._routers]
        for router in self._routers:
            router.boot_seconds = router.log_seconds = 0.0
            router.power_on()
        failed: list[BaseException] = []
        self._loop.set_exception_handler(lambda _, context: failed.append(context.get("exception") or RuntimeError()))
        while not all(router.terminal.is_reading for router in self._routers):
            if failed:
                raise failed[0]
            await asyncio.sleep(LOOK_SECONDS)
        self._loop.set_exception_handler(None)
        await asyncio.sleep(SETTLE_SECONDS)
        for router, (boot, log) in zip(self._routers, usual, strict=True):
            router.boot_seconds, router.log_seconds = boot, log
        self._is_warm = True
        for spec, ports in self._ports:
            for index, port in enumerate(ports):
                if isinstance(port, ConsoleServerPort):
                    await self._numbers.open(port, spec.name, index)
        self._numbers.save()

    def close(self) -> None:
        """Close every port."""
        for _, ports in self._ports:
            for port in ports:
                port.close()

    def describe(self) -> list[dict[str, Any]]:
        """Return what `oob lab list` shows of each router."""
        return [
            {
                "name": spec.name,
                "platform": spec.platform,
                "consoles": [port.url for port in ports],
                "username": spec.username,
                "password": spec.password,
                "secret": spec.secret,
                "serial": spec.serial,
                "moved_from": self._numbers.moved.get(spec.name, 0),
            }
            for spec, ports in self._ports
        ]

    def fault(self, router: str, name: str, arguments: dict[str, Any]) -> None:
        """Let something go wrong; raises ValueError or TypeError for what cannot."""
        if router not in self._faults:
            raise ValueError(f"the lab has no router {router}")
        self._faults[router].ask(name, arguments)

    def _add(self, spec: RouterSpec) -> None:
        folder = self._folder / spec.name
        identity = RouterIdentity(
            name=spec.name,
            platform=spec.platform,
            username=spec.username,
            password=spec.password,
            secret=spec.secret,
            serial=spec.serial,
            version=spec.version,
            files=folder,
            cables=spec.cables,
            settings={**spec.settings, "config": spec.config},
        )
        line: SerialLine

        def to_device(data: bytes) -> None:
            router.receive(data)

        line = SerialLine(self._clock, spec.baud, to_device, seed=len(self._ports))
        line.is_strict = bool(spec.stated_baud)
        line.noise = LineNoise(loss=spec.loss)

        def to_host(data: bytes) -> float:
            return line.send(data) if self._is_warm else 0.0

        router = make_router(identity, self._clock, to_host, self._network)
        self._routers.append(router)
        router.terminal.receive_buffer = spec.receive_buffer
        ports = [self._port(spec, port, number, line, router) for number, port in enumerate(spec.ports)]
        self._ports.append((spec, ports))
        self._faults[spec.name] = Faults(self._clock, router, line, ports, self._network, self._servers)
        self._faults[spec.name].on_typed = partial(self.activity.typed, spec.name)
        line.on_type = partial(self.activity.keyed, spec.name)

    def _port(self, spec: RouterSpec, port: PortSpec, number: int, line: SerialLine, router: Router) -> Port:
        if port.kind == "pty":
            suffix = f"-{number}" if number else ""
            return PtyPort(self._loop, line, self._folder / f"{spec.name}{suffix}.tty", spec.stated_baud)
        return ConsoleServerPort(
            self._clock,
            line,
            telnet=port.kind == "telnet",
            seconds=port.round_trip_ms / 2000,
            greeting=port.greeting.encode(),
            address=port.address,
            number=port.number,
            speed=spec.stated_baud,
            on_break=router.receive_break,
        )


def make_router(identity: RouterIdentity, clock: LoopClock, send: Send, network: Network) -> Router:
    """Return the virtual router for a platform."""
    module, name = ROUTERS[identity.platform]
    router: Router = getattr(import_module(f"oob.lab.nos.{module}"), name)(identity, clock, send, network)
    return router


class _Control:
    """The unix socket where faults are asked for, one JSON object a line."""

    def __init__(self, lab: LabService, stop: asyncio.Event) -> None:
        self._lab = lab
        self._stop = stop

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer each request with `{"ok": true}` or `{"error": why}`; after `down` the answer is the end."""
        while line := await reader.readline():
            try:
                request = json.loads(line)
                if request.get("do") == "down":
                    self._stop.set()
                    await reader.read()
                    break
                if request.get("do") == "fault":
                    self._lab.fault(request["router"], request["name"], request["arguments"])
                if request.get("do") == "watch":
                    self._lab.activity.join(writer)
                answer: dict[str, Any] = {"ok": True}
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                answer = {"error": str(error)}
            writer.write(json.dumps(answer).encode() + b"\n")
        self._lab.activity.leave(writer)
        writer.close()


async def run(folder: Path, ready: int, owner: int | None) -> None:
    """Run the lab described in *folder* until it is told to stop or the pipe *owner* is closed at its other end."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if owner is not None:
        loop.add_reader(owner, stop.set)
    topology = topologies.from_dict(json.loads((folder / "topology.json").read_text()), "topology.json")
    lab = LabService(topology, folder, loop)
    await lab.open()
    with tempfile.TemporaryDirectory(prefix="oob-lab-") as short:
        socket = f"{short}/control"  # the path of a unix socket has room for a hundred characters
        server = await asyncio.start_unix_server(_Control(lab, stop).serve, socket)
        described = {"pid": os.getpid(), "control": socket, "routers": lab.describe()}
        state = folder / "lab.json"
        state.touch(mode=0o600)
        state.write_text(json.dumps(described, indent=2) + "\n")
        os.write(ready, b"ready\n")
        os.close(ready)
        await stop.wait()
        state.unlink(missing_ok=True)
        lab.close()
        server.close()


def main() -> None:
    """Read the arguments that `oob.lab.control` gives."""
    parser = argparse.ArgumentParser(prog="oob.lab.service")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--ready-fd", type=int, required=True)
    parser.add_argument("--owner-fd", type=int)
    arguments = parser.parse_args()
    os.umask(0o077)
    asyncio.run(run(arguments.state, arguments.ready_fd, arguments.owner_fd))


if __name__ == "__main__":
    main()
