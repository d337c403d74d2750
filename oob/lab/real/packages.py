"""The Debian packages that the real lab needs, and those that are missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from glob import glob

from oob.errors import UsageError

# Package → a program of it that the lab runs.
NEEDED = {
    "conserver-server": "conserver",
    "frr": "/usr/lib/frr/zebra",
    "frr-pythontools": "/usr/lib/frr/frr-reload.py",
    "ipmitool": "ipmitool",
    "iproute2": "ip",
    "iputils-ping": "ping",
    "libpam-radius-auth": "/usr/lib/*/security/pam_radius_auth.so",
    "openipmi": "ipmi_sim",
    "openssh-client": "ssh-keygen",
    "openssh-server": "sshd",
    "openssl": "openssl",
    "ser2net": "ser2net",
    "socat": "socat",
    "util-linux": "setpriv",
}

# The same for the lab in a virtual machine.
NEEDED_BY_VM = {
    "busybox-static": "/bin/busybox",
    "cpio": "cpio",
    "frr": "/usr/lib/frr/zebra",
    "frr-pythontools": "/usr/lib/frr/frr-reload.py",
    "iproute2": "ip",
    "openssl": "openssl",
    "qemu-system-x86": "qemu-system-x86_64",
    "u-boot-qemu": "/usr/lib/u-boot/qemu-x86/u-boot.rom",
    "util-linux": "setpriv",
}


def missing(needed: Mapping[str, str]) -> tuple[str, ...]:
    """Name the packages that are missing."""
    return tuple(package for package, program in needed.items() if not _is_there(program))


def check(needed: Mapping[str, str] = NEEDED) -> None:
    """Raise UsageError where the lab cannot be started, saying what to install."""
    if lacking := missing(needed):
        raise UsageError(f"the lab lacks Debian packages: apt-get install {' '.join(lacking)}")
    if os.geteuid() != 0:
        raise UsageError("the lab makes namespaces and needs root")


def _is_there(program: str) -> bool:
    if program.startswith("/"):
        return bool(glob(program))
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None
