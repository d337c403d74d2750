"""`oob ready --all` on a lab with seeded faults: every fault is found, and none invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.lab.control import LabRouter, lab_up
from oob.lab.topology import RouterSpec, Topology, default_topology
from tests.backup.conftest import CONFIG, READING
from tests.cli.conftest import Oob

AAA_ONLY = CONFIG.replace(
    "version 15.7\n",
    "version 15.7\naaa new-model\naaa authentication login default group tacacs+\ntacacs server t1\n"
    " address ipv4 192.0.2.99\n",
)
DEVICES = ("good", "secret", "swap1", "swap2", "old", "aaa", "shared")
SAMPLE = re.compile(r'[a-z_]+\{[a-z]+="(?:[^"\\\n]|\\.)*"(?:,[a-z]+="(?:[^"\\\n]|\\.)*")*\} -?\d+')


def router(name: str, hostname: str = "", password: str = "oob-lab") -> RouterSpec:
    edge = default_topology().routers[0]
    config = edge.config.replace("hostname edge1", f"hostname {hostname or name}")
    serial = f"SER{hostname or name}"
    return replace(edge, name=name, serial=serial, config=config, baud=0, password=password)


def hosts_yaml(routers: dict[str, LabRouter]) -> str:
    """Return the inventory: of `secret`, `swap1` and `swap2` the second path leads elsewhere."""
    second = {"secret": "guarded", "swap1": "swap2", "swap2": "swap1"}
    lines = []
    for name in DEVICES:
        paths = (routers[name].consoles[0], routers[second.get(name, name)].consoles[1])
        carriers = ("lan", "lan" if name == "shared" else "lte")
        listed = [
            f'{{url: "{url}", name: {carrier if number else "cable"}, carrier: {carrier}}}'
            for number, (url, carrier) in enumerate(zip(paths, carriers, strict=True))
        ]
        expect = f"{{hostname: {name}, serial: SER{name}}}"
        lines.append(
            f"{name}: {{platform: cisco_ios, data: {{oob: {{expect: {expect}, paths: [{', '.join(listed)}]}}}}}}"
        )
    return "\n".join(lines) + "\n"


def keep_baselines(home: Path, today: datetime) -> None:
    catalogue = Catalogue(home / "backups")
    for name in DEVICES:
        taken = today - timedelta(days=60 if name == "old" else 2)
        facts = {**READING.facts, "hostname": name, "serial": f"SER{name}"}
        configuration = (AAA_ONLY if name == "aaa" else CONFIG).replace("edge1", name)
        catalogue.write(
            replace(READING, device=name, configuration=configuration, facts=facts, started=taken, finished=taken)
        )
        catalogue.mark_good(name)


def test_seeded_faults_are_all_found_and_none_is_invented(
    oob: Oob, home: Path, hosts: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.now(UTC)
    keep_baselines(home, today)
    (home / "drills" / f"{today:%Y%m%d-%H%M%SZ}").mkdir(parents=True)
    for slot, value in (("USERNAME", "ops"), ("PASSWORD", "oob-lab"), ("ENABLE", "oob-lab")):
        monkeypatch.setenv(f"OOB_{slot}", value)
    specs = (*(router(name) for name in DEVICES), router("guarded", "secret", password="another"))
    with lab_up(tmp_path / "lab", Topology(routers=specs), owned=True) as lab:
        hosts(hosts_yaml({each.name: each for each in lab.routers}))
        said = oob("ready", "--all", "--json", "--html", tmp_path / "r.html", "--prometheus", tmp_path / "r.prom")
    records = {record["device"]: record for record in map(json.loads, said.out.splitlines())}
    found = {
        name: (record["answer"]["verdict"], sorted(reason["kind"] for reason in record["answer"]["reasons"]))
        for name, record in records.items()
    }
    assert found == {
        "good": ("ready", []),
        "secret": ("at risk", ["login refused", "paths"]),
        "swap1": ("at risk", ["paths", "wrong device"]),
        "swap2": ("at risk", ["paths", "wrong device"]),
        "old": ("at risk", ["old-baseline"]),
        "aaa": ("not ready", ["aaa-only"]),
        "shared": ("at risk", ["shared-carrier"]),
    }
    assert said.code == 1
    assert "swap2" in records["swap1"]["text"]
    recorded = oob("ready", "--all", "--recorded", "--json")
    again = {record["device"]: record["text"] for record in map(json.loads, recorded.out.splitlines())}
    assert again == {name: record["text"] for name, record in records.items()}
    page, metrics = (tmp_path / "r.html").read_text(), (tmp_path / "r.prom").read_text()
    assert all(name in page for name in DEVICES)
    assert 'oob_ready{device="good"} 1' in metrics
    assert 'oob_ready_verdict{device="aaa",verdict="not ready"} 1' in metrics
    assert all(SAMPLE.fullmatch(line) for line in metrics.splitlines() if not line.startswith("#"))


def test_a_device_that_was_never_checked_is_unknown_and_the_page_says_so(
    oob: Oob, home: Path, hosts: Callable[[str], None], tmp_path: Path
) -> None:
    keep_baselines(home, datetime.now(UTC))
    hosts('good: {platform: cisco_ios, data: {oob: {paths: ["tcp://127.0.0.1:1", "tcp://192.0.2.1:1"]}}}\n')
    said = oob("ready", "good", "--recorded", "--html", tmp_path / "r.html")
    assert said.code == 1
    assert "unknown as no path was ever checked" in said.out
    assert "(never checked)" in (tmp_path / "r.html").read_text()
