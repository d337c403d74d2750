"""The serial console of a libvirt domain, through `virsh console`: reached, busy, taken over, left, and gone."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from oob.deadline import Deadline
from oob.errors import PathHeld, PathLost
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.opening import open_url
from tests.real.process import ServerProcess, rouse, says

PROGRAMS = ["libvirtd", "virsh", "qemu-system-x86_64"]

# What the machine runs: it says each byte that its serial port hears again, one higher (in al,dx; inc al; out dx,al).
ANSWERS = bytes.fromhex("fb bafd03 ec a801 7503 f4 ebf5 baf803 ec fec0 ee ebec")
BYTE = (b"\x01", b"\x02")
SECTOR = ANSWERS.ljust(510, b"\0") + b"\x55\xaa"
MACHINE = """<domain type="qemu">
<name>r1</name><memory unit="MiB">16</memory><os><type arch="x86_64" machine="pc">hvm</type></os>
<devices>
<emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type="file" device="disk"><source file="{disk}"/><target dev="hda" bus="ide"/></disk>
<serial type="pty"/><controller type="usb" model="none"/><memballoon model="none"/>
</devices>
</domain>
"""
SETTINGS = {
    "libvirtd.conf": 'unix_sock_dir = "{folder}"\nauth_unix_ro = "none"\nauth_unix_rw = "none"\n',
    "qemu.conf": 'user = "root"\ngroup = "root"\nsecurity_driver = "none"\ncgroup_controllers = []\nnamespaces = []\n'
    'remember_owner = 0\nstdio_handler = "file"\n',
}
# Everything that libvirt has of its own is made here, and seen by nobody else.
PRIVATE = """
for shared in /run /var/lib /var/cache /var/log /etc/libvirt; do mount -t tmpfs none $shared; done
mkdir /run/lock
cp {folder}/*.conf /etc/libvirt/
mount --bind {folder}/group /etc/group
libvirtd --config /etc/libvirt/libvirtd.conf
exit # as their init, so that the machines that libvirtd lets go of are buried
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A libvirt of our own, with the machine r1."""

    server: ServerProcess
    socket: Path

    @property
    def connection(self) -> str:
        return f"qemu+unix:///system?socket={self.socket}"

    def virsh(self, *words: str | Path) -> None:
        subprocess.run(["virsh", "-q", "-c", self.connection, *words], check=True, timeout=60, capture_output=True)

    def open(self, *, evict: bool = False) -> Transport:
        words = ("-c", quote(self.connection), "console", "r1")
        url = "exec:///usr/bin/virsh?" + "&".join(f"arg={word}" for word in words)
        return open_url(url, Deadline(5), Access(evict=evict))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("virt")
    for name, text in SETTINGS.items():
        (folder / name).write_text(text.format(folder=folder))
    for name in ("passwd", "group"):  # of a Debian without libvirt-daemon-system
        nobody = "libvirt-qemu:x:64055:64055::/:/bin/false\n" if name == "passwd" else "libvirt-qemu:x:64055:\n"
        (folder / name).write_text(Path("/etc", name).read_text() + nobody)
    (folder / "disk").write_bytes(SECTOR)
    (folder / "r1.xml").write_text(MACHINE.format(disk=folder / "disk"))
    own = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    socket = folder / "libvirt-sock"
    server = ServerProcess([*own, "sh", "-c", PRIVATE.format(folder=folder)], folder, socket.exists)
    yield Host(server=server, socket=socket)
    server.close()


@pytest.fixture
def machine(host: Host) -> Iterator[Host]:
    """Give a machine that has booted."""
    host.virsh("create", host.socket.with_name("r1.xml"))
    with host.open() as console:
        rouse(console, *BYTE, 60)
    yield host
    subprocess.run(["virsh", "-q", "-c", host.connection, "destroy", "r1"], capture_output=True, check=False)


def test_a_machines_console_is_typed_at_and_left_free(machine: Host) -> None:
    for _ in range(2):
        with machine.open() as console:
            rouse(console, *BYTE)
            console.write(b"show\r\x01~\x1b[A", 5)
            says(console, b"tipx\x0e\x02\x7f\x1c\\B")


def test_a_machines_console_that_somebody_has_is_busy_and_taken_on_request(machine: Host) -> None:
    with machine.open() as holder:
        rouse(holder, *BYTE)
        with machine.open() as second, pytest.raises(PathHeld, match="Active console session exists") as caught:
            says(second, b"never")
        assert caught.value.exit_code == 4
        rouse(holder, *BYTE)
        with machine.open(evict=True) as third:
            rouse(third, *BYTE)
            with pytest.raises(PathLost, match="stream had I/O failure"):
                says(holder, b"never")
    machine.open().close()


def test_a_machine_that_is_not_there_is_a_lost_path_that_says_so(host: Host) -> None:
    with host.open() as console, pytest.raises(PathLost, match="failed to get domain 'r1'"):
        says(console, b"never")


def test_a_machine_that_loses_its_power_is_a_lost_path(machine: Host) -> None:
    with machine.open() as console:
        rouse(console, *BYTE)
        machine.virsh("destroy", "r1")
        with pytest.raises(PathLost, match="virsh ended with exit status"):
            says(console, b"never")


def test_a_libvirt_that_is_killed_is_a_lost_path(machine: Host) -> None:
    with machine.open() as console:
        rouse(console, *BYTE)
        machine.server.signal(signal.SIGKILL)
        with pytest.raises(PathLost, match=r"virsh has lost the console; .* due to end of file"):
            says(console, b"never")
