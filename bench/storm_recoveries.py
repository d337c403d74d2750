"""Whole recoveries on virtual lines inside storms: false words of another operator, and whether a real one is noticed.

python bench/storm_recoveries.py [--tries 100] [--lines NAME,...] [--typist 'show clock']

A router is broken by two lines of configuration and recovered, in time that passes only while it is waited for; each
try begins in another phase of the storm. With --typist another operator types that command once, at another moment of
each try.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.storms import LINES, Storm, stepped
from oob.backup.catalogue import Catalogue
from oob.clock import Clock
from oob.deadline import Deadline
from oob.device import session
from oob.errors import OobError
from oob.events import PAUSE, Event, Events
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.home import Home
from oob.recovery.api import recover, take_backup
from oob.recovery.context import Collaborators, RunOptions
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.url import ConsoleURL
from tests.console.virtual import VirtualConsole
from tests.recovery.credentials import Credentials

BREAK = ("ip route 203.0.113.0 255.255.255.0 Null0", "no ip route 10.99.0.0 255.255.0.0 Null0")
TYPED_WITHIN = 36.0  # seconds: a recovery over the quickest line that is typed on takes longer
ENTRY = InventoryDevice(name="edge1", platform="cisco_ios", paths=(ConsolePath(url="tcp://127.0.0.1:1", name="line"),))


@dataclass
class Recovered:
    """The outcome of one recovery, its seconds, whether it saw another operator, and whether there was one."""

    outcome: str
    seconds: float
    is_seen: bool
    is_typed: bool


@dataclass
class _Typist:
    device: VirtualConsole
    command: str
    typed: list[float] = field(default_factory=list)

    def type(self) -> None:
        self.typed.append(self.device.clock.now())
        self.device.line_to.type(f"{self.command}\r".encode())


def clock_of(device: VirtualConsole) -> Clock:
    """Return the clock of a run in the time of *device*; threads wait in real time and move nothing."""

    def pause(until: threading.Event, seconds: float) -> bool:
        return until.wait()

    return Clock(utc=device.clock.utc, monotonic=device.clock.now, wait=device.clock.advance, pause=pause)


def one(storm: Storm, phase: float, command: str, moment: float) -> Recovered:
    """Break a router, and recover it in the *storm*; *command* is typed by another operator at *moment*, "" never."""
    with tempfile.TemporaryDirectory() as folder:
        device = VirtualConsole(Path(folder) / "router", baud=storm.baud, round_trip=storm.round_trip)
        typist = _Typist(device, command)
        said: list[Event] = []
        home = Home(Path(folder) / "home")
        collaborators = Collaborators(
            home=home, secrets=Credentials(), operator="ada", events=Events(said.append), clock=clock_of(device)
        )

        def opened(url: str | ConsoleURL, deadline: Deadline, access: Access | None = None) -> Transport:
            return device

        session.open_url = opened  # the line of this try, whatever the path says
        with stepped(device.clock):
            prepare(device, home, lambda: take_backup(ENTRY, collaborators))
            begin(device, storm, phase)
            said.clear()
            if command:
                device.clock.call_later(moment, typist.type)
            started = device.clock.now()
            try:
                outcome = f"exit {recover(ENTRY, collaborators, RunOptions(converge=10, reopen=60)).exit_code}"
            except OobError as error:
                outcome = f"{type(error).__name__}: {error}"[:80]
            seconds = device.clock.now() - started
    is_seen = any(event.name == PAUSE.started or "not ours" in event.text for event in said)
    return Recovered(outcome=outcome, seconds=seconds, is_seen=is_seen, is_typed=bool(typist.typed))


def prepare(device: VirtualConsole, home: Home, back_up: Callable[[], object]) -> None:
    """Take a baseline of the router, and break it."""
    back_up()
    Catalogue(home.backups).mark_good(ENTRY.name, by="ada")
    console = device.console()
    console.open()
    console.go("config")
    console.paste(BREAK)
    console.go("enable")
    console.leave()


def begin(device: VirtualConsole, storm: Storm, phase: float) -> None:
    """Begin the *storm*, *phase* seconds later."""
    if storm.delay:
        device.faults.ask("aaa", {"mode": "dead", "authorization_delay": storm.delay})
    device.clock.advance(phase)
    if storm.every:
        device.storm(storm.every)


def row(name: str, tries: int, command: str) -> str:
    """Recover *tries* times on the line *name* and return its row of the table."""
    moments = (random.Random(number).uniform(0.5, TYPED_WITHIN) for number in range(tries))
    results = [one(LINES[name], 0.137 * n + 0.01, command, moment) for n, moment in enumerate(moments)]
    ended = ", ".join(f"{count} {outcome}" for outcome, count in Counter(one.outcome for one in results).items())
    false = sum(one.is_seen and not one.is_typed for one in results)
    noticed = f"{sum(one.is_seen and one.is_typed for one in results)} of {sum(one.is_typed for one in results)}"
    seconds = statistics.median(one.seconds for one in results)
    return f"| {name} | {tries} | {ended} | {seconds:.0f} s | {false} | {noticed} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=10)
    parser.add_argument("--lines", default=",".join(LINES))
    parser.add_argument("--typist", default="", metavar="COMMAND")
    chosen = parser.parse_args()
    print("| line | tries | ended | median | false operators | noticed |\n|---|---|---|---|---|---|")
    for name in chosen.lines.split(","):
        print(row(name, chosen.tries, chosen.typist), flush=True)


if __name__ == "__main__":
    main()
