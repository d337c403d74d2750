"""Recoveries of a real FRR router over paths of 600 ms and 64 kbit/s, each against its own path's limit.

The limit is what the same recovery takes over the same way without delay, plus what the path costs as measured on it
just before: coming and going, its exchanges at its round trip, its bytes at its rate. Needs root; see `make test-real`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oob.backup.catalogue import Catalogue
from oob.deadline import Deadline
from oob.device.connect import connect
from oob.device.device import InventoryDevice as OpenDevice
from oob.errors import PathBusy
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.home import Home
from oob.lab.real.console_servers import PASSWORD
from oob.lab.real.router import PASSWORDS
from oob.lab.real.site import Site
from oob.lab.real.wan import Conditions
from oob.recovery.api import recover, take_backup
from oob.recovery.context import Collaborators, RunOptions
from oob.secret.credentials import Credentials
from oob.transport.access import Access, ServerLogin

WAYS = ("ssh", "telnet", "rfc2217", "sol")
ROUND_TRIP, BITS_PER_SECOND = 0.6, 64_000
SAMPLE = 800  # lines of the text that the rate is measured with, each of about four bytes
GOAL = 1.3
OPENING = 4  # lines typed until there is a prompt: they are in the seconds of coming
ROOT = Credentials(username="root", password=PASSWORDS["root"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a path costs: seconds to come and go (logged in and out), to ask and be answered, and bytes a second."""

    visit: float
    round_trip: float
    rate: float


class Bench:
    """A site, and r2 on it to be broken and recovered."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.home = Home(folder)
        login = ServerLogin(user="ops", password=PASSWORD)
        self.means = Collaborators(
            home=self.home,
            secrets=ROOT,
            operator="bench",
            access=Access(server_login=login, known_hosts=self.home.known_hosts, accept_new_key=True),
        )
        backup = take_backup(self.entry(site.servers["r2"].urls["serial"]), self.means)
        Catalogue(self.home.backups).mark_good("r2", backup.manifest.id, by="bench")

    def entry(self, url: str) -> InventoryDevice:
        """Return r2 with one path."""
        return InventoryDevice(name="r2", platform="frr", paths=(ConsolePath(url=url, name="path"),))

    def recover(self, url: str) -> tuple[float, int, int]:
        """Break r2, recover it, and return the seconds, the exchanges and the bytes that it took."""
        with connect(self.site.servers["r2"].urls["serial"], platform="frr", secrets=ROOT) as device:
            device.run("vtysh -c 'configure terminal' -c 'no router ospf'")
            device.run("vtysh -c 'write memory'")
        started = time.monotonic()
        outcome = recover(self.entry(url), self.means, RunOptions(converge=120))
        taken = time.monotonic() - started
        if not outcome.is_recovered:
            sys.exit(f"{url}: r2 was not recovered: {outcome.as_json()}")
        self.site.wait_converged()
        journal = (self.home.runs / outcome.run / "journal.jsonl").read_text().splitlines()
        counted = next(json.loads(line) for line in reversed(journal) if '"line.counted"' in line)["marks"]
        pasted = Catalogue(self.home.backups).find("r2", "good").configuration.count("\n")
        return taken, max(0, counted["lines"] - pasted - OPENING), counted["bytes_in"] + counted["bytes_out"]

    def measure(self, url: str) -> Measured:
        """Return what the path costs."""
        started = time.monotonic()
        with self.open(url) as device:
            visit = time.monotonic() - started
            trips = sorted(self._seconds(device.run, "true") for _ in range(3))
            seconds = self._seconds(device.run, f"seq {SAMPLE}") - trips[1]
            size = len("".join(f"{number}\r\n" for number in range(1, SAMPLE + 1)))
            done = time.monotonic()
        visit += time.monotonic() - done
        return Measured(visit=visit, round_trip=trips[1], rate=size / max(seconds, 0.001))

    def open(self, url: str) -> OpenDevice:
        """Open r2 once the server has given the line back that was used before."""
        deadline = Deadline(10)
        while True:
            try:
                return connect(url, platform="frr", secrets=ROOT, access=self.means.access)
            except PathBusy:
                if deadline.is_over:
                    raise

    @staticmethod
    def _seconds(run: Callable[[str], object], command: str) -> float:
        started = time.monotonic()
        run(command)
        return time.monotonic() - started


def main() -> None:
    """Print the table; the exit status counts the paths above the goal."""
    print(f"{ROUND_TRIP * 1000:.0f} ms, {BITS_PER_SECOND // 1000} kbit/s")
    print(f"{'path':8}{'near':>8}{'trip':>8}{'rate':>10}{'limit':>8}{'taken':>8}{'ratio':>7}")
    above = 0
    with tempfile.TemporaryDirectory(prefix="oob-bench-") as folder, Site(Path(folder)) as site:
        site.power_on()
        bench = Bench(site, Path(folder) / "home")
        for way in sys.argv[1:] or WAYS:
            url = site.servers["r2"].urls[way]
            site.wan.conditions = Conditions()
            here = bench.measure(url)
            bench.open(url).close()
            near, _, _ = bench.recover(url)
            site.wan.conditions = Conditions(round_trip=ROUND_TRIP, bits_per_second=BITS_PER_SECOND)
            cost = bench.measure(url)
            bench.open(url).close()
            taken, exchanges, count = bench.recover(url)
            limit = near + cost.visit - here.visit + exchanges * cost.round_trip + count / cost.rate
            above += taken > GOAL * limit
            row = f"{1000 * cost.round_trip:7.0f} {cost.rate:7.0f} B/s{limit:7.1f}s{taken:7.1f}s{taken / limit:7.2f}"
            print(f"{way:8}{near:7.1f}s{row}", flush=True)
    sys.exit(above)


if __name__ == "__main__":
    main()
