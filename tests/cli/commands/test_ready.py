"""`oob ready --all` on a lab with seeded faults: every fault is found, and none invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from oob.backup.catalogue import Catalogue
from oob.inventory.home import Home
from oob.lab.control import LabRouter, lab_up
from oob.lab.topology import RouterSpec, Topology, default_topology
from oob.recovery.readiness.evidence import BaselineEvidence, DeviceEvidence
from oob.recovery.readiness.thresholds import ReadyThresholds
from oob.recovery.readiness.verdict import judge
from oob.recovery.record.results import DeviceResult, Results
from oob.report.readiness import prometheus
from tests.backup.conftest import CONFIG, READING
from tests.cli.conftest import Oob

AAA_ONLY = CONFIG.replace(
    "version 15.7\n",
    "version 15.7\naaa new-model\naaa authentication login default group tacacs+\ntacacs server t1\n"
    " address ipv4 192.0.2.99\n",
)
DEVICES = ("good", "secret", "swap1", "swap2", "old", "aaa", "shared")


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
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics)
        for sample in family.samples
    }
    assert samples["oob_ready", ("device", "good")] == 1
    assert samples["oob_ready", ("device", "aaa")] == 0
    assert samples["oob_path_last_ok_seconds", ("device", "good"), ("path", "lte")] == pytest.approx(
        today.timestamp(), abs=600
    )
    assert samples["oob_baseline_age_seconds", ("device", "old")] == pytest.approx(60 * 86400, abs=600)
    assert ("oob_path_last_ok_seconds", ("device", "secret"), ("path", "lte")) not in samples


def test_a_drill_that_failed_and_a_page_never_printed_are_risks(
    oob: Oob, home: Path, hosts: Callable[[str], None]
) -> None:
    keep_baselines(home, datetime.now(UTC))
    hosts('good: {platform: cisco_ios, data: {oob: {paths: ["tcp://127.0.0.1:1", "tcp://192.0.2.1:1"]}}}\n')
    (home / "ready.yaml").write_text("card_days: 30\n")
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    failed = DeviceResult(device="clean-rollback", at=at, seconds=1.0, exit_code=1, text="edge1: not proven")
    Results(Home(home), "drill").add(failed)

    def texts() -> str:
        return str(json.loads(oob("ready", "good", "--recorded", "--json").out)["answer"]["reasons"])

    assert "the last drill failed: edge1: not proven" in texts()
    assert "no page for the person at the rack was printed" in texts()
    assert oob("card", "good").code == 0
    Results(Home(home), "drill").add(replace(failed, exit_code=0, text="passed"))
    assert "drill" not in texts()
    assert "rack" not in texts()


@pytest.mark.parametrize("name", ['a"b', "a\\b", "ä{x=1}"])
def test_names_with_signs_of_the_format_are_read_back_by_prometheus(name: str) -> None:
    evidence = DeviceEvidence(device=name, wanted=(), paths=(), baseline=BaselineEvidence())
    now = datetime.now(UTC)
    text = prometheus([judge(evidence, ReadyThresholds(), now)], now)
    found = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    assert {sample.labels["device"] for sample in found} == {name}


def test_a_device_that_was_never_checked_is_unknown_and_the_page_says_so(
    oob: Oob, home: Path, hosts: Callable[[str], None], tmp_path: Path
) -> None:
    keep_baselines(home, datetime.now(UTC))
    hosts('good: {platform: cisco_ios, data: {oob: {paths: ["tcp://127.0.0.1:1", "tcp://192.0.2.1:1"]}}}\n')
    said = oob("ready", "good", "--recorded", "--html", tmp_path / "r.html")
    assert said.code == 1
    assert "unknown as no path was ever checked" in said.out
    assert "(never checked)" in (tmp_path / "r.html").read_text()
