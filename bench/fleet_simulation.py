"""Recovers fleets of up to 50,000 simulated devices: what ordering them costs, and that no rule is broken on the way.

The recovery of a device is a double that ends as a lot draws, on a virtual clock. The order, the caps, the claims on
the disk, the stop rules, the scheduler and the journal are the real ones.

python -m bench.fleet_simulation [COUNT...]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from oob.fleet.rules import StopRules
from tests.fleet.simulation import simulate

COUNTS = (1_000, 5_000, 10_000, 25_000, 50_000)


def measured(count: int) -> tuple[float, float, float]:
    """Return wall seconds, processor seconds and MB of one simulated recovery of *count* devices."""
    with tempfile.TemporaryDirectory(prefix="oob-fleet-") as folder:
        started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
        simulate(count, Path(folder) / "f")
        wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, spent, after.ru_maxrss / 1024


def main() -> None:
    """Print a row a size: seconds and milliseconds a device, with the checks included."""
    for count in [int(one) for one in sys.argv[1:]] or COUNTS:
        wall, spent, memory = measured(count)
        each = f"{1000 * wall / count:.2f} ms wall and {1000 * spent / count:.2f} ms CPU a device"
        print(f"{count:>6} devices: {wall:7.1f} s, {each}, {memory:.0f} MB", flush=True)
    with tempfile.TemporaryDirectory(prefix="oob-fleet-") as folder:
        stand = simulate(10_000, Path(folder) / "f", failing=0.05, rules=StopRules(failed_in_wave=25))
        print(f"10,000 devices of which 5 % fail: {stand.state.halted}; {len(stand.begun())} begun, none after that")


if __name__ == "__main__":
    main()
