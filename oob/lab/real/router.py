"""One FRR router: daemons and a serial login in their own namespaces, with a power switch."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from oob.lab.real.cable import Cable
from oob.lab.real.namespace import add, delete, ip
from oob.lab.real.power import Powered
from oob.lab.real.process import ServerProcess

INIT = Path(__file__).with_name("router-init.sh")
PASSWORDS = {"root": "canary-device-root", "netadmin": "canary-device-vtysh"}
# What a killed zebra leaves in the kernel: BGP, OSPF and its own statics (`ip route` shows 196 as `static`).
LEFT = ("186", "188", "196")


class FrrRouter(Powered):
    """The router *name*; its files lie in *folder*, its configuration survives a power cut."""

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        configuration: str,
        namespace: str,
        plugs: tuple[str, ...],
        baud: int = 0,
    ) -> None:
        super().__init__()
        self.name = name
        self.folder = folder
        self.namespace = namespace
        self.flash = folder / f"{name}.flash"
        if not self.flash.exists():
            self.flash.mkdir()
            (self.flash / "frr.conf").write_text(configuration)
            (self.flash / "vtysh.conf").write_text("service integrated-vtysh-config\n")
        subprocess.run(["chown", "-R", "frr:frrvty", self.flash], check=True)
        self.flash.chmod(0o2770)
        accounts = folder / "accounts"
        accounts.touch(mode=0o600)
        accounts.write_text("".join(f"{user}:{password}\n" for user, password in PASSWORDS.items()))
        add(namespace)
        self.inside("sysctl", "-qw", "net.ipv4.ip_forward=1")
        self.cable = Cable(folder, name, plugs, baud=baud)

    def power_on(self) -> None:
        """Let it boot, if it is off; returns at once."""
        if self.is_on:
            return
        self._say_power("1")
        own = ["--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"]
        command = ["unshare", *own, "--propagation", "private", "bash", str(INIT), self.name, str(self.folder)]
        self._process = ServerProcess(command, self.folder, lambda: True, namespace=self.namespace)

    def power_off(self) -> None:
        """Cut its power."""
        if self._process is None:
            return
        self._say_power("0")
        self._process.close()
        self._process = None
        ip("-n", self.namespace, "nexthop", "flush", check=False)
        for protocol in LEFT:
            ip("-n", self.namespace, "route", "flush", "proto", protocol, check=False)

    def power_cycle(self) -> None:
        """Cut its power, and let it boot again."""
        self.power_off()
        self.power_on()

    def _say_power(self, state: str) -> None:
        """Write the power state for the BMC."""
        (self.folder / f"{self.name}.power").write_text(f"{state}\n")

    def inside(self, *command: str) -> str:
        """Run a command in the router's network, without its login; for looking from outside."""
        done = subprocess.run(
            ["ip", "netns", "exec", self.namespace, *command], capture_output=True, text=True, check=True
        )
        return done.stdout

    def routes(self) -> tuple[str, ...]:
        """Return the destinations in the kernel's table that a routing protocol has put there."""
        return tuple(
            line.split()[0] for line in ip("-n", self.namespace, "route", "show", "proto", "ospf").splitlines()
        )

    def table(self) -> frozenset[str]:
        """Return what its kernel forwards by: protocol, destination, next hop and interface of each route."""
        keys = ("protocol", "dst", "gateway", "dev")
        rows = json.loads(ip("-j", "-n", self.namespace, "route", "show"))
        return frozenset(" ".join(row.get(key, "-") for key in keys) for row in rows)

    def reaches(self, address: str, *, source: str) -> bool:
        """Tell whether an address answers it."""
        command = ["ip", "netns", "exec", self.namespace, "ping", "-c", "1", "-W", "5", "-I", source, address]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def datagrams(self) -> tuple[int, int]:
        """Return how many UDP datagrams it has sent and received; OSPF has none, so they are RADIUS's and DNS's."""
        names, values = (row.split() for row in self.inside("cat", "/proc/net/snmp").splitlines() if row[:4] == "Udp:")
        counted = dict(zip(names[1:], map(int, values[1:]), strict=True))
        return counted["OutDatagrams"], counted["InDatagrams"]

    def close(self) -> None:
        """Remove the router with its network."""
        self.power_off()
        self.cable.close()
        delete(self.namespace)
