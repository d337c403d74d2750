"""A trial that only its own session may confirm, on IOS-XR, when the way to that session is lost and found again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from oob.backup.catalogue import Catalogue
from oob.errors import Interrupted
from oob.events import Event
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.home import Home
from oob.lab.control import lab_up
from oob.lab.topology import PortSpec, Topology, five_topology
from oob.recovery.api import recover, resume, take_backup
from oob.recovery.context import RunOptions
from tests.recovery.conftest import Site

QUICK = RunOptions(converge=5.0, reopen=30.0)
CHANGE = ("router static", "address-family ipv4 unicast", "192.0.2.0/24 Null0", "exit", "exit", "commit")


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A lab of one IOS-XR router on a fast serial line, with a baseline."""
    folder = tmp_path_factory.mktemp("provider")
    router = next(router for router in five_topology().routers if router.name == "pe1")
    fast = {**router.settings, "commit_seconds": 0.2}
    router = replace(router, baud=0, ports=(PortSpec(kind="pty"),), receive_buffer=65536, settings=fast)
    with lab_up(folder / "lab", Topology(routers=(router,)), owned=True) as lab:
        site = Site(lab, Home(folder / "home"))
        take_backup(entry(site), site.means())
        Catalogue(site.home.backups).mark_good("pe1", by="ada")
        yield site


def entry(site: Site) -> InventoryDevice:
    router = site.lab.router("pe1")
    return InventoryDevice(name="pe1", platform="cisco_xr", paths=(ConsolePath(url=router.consoles[0], name="serial"),))


def armed(site: Site, run: str) -> list[str]:
    """Return how the run's attempts ended, and see that only one timer was armed in it."""
    entries = site.journal(run).entries
    steps = [entry for entry in entries if entry.event == "step.started" and entry.marks["arms"]]
    assert len(steps) == 1
    return [str(entry.marks["verdict"]) for entry in entries if entry.event == "attempt.ended"]


def press_ctrl_c(event: Event) -> None:
    if event.name == "proof.started":
        raise KeyboardInterrupt


def test_a_session_that_outlives_its_line_confirms_its_own_trial(provider: Site) -> None:
    provider.type("pe1", CHANGE)
    provider.lab.fault("pe1", "drop", seconds=1.0, when={"line": "commit confirmed"})

    outcome = recover(entry(provider), provider.means(), QUICK)

    assert outcome.exit_code == 0
    assert armed(provider, outcome.run) == ["proven"]


def test_a_run_that_was_interrupted_in_its_trial_is_resumed_in_the_same_session(provider: Site) -> None:
    provider.type("pe1", CHANGE)
    means = provider.means()
    means.events.subscribe(press_ctrl_c)
    with pytest.raises(Interrupted):
        recover(entry(provider), means, QUICK)
    run = max(provider.home.runs.iterdir()).name

    outcome = resume(run, entry(provider), provider.means())

    assert outcome.exit_code == 0
    assert armed(provider, run) == ["proven"]
