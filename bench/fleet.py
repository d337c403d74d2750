"""Measures a home of many devices: 50,000 hosts, 100,000 backups, 10,000 runs; what one command costs.

    python -m bench.fleet [HOSTS] [RUNS]

Each row is a command in a process of its own: seconds of wall clock and of processor time, and the largest memory. The
rows in brackets are the limit: what plain Python takes to ask for the times of the same files, or to read the index.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.home import write_home

OOB = (sys.executable, "-c", "from oob.cli.main import main; main()")
SCAN = """
import os, sys
for device in os.scandir(sys.argv[1]):
    folder = os.open(device.path, os.O_RDONLY)
    for name in os.listdir(folder):
        os.stat(f"{name}/{sys.argv[2]}", dir_fd=folder)
    os.close(folder)
"""
QUERY = """
import sqlite3, sys, glob
sqlite3.connect(glob.glob(sys.argv[1])[0]).execute("SELECT * FROM facts WHERE kind = ?", (sys.argv[2],)).fetchall()
"""
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


def row(name: str, home: Path, *words: str, program: tuple[str, ...] = OOB, **variables: str) -> None:
    """Run a command and print what it cost."""
    environment = {**os.environ, "OOB_HOME": str(home), **variables}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # oob is compiled once, as where it is installed
    started = time.monotonic()
    with subprocess.Popen(
        (*program, *words), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as it:
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
        listed(Path(folder) / "kept", int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)


def listed(home: Path, runs: int) -> None:
    """Measure the lists of a home with 10 backups of each of so many devices, and as many *runs*."""
    write_home(home, devices=runs, backups=10, runs=runs)
    time.sleep(4)  # until the files are old enough for an index
    for words in (("runs",), ("metrics",), ("backup", "list")):
        name = f"oob {' '.join(words)}, {runs if words[0] != 'backup' else 10 * runs}"
        row(f"{name}, first time", home, *words)
        row(name, home, *words)
    row(f"oob backup list --json, {10 * runs}", home, "backup", "list", "--json")
    python = (sys.executable, "-c")
    row("(ask for the times of the backups)", home, SCAN, str(home / "backups"), "manifest.json", program=python)
    index = str(home / ".index" / "*.sqlite")
    row("(read the backups in the index)", home, QUERY, index, "backup lines 1", program=python)
    row("(read the runs in the index)", home, QUERY, index, "run rows 1", program=python)


if __name__ == "__main__":
    main()
