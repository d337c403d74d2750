"""Backups taken over lines that lose and garble bytes, and how many of them are wrong and called verified.

`python -m tests.recovery.lossy 200` prints the table: so many takes at each rate, of each platform.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.device.device import Device
from oob.errors import OobError
from oob.events import Events
from oob.lab.line import LineNoise
from oob.profile.store import load
from oob.recovery.ladder.difference import comparable
from oob.recovery.proof.observe import Collection, take
from oob.recovery.proof.prove import neighbours_up
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport, opened
from tests.lab.nos import ios_desk, junos_desk

RATES = (500, 1000, 2000, 5000)
KINDS = {"loss": lambda rate: LineNoise(loss=1 / rate), "garble": lambda rate: LineNoise(garble=1 / rate)}
QUIET = LineNoise()


class Noisy(DeskTransport):
    """A desk on a line with *noise* in both directions."""

    noise = QUIET
    chance = random.Random(0)

    def read(self, max_bytes: int, timeout: float) -> bytes:
        return self.noise.spoil(super().read(max_bytes, timeout), self.chance)

    def write(self, data: bytes, timeout: float) -> None:
        super().write(self.noise.spoil(data, self.chance), timeout)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one take: `failed`, `unverified`, `right` or `WRONG`, which has *parts* called verified."""

    verdict: str
    parts: tuple[str, ...] = ()


def bench(platform: str, folder: Path) -> tuple[Noisy, Credentials]:
    """Return a router of *platform* on a desk, and who may log in."""
    if platform == "cisco_ios":
        ios = ios_desk.Desk(folder)
        transport = Noisy(ios.router, ios.clock, ios.screen)
        return transport, Credentials(username="ops", password=ios_desk.SECRET, enable=ios_desk.SECRET)
    junos = junos_desk.Desk(folder)
    junos.on()
    return Noisy(junos.router, junos.clock, junos.output), Credentials(username="lab", password="lab123")


def takes(platform: str, noise: LineNoise, count: int, folder: Path, seed: int = 1) -> Iterator[Result]:
    """Take *count* backups of a router of *platform* over a line with *noise*, each as the first one of its device."""
    transport, login = bench(platform, folder)
    truth = _take(opened(transport, platform, login), folder / "true")
    for number in range(count):
        transport.noise, transport.chance = QUIET, random.Random(f"{seed} {number}")
        device = opened(transport, platform, login)
        transport.noise = noise
        try:
            kept = _take(device, folder / f"home{number}")
            yield _judge(truth, kept)
        except OobError:
            yield Result("failed")
        transport.noise = QUIET


def _take(device: Device, home: Path) -> Backup:
    return take(device, Catalogue(home), Collection(name="r1"), Events().emit)


def _judge(truth: Backup, kept: Backup) -> Result:
    profile = load(kept.manifest.platform)
    parts = {
        "configuration": lambda one: (
            comparable(profile, one.configuration),
            comparable(profile, one.configuration_set),
        ),
        "routes": lambda one: frozenset(one.routes),
        "neighbours": lambda one: neighbours_up(profile, one.neighbours_text),
        "facts": lambda one: [one.facts[name] for name in ("hostname", "serial", "version", "model", "fingerprint")],
    }
    wrong = tuple(part for part, of in parts.items() if of(truth) != of(kept))
    claimed = getattr(kept.manifest, "verified", None)
    claimed = parts if claimed is None else claimed
    if false := tuple(part for part in wrong if part in claimed):
        return Result("WRONG", false)
    return Result("right" if set(parts) <= set(claimed) else "unverified")


def main(count: int) -> None:
    """Print the table."""
    for platform in ("cisco_ios", "juniper_junos"):
        for kind, noise in KINDS.items():
            for rate in RATES:
                with tempfile.TemporaryDirectory() as folder:
                    results = list(takes(platform, noise(rate), count, Path(folder)))
                verdicts = Counter(result.verdict for result in results)
                parts = Counter(part for result in results for part in result.parts)
                shown = "  ".join(f"{name} {verdicts[name]:>3}" for name in ("right", "unverified", "failed", "WRONG"))
                print(f"{platform:<14} {kind:<7} 1/{rate:<5} {shown}  {dict(parts) or ''}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
