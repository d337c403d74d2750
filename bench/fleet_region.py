"""Drills 40 routers at three sites: recovered in waves, halted by a canary, and over jump hosts that are killed.

python -m bench.fleet_region [region] [canary] [cluster] [worker] [scheduler] [client]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from oob.events import Events
from oob.fleet.dask_engine import DaskEngine
from oob.fleet.engine import Engine
from oob.fleet.region import RegionLab, region
from oob.fleet.region_down import Engines, drill, in_threads
from tests.fleet.cluster import Cluster
from tests.fleet.kill import Victim, gates, survive

DRILLS = ("region", "canary", "cluster", "worker", "scheduler", "client")


@contextmanager
def over_workers(stage: RegionLab) -> Iterator[Engine]:
    """Yield the engine of three jump hosts, each a process with a home of its own, over TLS."""
    sites = [site.name for site in stage.region.sites]
    with Cluster(stage.home.path / "cluster", stage.home.path, sites) as cluster:
        yield DaskEngine(cluster.address, cluster.tls)


def recovered(folder: Path, *, failing: bool = False, engines: Engines = in_threads) -> tuple[str, bool]:
    """Drill the region of 40 routers at 9600 bit/s; return a line about it and whether all was as expected."""
    result = drill(folder, region(), Events(), failing=failing, engines=engines)
    if failing:
        text = f"{result.state.halted}; {len(result.state.members)} of 40 begun"
    else:
        text = (
            f"{result.seconds:.0f} s for {len(result.state.members)} routers; longest chain {result.chain} x single "
            f"{result.single:.0f} s, so {result.times_chain:.2f} of that"
        )
    return "; ".join((text, *result.unmet)), not result.unmet


def killed(folder: Path, victim: Victim) -> tuple[str, bool]:
    """Kill *victim* while six routers are recovered over three workers; return the same as `recovered`."""
    result = survive(folder, gates(2), victim)
    is_once = set(result.claims.values()) == set(result.started.values()) == {1} and not result.damage
    is_known = set(result.first.values()) <= {"recovered", "unknown"}
    is_proven = set(result.last.values()) == {"recovered"} and len(result.last) == 6
    unknown = list(result.first.values()).count("unknown")
    return f"{unknown} unknown, then {len(result.last)} proven, claims {sum(result.claims.values())}", (
        is_once and is_known and is_proven
    )


def main() -> None:
    """Run the drills named, else all."""
    failed = False
    for name in sys.argv[1:] or DRILLS:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="oob-region-") as folder:
            if name in ("region", "canary"):
                text, is_so = recovered(Path(folder), failing=name == "canary")
            elif name == "cluster":
                text, is_so = recovered(Path(folder), engines=over_workers)
            else:
                text, is_so = killed(Path(folder), cast(Victim, name))
        failed |= not is_so
        print(
            f"{name:<10} {'OK  ' if is_so else 'FAIL'} {text} ({time.monotonic() - started:.0f} s in all)", flush=True
        )
    sys.exit(failed)


if __name__ == "__main__":
    main()
