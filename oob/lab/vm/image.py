"""The disk that the machine boots from: Debian's kernel, and this host's FRR and busybox as its root."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterable
from glob import glob
from pathlib import Path
from zlib import crc32

from oob.errors import UsageError
from oob.lab.real.router import PASSWORDS

HERE = Path(__file__).parent
DISK = "disk"
KERNEL = "linux-image-cloud-amd64"
APPEND = "console=ttyS0,115200 sysrq_always_enabled panic=5"
RAMDISK = 0x6000000
RELOAD = "/usr/lib/frr/frr-reload.py"
DOWNLOAD_SECONDS = 300
# A script, unlike an extlinux.conf, says where the ramdisk goes: what the boot loader is given follows it there.
_SCRIPT = """\
setenv ramdisk_addr_r {ramdisk:x}
load ${{devtype}} ${{devnum}}:${{distro_bootpart}} ${{kernel_addr_r}} /vmlinuz
load ${{devtype}} ${{devnum}}:${{distro_bootpart}} ${{ramdisk_addr_r}} /initrd.gz
setenv bootargs {append}
zboot ${{kernel_addr_r}} - ${{ramdisk_addr_r}} ${{filesize}}
"""
# What frr-reload.py has imported, asked of the Python that it runs on.
_MODULES = f"""
import runpy, sys
sys.argv = ["frr-reload.py", "--help"]
try:
    runpy.run_path({RELOAD!r}, run_name="__main__")
except SystemExit:
    pass
import encodings.ascii, encodings.latin_1, encodings.utf_8
for module in list(sys.modules.values()):
    if getattr(module, "__file__", None):
        print("\\0" + module.__file__)
"""


def build(folder: Path) -> None:
    """Make the DISK in *folder*, where Debian's kernel package is kept for the next time."""
    folder.mkdir(parents=True, exist_ok=True)
    disk = folder / DISK
    package = _kernel(folder)
    shutil.rmtree(disk, ignore_errors=True)
    disk.mkdir(parents=True)
    (disk / "boot.scr").write_bytes(script(_SCRIPT.format(append=APPEND, ramdisk=RAMDISK)))
    with tempfile.TemporaryDirectory(prefix="oob-vm-") as temporary:
        unpacked, root = Path(temporary, "kernel"), Path(temporary, "root")
        _call("dpkg-deb", "--extract", package, unpacked)
        shutil.copy(_only(unpacked.glob("boot/vmlinuz-*")), disk / "vmlinuz")
        _fill(root)
        shutil.copy(_only(unpacked.glob("lib/modules/*/kernel/drivers/net/dummy.ko")), root / "lib")
        archive = pack(root)
    packed = gzip.compress(archive, 1)
    (disk / "initrd.gz").write_bytes(packed + bytes(-len(packed) % 4))  # so that another archive can follow


def script(text: str) -> bytes:
    """Return *text* as a script image, for U-Boot's `source` (its include/image.h has the header)."""
    content = struct.pack(">II", len(text), 0) + text.encode()
    fields = (0x27051956, 0, 0, len(content), 0, 0, crc32(content), 5, 24, 6, 0, b"oob")  # Linux, x86, script, plain
    header = struct.pack(">7I4B32s", *fields)
    return header[:4] + struct.pack(">I", crc32(header)) + header[8:] + content


def pack(root: Path) -> bytes:
    """Return what lies below *root* as a cpio archive, which Linux also takes behind another one."""
    names = sorted(str(path.relative_to(root)) for path in root.rglob("*"))
    return subprocess.run(
        ["cpio", "--create", "--format=newc", "--owner=0:0", "--quiet"],
        cwd=root,
        input="\n".join(names).encode(),
        capture_output=True,
        check=True,
    ).stdout


def _kernel(folder: Path) -> Path:
    """Return Debian's kernel package, fetched with apt-get where it is not there yet; it is not installed."""
    if there := sorted(folder.glob("linux-image-*.deb")):
        return there[-1]
    depends = subprocess.run(["apt-cache", "depends", KERNEL], capture_output=True, text=True, check=False).stdout
    name = re.search(r"Depends: (linux-image-\S+)", depends)
    if not name:
        raise UsageError(f"the lists of Debian's packages have no {KERNEL}: apt-get update")
    command = ["apt-get", "download", "--quiet", "-o", "APT::Sandbox::User=root", name[1]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS, check=False)
    if done.returncode:
        raise UsageError(f"Debian's kernel could not be fetched: {done.stderr.strip()}")
    return _only(folder.glob("linux-image-*.deb"))


def _fill(root: Path) -> None:
    for name in ("bin", "dev", "etc/frr", "etc/pam.d", "lib", "proc", "root", "sys", "tmp", "usr/bin", "var"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "sbin").symlink_to("bin")
    (root / "usr" / "sbin").symlink_to("bin")
    (root / "run").mkdir()
    (root / "var" / "run").symlink_to("../run")
    shutil.copy("/bin/busybox", root / "bin" / "busybox")
    for applet in _call("/bin/busybox", "--list").split():
        if applet != "busybox":
            (root / "bin" / applet).symlink_to("busybox")
    daemons = [f"/usr/lib/frr/{name}" for name in ("mgmtd", "zebra", "staticd", "ospfd")]
    programs = [*daemons, "/usr/bin/vtysh", "/usr/bin/python3", "/bin/bash", "/bin/ip", "/bin/stty"]
    loaded = glob("/lib/*/security/pam_permit.so") + glob("/lib/*/libnss_files.so.2")
    modules = [line[1:] for line in _call("/usr/bin/python3", "-c", _MODULES).splitlines() if line[:1] == "\0"]
    _add(root, [path for path in (*programs, *loaded, *modules, RELOAD) if Path(path).exists()])
    (root / "usr/bin/env").symlink_to("/bin/env")
    (root / "usr/bin/ping").symlink_to("/bin/ping")
    _accounts(root / "etc")
    shutil.copy(HERE / "frr.conf", root / "etc/frr/frr.conf")
    (root / "etc/frr/vtysh.conf").write_text("service integrated-vtysh-config\n")
    (root / "etc/frr/daemons").touch()
    (root / "etc/machine-id").write_text("9" * 32 + "\n")
    shutil.copy(HERE / "init", root / "init")
    (root / "init").chmod(0o755)


def _accounts(folder: Path) -> None:
    hashed = {user: _call("openssl", "passwd", "-6", password).strip() for user, password in PASSWORDS.items()}
    (folder / "passwd").write_text(
        f"root:{hashed['root']}:0:0:root:/root:/bin/bash\n"
        f"netadmin:{hashed['netadmin']}:1001:1001::/root:/usr/bin/vtysh\nfrr:x:105:107::/:/bin/false\n"
    )
    (folder / "group").write_text("root:x:0:\nnetadmin:x:1001:\nfrrvty:x:106:netadmin,frr\nfrr:x:107:frr\n")
    (folder / "shells").write_text("/bin/bash\n/usr/bin/vtysh\n")
    for service in ("frr", "other"):
        (folder / "pam.d" / service).write_text("auth sufficient pam_permit.so\naccount sufficient pam_permit.so\n")


def _add(root: Path, files: Iterable[str]) -> None:
    """Copy programs and modules to where they are on this host, with the libraries that they need."""
    wanted = list(files)
    shared = [path for path in wanted if os.access(path, os.X_OK) or ".so" in path]
    found = subprocess.run(["ldd", *shared], capture_output=True, text=True, check=False).stdout
    for path in {*wanted, *re.findall(r"(?:=> |^\s+)(/\S+) \(0x", found, re.MULTILINE)}:
        target = root / path.removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)  # an applet of busybox
        shutil.copy(path, target)


def _only(paths: Iterable[Path]) -> Path:
    (path,) = paths
    return path


def _call(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
