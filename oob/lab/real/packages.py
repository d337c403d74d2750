"""Which Debian packages the real lab needs, and which of them are not there."""

from __future__ import annotations

import os
import shutil
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


def missing() -> tuple[str, ...]:
    """Name the packages that are missing."""
    return tuple(package for package, program in NEEDED.items() if not _is_there(program))


def check() -> None:
    """Raise UsageError where the real lab cannot be started, saying what to install."""
    if lacking := missing():
        raise UsageError(f"the real lab lacks Debian packages: apt-get install {' '.join(lacking)}")
    if os.geteuid() != 0:
        raise UsageError("the real lab makes network namespaces and needs root")


def _is_there(program: str) -> bool:
    if program.startswith("/"):
        return bool(glob(program))
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is not None
