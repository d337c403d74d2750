"""Every kind of console server in front of one router: ser2net, OpenSSH, conserver, and a BMC with serial over LAN."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

from oob.lab.real.process import TEMPLATES, Server, answers, fill, free_port, has_udp

HOST = "127.0.0.1"
USER, BMC_USER = "ops", "admin"
PASSWORD = "canary-server"
PLUGS = ("serial", "ser2net", "ssh", "conserver", "sol")


class ConsoleServers:
    """The servers of the router *name*, on the plugs of its cable in *folder*; *urls* are the ways through them."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self.servers: dict[str, Server] = {}
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
        return f"[{HOST}]:{port} {kind} {key}\n"

    def close(self) -> None:
        """End them all."""
        for server in self.servers.values():
            server.close()

    def _own(self, server: str) -> Path:
        folder = self._folder / f"{self._name}-{server}"
        folder.mkdir(exist_ok=True)
        return folder

    def _line(self, plug: str) -> Path:
        return self._folder / f"{self._name}.{plug}"

    def _ser2net(self) -> None:
        own = self._own("ser2net")
        ports = {scheme: free_port() for scheme in ("tcp", "telnet", "rfc2217")}
        config = fill(
            "ser2net.yaml.in",
            own / "ser2net.yaml",
            HOST=HOST,
            LINE=self._line("ser2net"),
            RAW=ports["tcp"],
            TELNET=ports["telnet"],
            RFC2217=ports["rfc2217"],
        )
        self.servers["ser2net"] = Server(
            ["ser2net", "-n", "-c", config, "-P", own / "pid"],
            own,
            lambda: all(answers(port)() for port in ports.values()),
        )
        self.urls |= {scheme: f"{scheme}://{HOST}:{port}" for scheme, port in ports.items()}

    def _sshd(self) -> None:
        own = self._own("ssh")
        port = free_port()
        if not (own / "host_key").exists():
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", own / "host_key"], check=True)
        (own / "authorized_keys").touch()
        fill("attach.in", own / "attach", FOLDER=own, LINE=self._line("ssh")).chmod(0o755)
        config = fill(
            "sshd_config.in",
            own / "sshd_config",
            HOST=HOST,
            PORT=port,
            FOLDER=own,
            HOSTKEYS=f"HostKey {own / 'host_key'}",
            EXTRA="",
        )
        _accounts(own)
        command: list[str | Path] = ["unshare", "--mount", "--propagation", "private"]
        command += [TEMPLATES / "private-accounts.sh", own, shutil.which("sshd") or "sshd", "-D", "-e", "-f", config]
        self.servers["ssh"] = Server(command, own, answers(port))
        self.urls["ssh"] = f"ssh://{USER}@{HOST}:{port}"

    def _conserver(self) -> None:
        own = self._own("conserver")
        port = free_port()
        (own / "passwd").write_text(f"{USER}:{_digest()}\n")
        config = fill(
            "conserver.cf.in",
            own / "conserver.cf",
            PORT=port,
            SECOND=free_port(),
            FOLDER=own,
            LINE=self._line("conserver"),
            NAME=self._name,
        )
        self.servers["conserver"] = Server(["conserver", "-C", config, "-M", HOST], own, answers(port))
        self.urls["console"] = f"console:///{self._name}?server={HOST}&port={port}"

    def _bmc(self) -> None:
        own = self._own("bmc")
        port = free_port(socket.SOCK_DGRAM)
        fill("power.in", own / "chassis", FOLDER=self._folder, NAME=self._name).chmod(0o755)
        config = fill(
            "ipmi.conf.in",
            own / "ipmi.conf",
            HOST=HOST,
            PORT=port,
            LINE=self._line("sol"),
            FOLDER=own,
            PASSWORD=PASSWORD,
        )
        command: list[str | Path] = ["ipmi_sim", "-n", "-c", config, "-f", TEMPLATES / "ipmi.emu", "-s", own]
        self.servers["sol"] = Server(command, own, has_udp(port))
        self.urls["sol"] = f"sol://{BMC_USER}@{HOST}:{port}?cipher=3"


def _accounts(folder: Path) -> None:
    """Write what the SSH server, and nobody else, sees as /etc/passwd and /etc/shadow."""
    passwd, shadow = Path("/etc/passwd").read_text(), Path("/etc/shadow").read_text()
    (folder / "passwd").write_text(f"{passwd}{USER}:x:0:0::/:/bin/sh\n")
    (folder / "shadow").touch(mode=0o600)
    (folder / "shadow").write_text(f"{shadow}{USER}:{_digest()}:19000:0:99999:7:::\n")


def _digest() -> str:
    done = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=PASSWORD, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
