"""Measures a home of many devices: 50,000 hosts, 200 devices chosen, what one command costs.

    python -m bench.fleet [HOSTS]

Each row is a command in a process of its own: seconds of wall clock and of processor time, and the largest memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OOB = (sys.executable, "-c", "from oob.cli.main import main; main()")
ENTRY = """\
r{n}:
  platform: cisco_ios
  hostname: 10.{a}.{b}.{c}
  groups: [site{site}]
  data:
    oob:
      expect: {{serial: FCZ{n:08d}, hostname: r{n}}}
      paths:
        - {{url: "telnet://198.51.{b}.{a}:{port}", name: main, carrier: a}}
        - {{url: "telnet://203.0.{b}.{a}:{port}", name: lte, carrier: b, byte_budget: 20M}}
"""


def write_inventory(home: Path, count: int) -> None:
    """Write *count* hosts in 500 sites."""
    folder = home / "inventory"
    folder.mkdir(parents=True)
    with (folder / "hosts.yaml").open("w") as file:
        for n in range(count):
            a, b, c = n // 65536, n // 256 % 256, n % 256
            file.write(ENTRY.format(n=n, a=a, b=b, c=c, site=n % 500, port=2000 + n % 256))
    sites = "".join(f"site{n}: {{data: {{oob: {{site: s{n}}}}}}}\n" for n in range(500))
    (folder / "groups.yaml").write_text(sites)


def row(name: str, home: Path, *words: str, **variables: str) -> None:
    """Run a command and print what it cost."""
    environment = {**os.environ, "OOB_HOME": str(home), **variables}
    started = time.monotonic()
    with subprocess.Popen((*OOB, *words), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as it:
        _, _, usage = os.wait4(it.pid, 0)
        it.returncode = 0  # it has been waited for
    taken, spent = time.monotonic() - started, usage.ru_utime + usage.ru_stime
    print(f"{name:<40} {taken:6.2f} s  {spent:6.2f} CPU s  {usage.ru_maxrss / 1024:5.0f} MB", flush=True)


def main() -> None:
    """Run the benchmark."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory(prefix="oob-fleet-") as folder:
        home, none = Path(folder) / "home", Path(folder) / "none"
        write_inventory(home, count)
        write_inventory(none, 1)
        row("oob plan r0, 1 host", none, "plan", "r0")
        row(f"oob plan r777, {count} hosts, first time", home, "plan", "r777")
        row(f"oob plan r777, {count} hosts", home, "plan", "r777")
        shell = {"_OOB_COMPLETE": "bash_complete", "COMP_WORDS": "oob probe r77", "COMP_CWORD": "2"}
        row(f"completion, {count} hosts", home, **shell)
        row(f"oob inventory check, {count} hosts", home, "inventory", "check")
        row("oob plan --site s7 (no backups)", home, "plan", "--site", "s7")


if __name__ == "__main__":
    main()
