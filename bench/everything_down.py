"""The drill *everything-down*, as often as asked (10), each time watched: DNS packets, secrets in arguments and files.

Needs root; see `make test-real`. The exit status counts the drills that were not proven, or not clean.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from oob.lab.real.console_servers import PASSWORD
from oob.lab.real.router import PASSWORDS
from oob.lab.real.watch import DnsWatch

CANARIES = (PASSWORD, *PASSWORDS.values())
OOB = (sys.executable, "-c", "from oob.cli.main import main; main()")


def main() -> None:
    """Print a row per drill."""
    print(f"{'drill':>6}{'proven':>8}{'drill s':>9}{'recovery s':>12}{'bytes':>8}{'DNS':>5}{'secrets':>9}", flush=True)
    failed = 0
    for number in range(1, int(sys.argv[1]) + 1 if sys.argv[1:] else 11):
        with tempfile.TemporaryDirectory(prefix="oob-bench-") as scratch:
            folder = Path(scratch) / "home"
            started = time.monotonic()
            with DnsWatch(Path(scratch), CANARIES) as watch:
                done = watch.run([*OOB, "drill", "everything-down", "--json", "--keep", str(folder)])
            taken = time.monotonic() - started
            said: dict[str, Any] = json.loads(done.stdout or '{"passed": false, "unmet": [], "scorecards": []}')
            card = next(iter(said["scorecards"]), {"seconds": 0, "bytes_in": 0, "bytes_out": 0})
            leaks = [*sorted(watch.leaks), *map(str, watch.leaking(folder))]
            is_clean = not done.returncode and said["passed"] and not watch.questions and not leaks
            failed += not is_clean
            row = f"{number:6}{'yes' if said['passed'] else 'NO':>8}{taken:9.0f}{card['seconds']:12.0f}"
            row += f"{card['bytes_in'] + card['bytes_out']:8}{len(watch.questions):5}{len(leaks):9}"
            print(row, flush=True)
            if not is_clean:
                print(*said["unmet"], *watch.questions, *leaks, done.stderr, sep="\n")
    sys.exit(failed)


if __name__ == "__main__":
    main()
