"""`oob probe` and `oob power` against real servers, as a person would call them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from oob.deadline import Deadline
from oob.lab.real.console_servers import PASSWORD
from oob.lab.real.process import free_port, wait_until
from oob.lab.real.site import Site
from oob.transport.access import Access, ServerLogin
from oob.transport.opening import open_url

PROGRAMS = ["ip", "vtysh", "agetty", "unshare", "ser2net", "sshd", "conserver", "ipmi_sim", "ipmitool", "socat"]


@pytest.fixture
def home(site: Site, tmp_path: Path) -> Path:
    (tmp_path / "ssh").mkdir()
    return tmp_path


def oob(home: Path, *words: str, password: str = PASSWORD) -> tuple[int, Any]:
    command = [sys.executable, "-c", "from oob.cli.main import main; main()", *words, "--home", str(home), "--json"]
    environment = {**os.environ, "OOB_SERVER_USERNAME": "ops", "OOB_SERVER_PASSWORD": password}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert password not in done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


def inventory(home: Path, site: Site, paths: list[dict[str, str]]) -> None:
    (home / "inventory").mkdir(exist_ok=True)
    entry = {"r1": {"platform": "frr", "data": {"oob": {"paths": paths}}}}
    (home / "inventory" / "hosts.yaml").write_text(json.dumps(entry))


def test_every_way_is_said_to_need_a_login(site: Site, home: Path) -> None:
    urls = site.servers["r1"].urls
    inventory(home, site, [{"url": url, "name": scheme, "carrier": scheme} for scheme, url in urls.items()])
    code, said = oob(home, "probe", "r1", "--accept-new-key")
    assert code == 0
    assert {row["name"]: row["verdict"] for row in said["paths"]} == dict.fromkeys(urls, "login needed")
    (warning,) = said["warnings"]  # all but the local line end at one address
    assert " depend on server 198.18." in warning


def test_what_keeps_a_path_from_being_used_is_told_apart(site: Site, home: Path) -> None:
    urls = site.servers["r1"].urls
    access = Access(server_login=ServerLogin(password=PASSWORD))
    with open_url(urls["sol"], Deadline(20), access):
        inventory(home, site, [{"url": urls[name], "name": name} for name in ("sol", "ssh")])
        code, said = oob(home, "probe", "r1")
        assert [row["verdict"] for row in said["paths"]] == ["busy", "wrong key"]  # its key is not known here
        assert code == 4
    inventory(
        home, site, [{"url": urls["console"], "name": "c"}, {"url": f"tcp://127.0.0.1:{free_port()}", "name": "t"}]
    )
    code, said = oob(home, "probe", "r1", password="wrong-canary")
    assert [row["verdict"] for row in said["paths"]] == ["server login", "refused"]
    assert code == 5


def test_power_is_read_and_cut_and_given_back(site: Site, home: Path) -> None:
    url = site.servers["r3"].urls["sol"]
    assert oob(home, "power", url)[1]["power"] == "on"
    assert oob(home, "power", url, "off")[0] == 7  # not without --yes
    assert site.routers["r3"].is_on
    assert oob(home, "power", url, "off", "--yes")[0] == 0
    wait_until(lambda: not site.routers["r3"].is_on)
    assert oob(home, "power", url)[1]["power"] == "off"
    assert oob(home, "power", url, "on")[0] == 0
    site.wait_converged(30)
