"""Nornir runs oob's tasks on the virtual routers, from its own inventory files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from nornir import InitNornir
from nornir.core import Nornir

from oob.adapters import nornir as tasks
from oob.backup.catalogue import Catalogue
from oob.errors import InventoryError, LoginRefused
from oob.lab.control import Lab, LabRouter
from oob.recovery.context import RunOptions


def started(folder: Path, hosts: dict[str, Any], **options: Any) -> Nornir:
    """Return a Nornir on SimpleInventory files; what all hosts share is in the defaults."""
    options = {"extras": {"enable": "oob-lab", "home": str(folder / "home")}, **options}
    defaults = {"username": "ops", "password": "oob-lab", "connection_options": {"oob": options}}
    files = {"hosts": hosts, "groups": {}, "defaults": defaults}
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content))
    return InitNornir(
        inventory={
            "plugin": "SimpleInventory",
            "options": {
                "host_file": str(folder / "hosts.yaml"),
                "group_file": str(folder / "groups.yaml"),
                "defaults_file": str(folder / "defaults.yaml"),
            },
        },
        logging={"enabled": False},
    )


def host(router: LabRouter, path: int) -> dict[str, Any]:
    return {"platform": router.platform, "data": {"oob": {"paths": [router.consoles[path]]}}}


def test_a_command_runs_on_all_hosts_at_once(lab: Lab, path: int, tmp_path: Path) -> None:
    with started(tmp_path, {router.name: host(router, path) for router in lab.routers}) as nornir:
        results = nornir.run(task=tasks.run, command="show version")
        assert not results.failed
        assert "edge1 uptime is" in results["edge1"].result
        assert "Hostname: core1" in results["core1"].result
        again = nornir.run(task=tasks.run, command="show version")
        assert "edge1 uptime is" in again["edge1"].result


def test_backup_verify_break_and_recover(edge: LabRouter, tmp_path: Path) -> None:
    with started(tmp_path, {"edge1": host(edge, 1)}) as nornir:
        nornir.run(task=tasks.run, command="write memory")
        kept = nornir.run(task=tasks.backup, reason="baseline")["edge1"].result
        Catalogue(tmp_path / "home" / "backups").mark_good("edge1", kept.manifest.id, by="test")
        assert nornir.run(task=tasks.verify)["edge1"].result.is_proven

        nornir.run(task=tasks.run, command="show clock")
        nornir.inventory.hosts["edge1"].get_connection("oob", nornir.config).paste(
            ["no ip route 198.51.100.0 255.255.255.0 192.168.10.10"]
        )
        broken = nornir.run(task=tasks.verify, choices=RunOptions(converge=0))
        assert broken.failed
        assert not broken["edge1"].result.is_proven
        nornir.data.reset_failed_hosts()

        recovered = nornir.run(task=tasks.recover, choices=RunOptions(reason="a route is gone"))["edge1"]
        assert recovered.changed
        assert recovered.result.is_recovered


def test_a_host_whose_login_is_refused_fails_alone(lab: Lab, tmp_path: Path) -> None:
    hosts = {router.name: host(router, 0) for router in lab.routers}
    hosts["edge1"]["password"] = "wrong"
    with started(tmp_path, hosts) as nornir:
        results = nornir.run(task=tasks.run, command="show version")
        assert set(results.failed_hosts) == {"edge1"}
        assert isinstance(results["edge1"].exception, LoginRefused)


def test_each_key_of_the_block_is_inherited_by_itself_and_a_wrong_one_is_named(edge: LabRouter, tmp_path: Path) -> None:
    hosts = {"edge1": host(edge, 0), "odd": {"data": {"oob": {"path": []}}}}
    nornir = started(tmp_path, hosts)
    nornir.inventory.defaults.data["oob"] = {"paths": ["tcp://192.0.2.1:1"], "expect": {"serial": "FCZ2711R0AB"}}
    entry, means = tasks._free(nornir.inventory.hosts["edge1"])
    assert [path.url for path in entry.paths] == [edge.consoles[0]]
    assert entry.expect.serial == "FCZ2711R0AB"
    assert means.secrets.enable == "oob-lab"
    with pytest.raises(InventoryError, match=r"odd\.data\.oob\.path: .*did you mean paths"):
        tasks._free(nornir.inventory.hosts["odd"])


def test_the_plug_in_alone_takes_the_block_as_its_extras(edge: LabRouter, tmp_path: Path) -> None:
    extras = {"paths": [edge.consoles[1]], "enable": "oob-lab", "home": str(tmp_path)}
    with started(tmp_path, {"edge1": {"platform": edge.platform}}, extras=extras) as nornir:
        connection = nornir.inventory.hosts["edge1"].get_connection("oob", nornir.config)
        assert connection.device.hostname == "edge1"
