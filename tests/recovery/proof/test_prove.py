"""Whether a device is back, judged from what was read of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from oob.backup.folder import Backup
from oob.inventory.device import Critical, RouteRule
from oob.profile.store import load
from oob.recovery.proof.prove import Proof, ProofTarget, judge, neighbours_up
from tests.recovery.papers import CONFIGURATION, CONNECTED, NEIGHBOURS, STATIC, backup

IOS = load("cisco_ios")


@pytest.fixture
def good(tmp_path: Path) -> Backup:
    return backup(tmp_path)


def judged(good: Backup, observed: Backup, **aim: object) -> Proof:
    return judge(IOS, replace(ProofTarget(target=good, baseline=good), **aim), observed)  # type: ignore[arg-type]  # its fields


def test_a_device_that_shows_the_same_is_proven(good: Backup, tmp_path: Path) -> None:
    proof = judged(good, backup(tmp_path, is_good=False))
    assert proof.is_proven
    assert proof.is_configured
    assert proof.reasons == ()
    assert proof.as_json()["proven"] is True


def test_times_and_sizes_in_a_configuration_do_not_count(good: Backup, tmp_path: Path) -> None:
    text = CONFIGURATION.replace("300 bytes\n!", "301 bytes\n!\n! Last configuration change at 12:00:00 UTC by ops\n!")
    assert judged(good, backup(tmp_path, configuration=text)).is_proven


def test_a_missing_line_and_one_too_many_are_named_with_their_sections(good: Backup, tmp_path: Path) -> None:
    text = CONFIGURATION.replace(" ip address 192.0.2.1 255.255.255.0", " shutdown")
    proof = judged(good, backup(tmp_path, configuration=text))
    assert not proof.is_configured
    assert "configuration: missing: interface GigabitEthernet1 / ip address 192.0.2.1 255.255.255.0" in proof.reasons
    assert "configuration: extra: interface GigabitEthernet1 / shutdown" in proof.reasons


def test_the_order_of_an_access_list_counts(good: Backup, tmp_path: Path) -> None:
    text = CONFIGURATION.replace(" permit tcp any any\n deny ip any any\n", " deny ip any any\n permit tcp any any\n")
    assert any("moved" in reason for reason in judged(good, backup(tmp_path, configuration=text)).reasons)


def test_a_line_that_may_differ_is_kept_apart_and_does_not_count(good: Backup, tmp_path: Path) -> None:
    text = CONFIGURATION.replace("end\n", "snmp-server contact noc\nend\n")
    proof = judged(good, backup(tmp_path, configuration=text), tolerate=("^snmp-server",))
    assert proof.is_proven
    assert [line.line for line in proof.tolerated] == ["snmp-server contact noc"]


def test_a_route_that_is_gone_is_a_reason(good: Backup, tmp_path: Path) -> None:
    proof = judged(good, backup(tmp_path, routes=(CONNECTED,)))
    assert proof.is_configured
    assert not proof.is_proven
    assert any("198.51.100.0/24" in reason for reason in proof.reasons)


def test_a_route_that_the_inventory_says_to_ignore_is_none(good: Backup, tmp_path: Path) -> None:
    observed = backup(tmp_path, routes=(CONNECTED,))
    assert judged(good, observed, ignore=(RouteRule(prefix="198.51.100.0/24"),)).is_proven
    assert judged(good, observed, ignore=(RouteRule(protocol="static"),)).is_proven
    assert not judged(good, observed, ignore=(RouteRule(prefix="203.0.113.0/24"),)).is_proven


def test_a_critical_prefix_is_wanted_even_where_the_baseline_lacks_it(good: Backup, tmp_path: Path) -> None:
    proof = judged(good, backup(tmp_path), prefixes=(Critical(target="203.0.113.0/24"),))
    assert any("203.0.113.0/24" in reason for reason in proof.reasons)


def test_a_routing_table_that_could_not_be_understood_proves_nothing(good: Backup, tmp_path: Path) -> None:
    proof = judged(good, backup(tmp_path, routes=None, is_good=False))
    assert proof.reasons == ("the routing table could not be read",)


def test_a_neighbour_and_an_interface_that_are_down_are_named(good: Backup, tmp_path: Path) -> None:
    down = NEIGHBOURS.replace("FULL/DR", "INIT/DR").replace("up                    up", "down                  down")
    proof = judged(good, backup(tmp_path, neighbours=down))
    assert any("192.0.2.2" in reason for reason in proof.reasons)
    assert any("GigabitEthernet1 192.0.2.1" in reason for reason in proof.reasons)


def test_a_neighbour_too_many_is_no_reason(good: Backup, tmp_path: Path) -> None:
    more = NEIGHBOURS + "192.0.2.3         1   FULL/BDR        00:00:35    192.0.2.3       GigabitEthernet1\n"
    assert judged(good, backup(tmp_path, neighbours=more)).is_proven
    assert "192.0.2.3 GigabitEthernet1" in neighbours_up(IOS, more)


def test_without_a_baseline_only_the_configuration_counts(good: Backup, tmp_path: Path) -> None:
    assert judged(good, backup(tmp_path, routes=(), neighbours="", is_good=False), baseline=None).is_proven


def test_silent_addresses_and_lost_neighbours_are_reasons_of_their_own(good: Backup) -> None:
    proof = Proof(target="t", baseline="b", lines=(), silent=("192.0.2.9",), lost=("192.0.2.2",))
    assert proof.reasons == ("critical address 192.0.2.9: no reply to ping", "neighbour or interface down: 192.0.2.2")


def test_a_proof_is_written_down_cut_to_a_bearable_length(good: Backup, tmp_path: Path) -> None:
    many = "".join(f"ip route 10.{n // 256}.{n % 256}.0 255.255.255.0 Null0\n" for n in range(400))
    proof = judged(
        good, backup(tmp_path, configuration=CONFIGURATION.replace("end\n", f"{many}end\n"), routes=(STATIC,))
    )
    document = proof.as_json()
    assert document["lines_differing"] == 400
    assert len(document["lines"]) == 50
    assert document["routes"]["equal"] is False
    assert len(json.dumps(document)) < 20_000
