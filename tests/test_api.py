"""oob as a library, on a lab of virtual routers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import oob
from oob.backup.catalogue import Catalogue
from oob.lab.control import Lab, LabRouter, lab_up
from oob.lab.topology import default_topology


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabRouter]:
    topology = default_topology()
    for one in topology.routers:
        topology = topology.with_router(one.name, baud=0)
    lab: Lab
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab.router("edge1")
        lab.down()


def connected(router: LabRouter, home: Path) -> oob.Connection:
    return oob.connect(
        router.console("serial"),
        platform=router.platform,
        name="edge1",
        username=router.username,
        password=router.password,
        enable=router.secret,
        home=home,
    )


def test_run_paste_and_routes(router: LabRouter, tmp_path: Path) -> None:
    with connected(router, tmp_path) as device:
        assert "edge1 uptime is" in device.run("show version").text
        assert device.paste(["interface Loopback7", " description made by a script"]).errors == ()
        assert "10.255.0.1/32" in {route.prefix for route in device.routes().routes}
        device.paste(["no interface Loopback7"])


def test_backup_change_and_recover(router: LabRouter, tmp_path: Path) -> None:
    with connected(router, tmp_path) as device:
        device.run("write memory")
        backup = device.backup(reason="baseline")
        assert "edge1" in device.run("show running-config | include hostname").text  # the session is still open
    Catalogue(tmp_path / "backups").mark_good("edge1", backup.manifest.id, by="test")
    with connected(router, tmp_path) as device:
        device.paste(["no router ospf 1"])
        outcome = device.recover()

    assert outcome.is_recovered
    assert outcome.exit_code == 0


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        oob.nothing  # noqa: B018 - asking for it is the test
