"""What becomes of a fleet over jump hosts when one of its processes is killed in the middle of a recovery."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from oob.cli.commands.fleet import command
from oob.drill.change import break_routing, take_baselines
from oob.events import Events
from oob.fleet.claims import FOLDER
from oob.fleet.region import LabRegion, RegionLab, RegionSite
from oob.lab.real.process import wait_until
from oob.recovery.record import events
from oob.recovery.record.journal import NAME, JournalEntry, read
from tests.fleet.cluster import Cluster

Victim = Literal["worker", "scheduler", "client", "none"]
PATIENCE = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survived:
    """The endings that the first execution reported, those after a resume, and how often each device was begun."""

    first: Mapping[str, str]
    last: Mapping[str, str]
    claims: Counter[str]
    started: Counter[str]
    confirmed: Counter[str]
    damage: tuple[str, ...]


def gates(count: int, names: Sequence[str] = ("north", "south", "west")) -> LabRegion:
    """Return a region of three sites with *count* routers each, none of which needs another."""
    sites = (
        RegionSite(
            name=name, number=number, gates=tuple(f"gate{count * (number - 1) + one + 1}" for one in range(count))
        )
        for number, name in enumerate(names, 1)
    )
    return LabRegion(sites=tuple(sites), is_whole=False, baud=0, round_trip_ms=5.0)


@contextmanager
def broken(folder: Path, region: LabRegion) -> Iterator[RegionLab]:
    """Yield the lab of *region* whose routers are broken, with their baselines in its home."""
    with RegionLab(folder, region, Events()) as stage:
        take_baselines(stage)
        break_routing(stage)
        yield stage


def survive(folder: Path, region: LabRegion, victim: Victim) -> Survived:
    """Recover *region* over a worker a site, kill *victim* once a device is being changed, and resume the fleet."""
    with broken(folder / "desk", region) as stage:
        plan = folder / "plan.yaml"
        made = ["plan", "--all", "--no-canary", "--stop-percent", "100", "--stop-failed", "99", "-o", str(plan)]
        command.main([*made, "--home", str(stage.home.path)], standalone_mode=False)
        with Cluster(folder / "cluster", stage.home.path, [site.name for site in region.sites]) as cluster:
            client = cluster.client("fleet", "recover", str(plan))
            site = cluster.sites[-1]
            home = cluster.folder / f"home-{site}"
            if victim != "none":
                wait_until(lambda: _is_changing(home), seconds=PATIENCE)
            _kill(cluster, victim, site, client.process.pid, client.kill)
            client.process.wait(PATIENCE)
            first = _endings(client.said()) if victim != "client" else {}
            _restart(cluster, victim, site)
            last = _resumed(cluster)
            return replace(_counted(cluster.homes()), first=first, last=last)


def _kill(cluster: Cluster, victim: Victim, site: str, pid: int, kill_client: Any) -> None:
    if victim == "worker":
        cluster.workers[site].kill()
    elif victim == "scheduler":
        cluster.scheduler.kill()
    elif victim == "client":
        kill_client()


def _restart(cluster: Cluster, victim: Victim, site: str) -> None:
    if victim == "worker":
        cluster.start_worker(site)
    elif victim == "scheduler":
        cluster.start_scheduler()
        for process in cluster.workers.values():
            wait_until(lambda log=process: log.said().count("is there for") > 1, seconds=PATIENCE)


def _resumed(cluster: Cluster) -> dict[str, str]:
    client = cluster.client("fleet", "resume", "latest", "--failed")
    client.process.wait(PATIENCE)
    return _endings(client.said())


def _endings(said: str) -> dict[str, str]:
    document: dict[str, Any] = json.loads(said[said.index("\n{\n") :] if not said.startswith("{") else said)
    if "devices" not in document:
        raise AssertionError(said)
    return {one["device"]: one["ending"] for one in document["devices"]}


def _is_changing(home: Path) -> bool:
    return any(entry.event == events.STEP.started for entry in _entries(home))


def _entries(home: Path) -> Iterator[JournalEntry]:
    for path in home.glob(f"runs/*/{NAME}"):
        yield from read(path).entries


def _counted(homes: Iterable[Path]) -> Survived:
    claims: Counter[str] = Counter()
    started: Counter[str] = Counter()
    confirmed: Counter[str] = Counter()
    damage = []
    for home in homes:
        claims.update(path.name.split(".")[0] for path in home.glob(f"fleets/*/{FOLDER}/*.1.claim"))
        for entry in _entries(home):
            started[entry.device] += entry.event == events.RUN_STARTED
            confirmed[entry.device] += entry.event == events.CONFIRM.finished
        damage += [path.name for path in home.glob(f"runs/*/{NAME}") if read(path).damage]
    return Survived(first={}, last={}, claims=claims, started=started, confirmed=confirmed, damage=tuple(damage))
