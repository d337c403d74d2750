"""`oob` as a program of its own, so that it can be stopped, interrupted and run twice at once."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import termios
from types import TracebackType
from typing import Self

import yaml

from tests.recovery.conftest import Site

ELSEWHERE = """\
import socket; socket.gethostname = lambda: {host!r}
from oob.recovery.record import lease; lease.machine = lambda: {host!r}
"""


class Program:
    """One running `oob`, whose standard error can be followed line by line; its standard output may be a *terminal*."""

    def __init__(
        self, site: Site, *words: str, user: str = "ada", host: str = "", terminal: int = subprocess.PIPE
    ) -> None:
        start = ELSEWHERE.format(host=host) if host else ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{start}from oob.cli.main import main; main()", *words, "--plain"],
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=terminal >= 0,
            preexec_fn=(lambda: fcntl.ioctl(1, termios.TIOCSCTTY, 0)) if terminal >= 0 else None,
            env={
                **os.environ,
                "OOB_HOME": str(site.home.path),
                "OOB_USERNAME": "ops",
                "OOB_PASSWORD": "oob-lab",
                "OOB_ENABLE": "oob-lab",
                "LOGNAME": user,
            },
        )

    def until(self, text: str) -> None:
        """Follow what it says until a line holds *text*."""
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if text in line:
                return
        raise AssertionError(f"it ended without saying {text!r}: {''.join(said)}")

    def end(self) -> tuple[int, str]:
        """Wait for its end; return its exit code and what else it said."""
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out + err

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


def write_inventory(site: Site, *names: str) -> None:
    """Put the routers *names* into the inventory of the site's home."""
    hosts = {}
    for name in names:
        entry = site.entry(name)
        paths = [{"name": path.name, "url": path.url} for path in entry.paths]
        addresses = [critical.target for critical in entry.critical_addresses]
        hosts[name] = {"platform": entry.platform, "data": {"oob": {"paths": paths, "critical_addresses": addresses}}}
    site.home.inventory.mkdir(parents=True, exist_ok=True)
    (site.home.inventory / "hosts.yaml").write_text(yaml.safe_dump(hosts))
