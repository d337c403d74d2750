"""A home's own post-recovery checks."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from oob.clock import Clock
from oob.errors import UsageError
from oob.inventory.device import InventoryDevice
from oob.recovery.after.aftercare import go_through
from oob.recovery.after.own import from_here, own_checks
from oob.recovery.api import recover
from tests.recovery.authority.test_prometheus import Api, since
from tests.recovery.conftest import Site
from tests.recovery.run.test_run import QUICK

EDGE = InventoryDevice(name="edge1", groups=("branch",))


def checks(home: Path, **said: list[dict[str, object]]) -> Path:
    home.mkdir(exist_ok=True)
    (home / "checks.yaml").write_text(yaml.safe_dump(said))
    return home


def test_commands_of_the_home_are_compared_on_the_device_after_a_recovery(site: Site) -> None:
    site.broken("core1")
    outcome = recover(site.entry("core1"), site.means(), QUICK)
    version = {"run": "show version", "expect": "(?i)junos"}
    checks(site.home.path, core1=[version, {"run": "show version", "expect": "nonsense"}])

    points = {point.text: point for point in go_through(outcome.run, site.entry("core1"), site.means())}

    assert points["own check: 'show version' prints '(?i)junos'"].standing == "yes"
    assert points["own check: 'show version' prints 'nonsense'"].standing == "no"
    assert points["health is not worse than in the baseline"].standing == "yes"


def test_urls_ports_and_queries_are_asked_from_here(tmp_path: Path) -> None:
    server = Api(since(9, 5.0, 12.0))
    try:
        said = {"urls": [server.url], "queries": {}, "timeout": 2}
        with socket.create_server(("127.0.0.1", 0)) as open_port:
            port = open_port.getsockname()[1]
            own = [
                {"port": f"127.0.0.1:{port}"},
                {"query": "errors", "most": 20},
                {"query": "errors", "most": 10},
                {"url": f"{server.url}/?start=1&end=2&query=x", "expect": "success"},
                {"url": f"{server.url}/?start=1&end=2&query=x", "expect": "nonsense"},
            ]
            home = checks(tmp_path, all=own)
            (home / "figures.yaml").write_text(yaml.safe_dump(said))
            found = list(from_here(home, own_checks(home, EDGE), Clock()))
    finally:
        server.stop()
    assert [point.standing for point in found] == ["yes", "yes", "no", "yes", "no"]
    assert found[2].why == "it is 12"
    closed = list(from_here(home, own_checks(checks(tmp_path, all=own[:1]), EDGE), Clock()))
    assert [point.standing for point in closed] == ["no"]


def test_the_checks_of_all_of_groups_and_of_the_device_count(tmp_path: Path) -> None:
    home = checks(
        tmp_path, all=[{"port": "a:1"}], branch=[{"port": "b:1"}], edge1=[{"port": "c:1"}], edge2=[{"port": "edge2:1"}]
    )
    assert [check.port for check in own_checks(home, EDGE)] == ["a:1", "b:1", "c:1"]
    assert own_checks(home, replace(EDGE, name="edge2", groups=()))[1].port == "edge2:1"


@pytest.mark.parametrize(
    ("check", "why"),
    [
        ({"run": "reload", "expect": "x"}, "may change the device"),
        ({"run": "show running-config | redirect flash:x", "expect": "x"}, "may change the device"),
        ({"run": "show version"}, "a command needs what to expect"),
        ({"url": "http://192.0.2.1", "port": "192.0.2.1:80"}, "a check has one of run, url, port, query"),
    ],
)
def test_a_check_that_may_change_something_or_says_nothing_is_refused(
    tmp_path: Path, check: dict[str, object], why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        own_checks(checks(tmp_path, all=[check]), EDGE)
