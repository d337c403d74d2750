"""Log storms, a debug flood and slow AAA on virtual lines: hangs, wrong results, and time against a quiet line.

python bench/storms.py [--tries 50] [--lines NAME,...]

The bytes are those of the lab's routers and lines; the clock moves only while it is waited for, so that hours of storm
take minutes. Each try begins in another phase of the storm. A hang is what takes more than LIMIT seconds beside the
delay of its lines, wrong an error, a refused or repeated line, or an output other than the quiet line's. `quiet x` is
the median time as a multiple of the same on the same line without messages or delay; `taken x` is what the messages
alone take of the line's time.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from oob.console.console import Console
from oob.errors import OobError
from oob.lab.clock import SteppedClock
from tests.console.virtual import STORM, VirtualConsole

LIMIT = 600.0
PASTED = [f"ip prefix-list STORM seq {5 * n} permit 10.9.{n}.0/24" for n in range(1, 41)]
MESSAGE = len(STORM["cisco_ios"]) + 24  # bytes with its time stamp and line ends
DEBUG = 96  # bytes of a line of debug


@dataclass(frozen=True)
class Storm:
    """A line of *baud* and *round_trip* seconds, a message *every* so many seconds, *delay* seconds a command (AAA)."""

    baud: int
    every: float = 0.0
    round_trip: float = 0.0
    delay: float = 0.0

    @property
    def quiet(self) -> Storm:
        """The same line without messages and delay."""
        return replace(self, every=0.0, delay=0.0)

    @property
    def limit(self) -> float:
        """The seconds after which an act hangs: each of the lines of a paste may take its delay."""
        return LIMIT + 1.5 * self.delay * len(PASTED)

    @property
    def share(self) -> float:
        """The share of the line that the messages take."""
        return MESSAGE * 10 / self.baud / self.every if self.every else 0.0


LINES = {
    "storm-115200": Storm(baud=115200, every=0.05),
    "storm-9600": Storm(baud=9600, every=0.4),
    "flood-80": Storm(baud=115200, every=MESSAGE * 10 / 115200 / 0.8),
    "far-600": Storm(baud=115200, every=0.31, round_trip=0.6),
    "far-600-9600": Storm(baud=9600, every=1.0, round_trip=0.6),
    "aaa-6": Storm(baud=9600, delay=6.0),
    "aaa-12": Storm(baud=9600, delay=12.0),
    "aaa-20": Storm(baud=9600, delay=20.0),
    "aaa-6-storm": Storm(baud=9600, every=0.4, delay=6.0),
}


@dataclass
class Result:
    """The seconds of each act of the tries that ended, by its name; *said* are false words of another operator."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    hangs: int = 0
    wrong: list[str] = field(default_factory=list)
    said: int = 0


@contextmanager
def stepped(clock: SteppedClock) -> Iterator[None]:
    """Have the program see *clock*."""
    real = time.monotonic
    time.monotonic = clock.now
    try:
        yield
    finally:
        time.monotonic = real


def acts(console: Console) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is timed, in order."""
    yield "connect", console.open
    yield "run", lambda: console.run("show ip route")
    yield "paste", lambda: paste(console)
    yield "leave", console.leave


def paste(console: Console) -> None:
    """Paste 40 lines; raises RuntimeError where one was refused or sent again."""
    console.go("config")
    pasted = console.paste(PASTED)
    if pasted.errors or pasted.resent or pasted.garbled:
        raise RuntimeError(f"{len(pasted.errors)} refused, {pasted.resent} sent again, {len(pasted.garbled)} garbled")


def one(storm: Storm, phase: float, result: Result, output: str) -> str:
    """Try all acts once, with the storm *phase* seconds old; return the output of the command."""
    with tempfile.TemporaryDirectory() as folder:
        device = VirtualConsole(Path(folder), baud=storm.baud, round_trip=storm.round_trip)
        if storm.every:
            device.storm(storm.every)
        if storm.delay:
            device.faults.ask("aaa", {"mode": "dead", "authorization_delay": storm.delay})
        device.clock.advance(phase)
        said: list[str] = []
        console = device.console(said.append)
        with stepped(device.clock):
            shown = timed(console, result, output, storm.limit)
        result.said += sum("types" in text or "in use" in text for text in said)
        return shown


def timed(console: Console, result: Result, output: str, limit: float) -> str:
    """Carry out the acts and note their times; return what the command printed."""
    shown = ""
    for name, act in acts(console):
        started = time.monotonic()
        try:
            found = act()
        except (OobError, RuntimeError) as error:
            result.wrong.append(f"{name}: {error}"[:160])
            return shown
        taken = time.monotonic() - started
        result.seconds.setdefault(name, []).append(taken)
        result.hangs += taken > limit
        if name == "run":
            shown = found.text  # type: ignore[attr-defined]  # of an Output
            if output and shown != output and not found.doubtful:  # type: ignore[attr-defined]
                result.wrong.append(f"run: {len(shown)} characters in place of {len(output)}, and not doubtful")
    return shown


def tries(storm: Storm, count: int, output: str = "") -> tuple[Result, str]:
    """Return the result of *count* tries, and the last output."""
    result, shown = Result(), output
    for number in range(count):
        shown = one(storm, number * 0.137 + 0.01, result, output) or shown
    return result, shown


def row(name: str, storm: Storm, count: int) -> str:
    """Measure one line and return its row of the table."""
    quiet, output = tries(storm.quiet, 1)
    result, _ = tries(storm, count, output)
    cells = []
    for act in ("connect", "run", "paste"):
        base = quiet.seconds[act][0]
        times = result.seconds.get(act, [])
        ratio = statistics.median(times) / base if times else float("nan")
        cells.append(f"{statistics.median(times):6.1f} s {ratio:5.2f} x" if times else "-")
    free = 1 / (1 - storm.share) if storm.share < 1 else float("inf")
    counts = f"{count} | {result.hangs} | {len(result.wrong)}"
    first = f"\n    {result.wrong[0]}" if result.wrong else ""
    return f"| {name} | {counts} | {' | '.join(cells)} | {free:.2f} | {result.said} |{first}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=50)
    parser.add_argument("--lines", default=",".join(LINES))
    chosen = parser.parse_args()
    heads = "line|tries|hangs|wrong|connect, quiet x|run, quiet x|paste, quiet x|taken x|false operators"
    print(f"| {heads.replace('|', ' | ')} |\n|{'---|' * 9}")
    for name in chosen.lines.split(","):
        print(row(name, LINES[name], chosen.tries), flush=True)


if __name__ == "__main__":
    main()
