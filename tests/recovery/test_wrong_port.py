"""A path that leads to another device: whatever is asked for, nothing is typed there but what identifies it."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import oob
from oob.adapters.line import reach
from oob.backup.catalogue import Catalogue
from oob.cli.main import main
from oob.drill.wrong_device import EDGE2
from oob.errors import WrongDevice
from oob.inventory import device as inventory
from oob.inventory.home import Home
from oob.inventory.inventory import Inventory
from oob.lab.control import lab_up
from oob.lab.topology import PortSpec, Topology, default_topology
from oob.profile.store import load
from oob.recovery.api import recover, resume, take_backup, verify
from oob.recovery.context import RunOptions
from oob.secret.credentials import Credentials
from tests.recovery.conftest import Site
from tests.recovery.two_ports import Port, beyond

QUICK = RunOptions(converge=5.0, reopen=1.0)
LOGIN = Credentials(username="ops", password="oob-lab", enable="oob-lab")
OTHER = {"edge1": "edge2", "core1": "core2"}
LINES = {"edge1": "interface Loopback77\n", "core1": "set system location building x\n"}
CORE2 = """system {
    host-name core2;
    root-authentication { encrypted-password "@PASSWORD@"; }
    login { user ops { class super-user; authentication { encrypted-password "@PASSWORD@"; } } }
}
"""


def topology() -> Topology:
    fast = default_topology()
    ports = (PortSpec(kind="tcp"),)
    core = next(router for router in fast.routers if router.name == "core1")
    core2 = replace(core, name="core2", serial="VM9ZZZ99ZZ", config=CORE2, cables={})
    fast = replace(fast, routers=(*fast.routers, EDGE2, core2))
    for name in ("edge1", "core1", "edge2", "core2"):
        settings = {"boot_seconds": 1, "commit_seconds": 0.2, "late_seconds": 0.5}
        fast = fast.with_router(name, baud=0, ports=ports, receive_buffer=65536, settings=settings)
    return fast


@dataclass
class Scene:
    """A device whose first path works until it is cut, and whose second one leads to another device."""

    site: Site
    name: str
    good: Port
    wrong: Port

    @property
    def entry(self) -> inventory.InventoryDevice:
        router = self.site.lab.router(self.name)
        paths = tuple(inventory.ConsolePath(url=port.url, name=n) for n, port in (("1", self.good), ("2", self.wrong)))
        expect = inventory.Expect(serial=router.serial, hostname=self.name)
        return replace(self.site.entry(self.name), paths=paths, expect=expect)

    @property
    def harm(self) -> bytes:
        """What was typed into the other device that does not only identify it."""
        return beyond(bytes(self.wrong.typed), load(self.entry.platform))

    def only_wrong(self) -> inventory.InventoryDevice:
        return replace(self.entry, paths=self.entry.paths[1:])

    def wrong_first(self) -> inventory.InventoryDevice:
        return replace(self.entry, paths=self.entry.paths[::-1])


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("wrong")
    with lab_up(folder / "lab", topology(), owned=True) as lab:
        site = Site(lab, Home(folder / "home"))
        for name in OTHER:
            take_backup(site.entry(name), site.means())
            Catalogue(site.home.backups).mark_good(name, by="ada")
        yield site


Scenes = Callable[[str], Scene]


@pytest.fixture
def scenes(standing: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scenes]:
    """Return what sets the scene for a device."""
    ports: list[Port] = []
    shutil.copytree(standing.home.backups, tmp_path / "home" / "backups")
    for name, value in (
        ("HOME", tmp_path / "home"),
        ("USERNAME", "ops"),
        ("PASSWORD", "oob-lab"),
        ("ENABLE", "oob-lab"),
    ):
        monkeypatch.setenv(f"OOB_{name}", str(value))

    def scene(name: str) -> Scene:
        ports.extend(Port(standing.lab.router(each).consoles[0]) for each in (name, OTHER[name]))
        return Scene(Site(standing.lab, Home(tmp_path / "home")), name, *ports)

    yield scene
    for port in ports:
        port.close()


def the_other(scene: Scene) -> str:
    """Return the configuration of the other device."""
    with scene.site.open(OTHER[scene.name]) as device:
        return device.configuration()


# --- every command

Act = Callable[[Scene, inventory.InventoryDevice], object]


def _cli(*words: str) -> Act:
    def act(scene: Scene, entry: inventory.InventoryDevice) -> None:
        home = scene.site.home
        Inventory([entry]).save(home)
        lines = home.path / "lines.txt"
        lines.write_text(LINES[scene.name])
        known = {"DEVICE": scene.name, "FILE": str(lines)}
        sys.argv = ["oob", *(known.get(word, word) for word in words)]
        with pytest.raises(SystemExit) as ended:
            main()
        if ended.value.code == WrongDevice.exit_code:
            raise WrongDevice("said by the command")
        assert ended.value.code in (None, 0)

    return act


def _api(scene: Scene, entry: inventory.InventoryDevice) -> None:
    urls = [path.url for path in entry.paths]
    home = scene.site.home.path
    with oob.connect(
        urls,
        platform=entry.platform,
        username="ops",
        password="oob-lab",
        enable="oob-lab",
        home=home,
        expect=entry.expect,
    ) as device:
        assert not device.paste(LINES[scene.name].splitlines()).errors


def _adapter(scene: Scene, entry: inventory.InventoryDevice) -> None:
    urls = [path.url for path in entry.paths]
    reach(urls, platform=entry.platform, login=LOGIN, expect=entry.expect).close()


COMMANDS: dict[str, Act] = {
    "oob run": _cli("run", "DEVICE", "show version"),
    "oob paste": _cli("paste", "DEVICE", "FILE"),
    "oob backup take": _cli("backup", "take", "DEVICE"),
    "take_backup": lambda scene, entry: take_backup(entry, scene.site.means()),
    "verify": lambda scene, entry: verify(entry, scene.site.means(), QUICK),
    "recover": lambda scene, entry: recover(entry, scene.site.means(), QUICK),
    "API": _api,
    "adapters": _adapter,
}


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_types_more_than_identification_into_another_device(
    scenes: Scenes, command: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [])
    scene = scenes(name)
    with pytest.raises(WrongDevice):
        COMMANDS[command](scene, replace(scene.entry, paths=scene.entry.paths[1:]))
    assert scene.wrong.typed
    assert scene.harm == b""


@pytest.mark.parametrize("command", ["oob run", "oob backup take", "recover"])
def test_a_first_path_to_another_device_gives_way_to_the_next(
    scenes: Scenes, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [])
    scene = scenes("edge1")
    COMMANDS[command](scene, replace(scene.entry, paths=scene.entry.paths[::-1]))
    assert scene.wrong.typed
    assert scene.harm == b""


# --- a recovery whose path is cut at each of its acts

# Every act was cut once (decision 0080); these stay: in the change itself, in its proof, and when it is saved.
CUTS = {
    "edge1": [rb"configure replace", rb"write memory"],
    "core1": [rb"commit confirmed", rb"show route"],
}


@pytest.mark.parametrize(("name", "cut"), [(name, cut) for name, cuts in CUTS.items() for cut in cuts])
def test_a_recovery_that_fails_over_to_another_device_types_nothing_there(
    scenes: Scenes, name: str, cut: bytes
) -> None:
    scene = scenes(name)
    scene.site.broken(name)
    before = the_other(scene)
    scene.good.last = re.compile(cut)
    with pytest.raises(WrongDevice):
        recover(scene.entry, scene.site.means(), QUICK)
    assert scene.good.is_dead
    assert scene.wrong.typed
    assert scene.harm == b""
    run = next(scene.site.home.runs.iterdir()).name
    assert resume(run, scene.site.entry(name), scene.site.means()).exit_code == 0
    assert the_other(scene) == before


def test_what_another_operator_left_half_typed_on_the_other_device_is_not_run(scenes: Scenes) -> None:
    scene = scenes("edge1")
    stranger = scene.site.open("edge2")
    stranger.console.stream.write(b"reload")
    stranger.drop()
    scene.good.last = re.compile(rb"show ip route")
    with pytest.raises(WrongDevice):
        recover(scene.entry, scene.site.means(), QUICK)
    assert scene.harm == b""
    scene.site.log_out("edge2")
