"""A peer that vanishes without a word, as behind a carrier's NAT: noticed within 20 seconds, typing or not."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import PathLost, PathUnreachable
from oob.transport.access import Access, ServerLogin
from oob.transport.base import Transport
from oob.transport.url import open_url
from tests.real.process import Line, Server, fill

PROGRAMS = ["ip", "ser2net", "sshd", "ssh-keygen", "socat"]

OURS, THEIRS = "198.18.77.1", "198.18.77.2"  # RFC 2544's range for tests


class Site:
    """A network namespace at the other end of a cable."""

    def __init__(self) -> None:
        self.name = f"oobgone{os.getpid()}"
        self._cable = f"gone{os.getpid() % 100000}"
        self._ip("netns", "add", self.name)
        self._ip("link", "add", self._cable, "type", "veth", "peer", "name", "up0", "netns", self.name)
        self._ip("addr", "add", f"{OURS}/30", "dev", self._cable)
        self._ip("link", "set", self._cable, "up")
        self._ip("-n", self.name, "addr", "add", f"{THEIRS}/30", "dev", "up0")
        self._ip("-n", self.name, "link", "set", "up0", "up")
        self._ip("-n", self.name, "link", "set", "lo", "up")

    def serve(self, command: list[str | Path], folder: Path, port: int) -> Server:
        def is_up() -> bool:
            listening = subprocess.run(
                ["ip", "netns", "exec", self.name, "cat", "/proc/net/tcp"], capture_output=True, text=True, check=True
            ).stdout
            return f":{port:04X} 00000000:0000 0A" in listening

        return Server(["ip", "netns", "exec", self.name, *command], folder, is_up)

    def vanish(self) -> None:
        """Let every packet disappear: the neighbour keeps its address, and nobody is behind it."""
        self._ip("-n", self.name, "link", "set", "up0", "down")
        self._ip("neigh", "replace", THEIRS, "lladdr", "02:00:00:00:00:99", "dev", self._cable, "nud", "permanent")

    def close(self) -> None:
        self._ip("link", "del", self._cable)
        self._ip("netns", "del", self.name)

    def _ip(self, *command: str) -> None:
        subprocess.run(["ip", *command], check=True, capture_output=True)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def paths(site: Site, line: Line, tmp_path: Path) -> Iterator[list[Transport]]:
    """Give an idle and a busy path over TCP, and one over SSH."""
    serial = fill(
        "ser2net.yaml.in",
        tmp_path / "ser2net.yaml",
        HOST=THEIRS,
        RAW=4001,
        TELNET=4002,
        RFC2217=4003,
        LINE=line.device,
    )
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "id"], check=True)
    public = (tmp_path / "id.pub").read_text()
    (tmp_path / "authorized_keys").write_text(public)
    (tmp_path / "known_hosts").write_text(f"[{THEIRS}]:4022 {' '.join(public.split()[:2])}\n")
    ssh = fill(
        "sshd_config.in",
        tmp_path / "sshd_config",
        HOST=THEIRS,
        PORT=4022,
        FOLDER=tmp_path,
        HOSTKEYS=f"HostKey {tmp_path / 'id'}",
        EXTRA="",
    )
    fill("attach.in", tmp_path / "attach", FOLDER=tmp_path, LINE=tmp_path / "none").chmod(0o755)
    Path("/run/sshd").mkdir(exist_ok=True)
    servers = [
        site.serve(["ser2net", "-n", "-c", serial, "-P", tmp_path / "pid"], tmp_path, 4003),
        site.serve(["/usr/sbin/sshd", "-D", "-e", "-f", ssh], tmp_path, 4022),
    ]
    login = ServerLogin(user="root", key_file=tmp_path / "id")
    access = Access(known_hosts=tmp_path / "known_hosts", server_login=login)
    (tmp_path / "attach").write_text("#!/bin/sh\nexec sleep 600\n")
    urls = [f"tcp://{THEIRS}:4001", f"ssh://{THEIRS}:4022"]
    opened = [open_url(url, Deadline(15), access) for url in urls]
    yield opened
    for transport in opened:
        transport.close()
    for server in servers:
        server.close()


@pytest.mark.parametrize("typing", [False, True])
def test_a_peer_that_vanishes_is_noticed_in_time(site: Site, paths: list[Transport], typing: bool) -> None:
    site.vanish()
    begin = Deadline(20)
    lost: list[str] = []

    def wait(transport: Transport) -> None:
        if typing:
            transport.write(b"\r", 5)
        with pytest.raises(PathLost) as caught:
            transport.read(100, 40)
        if not begin.is_over:
            lost.append(str(caught.value))

    readers = [threading.Thread(target=wait, args=(transport,)) for transport in paths]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(lost) == len(paths), lost


def test_an_address_that_answers_nothing_is_unreachable(site: Site) -> None:
    site.vanish()
    with pytest.raises(PathUnreachable, match="no answer at all"):
        open_url(f"tcp://{THEIRS}:4001", Deadline(1))
