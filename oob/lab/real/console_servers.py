"""Every kind of console server in front of one router: ser2net, OpenSSH, conserver, and a BMC with serial over LAN."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

from oob.lab.real.process import TEMPLATES, ServerProcess, answers, fill, has_udp
from oob.lab.real.wan import Wan

USER, BMC_USER = "ops", "admin"
PASSWORD = "canary-server"
PLUGS = ("serial", "ser2net", "ssh", "conserver", "sol")


class ConsoleServers:
    """The servers of the router *name*, on the plugs of its cable in *folder*; *urls* are the ways through them.

    They are at the far end of *wan*, in *namespace*, on ports that end with the router's *number*.
    """

    def __init__(self, folder: Path, name: str, number: int, *, wan: Wan, namespace: str) -> None:
        self._folder = folder
        self._name = name
        self._number = number
        self._wan = wan
        self._host = wan.far
        self._namespace = namespace
        self.servers: dict[str, ServerProcess] = {}
        self._again: dict[str, Callable[[], None]] = {}
        self.urls: dict[str, str] = {"serial": f"serial://{folder}/{name}.serial"}
        try:
            self._ser2net()
            self._sshd()
            self._conserver()
            self._bmc()
        except BaseException:
            self.close()
            raise

    @property
    def known_host(self) -> str:
        """The line of known_hosts that the SSH server is known by."""
        kind, key, *_ = (self._own("ssh") / "host_key.pub").read_text().split()
        port = self.urls["ssh"].rpartition(":")[2]
        return f"[{self._host}]:{port} {kind} {key}\n"

    def restart(self, server: str) -> None:
        """End one of them, as a crash does, and start it again."""
        self.servers[server].close()
        self._again[server]()

    def close(self) -> None:
        """End them all."""
        for server in self.servers.values():
            server.close()

    def _own(self, server: str) -> Path:
        folder = self._folder / f"{self._name}-{server}"
        folder.mkdir(exist_ok=True)
        (folder / "resolv.conf").write_text("nameserver 203.0.113.53\n")
        (folder / "hosts").write_text(f"127.0.0.1 localhost {socket.gethostname()}\n{self._wan.near} jumphost\n")
        return folder

    def _start(self, server: str, command: list[str | Path], is_up: Callable[[], bool]) -> None:
        self._again[server] = partial(self._start, server, command, is_up)
        self.servers[server] = ServerProcess(command, self._own(server), is_up, namespace=self._namespace)

    def _line(self, plug: str) -> Path:
        return self._folder / f"{self._name}.{plug}"

    def _ser2net(self) -> None:
        own = self._own("ser2net")
        ports = {scheme: first + self._number for scheme, first in (("tcp", 4000), ("telnet", 2000), ("rfc2217", 5000))}
        config = fill(
            "ser2net.yaml.in",
            own / "ser2net.yaml",
            HOST=self._host,
            LINE=self._line("ser2net"),
            RAW=ports["tcp"],
            TELNET=ports["telnet"],
            RFC2217=ports["rfc2217"],
        )
        command: list[str | Path] = ["ser2net", "-n", "-u", "-c", config, "-P", own / "pid"]
        self._start("ser2net", command, lambda: all(answers(port, self._namespace)() for port in ports.values()))
        self.urls |= {scheme: f"{scheme}://{self._host}:{port}" for scheme, port in ports.items()}

    def _sshd(self) -> None:
        own = self._own("ssh")
        port = 2200 + self._number
        if not (own / "host_key").exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", own / "host_key"], check=True)
        (own / "authorized_keys").touch()
        fill("attach.in", own / "attach", FOLDER=own, LINE=self._line("ssh")).chmod(0o755)
        config = fill(
            "sshd_config.in",
            own / "sshd_config",
            HOST=self._host,
            PORT=port,
            FOLDER=own,
            HOSTKEYS=f"HostKey {own / 'host_key'}",
            EXTRA="",
        )
        accounts(own, PASSWORD, USER)
        command: list[str | Path] = [shutil.which("sshd") or "sshd", "-D", "-e", "-f", config]
        self._start("ssh", command, answers(port, self._namespace))
        self.urls["ssh"] = f"ssh://{USER}@{self._host}:{port}"

    def _conserver(self) -> None:
        own = self._own("conserver")
        port = 3000 + self._number
        (own / "users").write_text(f"{USER}:{_digest(PASSWORD)}\n")
        config = fill(
            "conserver.cf.in",
            own / "conserver.cf",
            PORT=port,
            SECOND=3100 + self._number,
            HOST=self._host,
            CLIENT=self._wan.near,
            FOLDER=own,
            LINE=self._line("conserver"),
            NAME=self._name,
        )
        self._start("conserver", ["conserver", "-C", config, "-M", self._host], answers(port, self._namespace))
        self.urls["console"] = (
            f"console:///{self._name}?server={self._host}&port={port}&verify=no"  # has no certificate
        )

    def _bmc(self) -> None:
        own = self._own("bmc")
        port = 6230 + self._number
        fill("power.in", own / "chassis", FOLDER=self._folder, NAME=self._name).chmod(0o755)
        config = fill(
            "ipmi.conf.in",
            own / "ipmi.conf",
            HOST=self._host,
            PORT=port,
            LINE=self._line("sol"),
            FOLDER=own,
            PASSWORD=PASSWORD,
        )
        command: list[str | Path] = ["ipmi_sim", "-n", "-c", config, "-f", TEMPLATES / "ipmi.emu", "-s", own]
        self._start("sol", command, has_udp(port, self._namespace))
        self.urls["sol"] = f"sol://{BMC_USER}@{self._host}:{port}?cipher=3"


def accounts(folder: Path, password: str, *users: str) -> None:
    """Write the accounts that only the SSH server sees: *users*, all with *password*."""
    passwd, shadow = Path("/etc/passwd").read_text(), Path("/etc/shadow").read_text()
    digest = _digest(password)
    (folder / "passwd").write_text(passwd + "".join(f"{user}:x:0:0::/:/bin/sh\n" for user in users))
    (folder / "shadow").touch(mode=0o600)
    (folder / "shadow").write_text(shadow + "".join(f"{user}:{digest}:19000:0:99999:7:::\n" for user in users))
    (folder / "pam").write_text(
        "auth required pam_unix.so\naccount required pam_unix.so\nsession optional pam_unix.so\n"
    )


def _digest(password: str) -> str:
    done = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=password, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
