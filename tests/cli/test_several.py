from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from tests.backup.conftest import READING
from tests.cli.conftest import Oob

Write = Callable[[str], None]

HOSTS = """\
r1: {platform: cisco_ios, data: {oob: {site: a, paths: ["tcp://127.0.0.1:%d"]}}}
r2: {platform: cisco_ios, data: {oob: {site: a, paths: ["tcp://127.0.0.1:%d"]}}}
r3: {platform: cisco_ios, data: {oob: {site: b, paths: ["tcp://127.0.0.1:%d"]}}}
"""


@pytest.fixture
def region(hosts: Write) -> None:
    """Write three devices whose consoles refuse."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    hosts(HOSTS % (port, port, port))


@pytest.mark.usefixtures("region")
def test_each_device_is_a_line_and_the_worst_exit_code_is_that_of_all(oob: Oob) -> None:
    said = oob("probe", "--site", "a")
    assert said.code == 3
    assert [line.split()[:2] for line in said.out.splitlines() if line.startswith("FAIL")] in (
        [["FAIL", "r1"], ["FAIL", "r2"]],
        [["FAIL", "r2"], ["FAIL", "r1"]],
    )
    assert "oob: 2 devices, 2 failed (oob probe --failed tries them again)" in said.err


@pytest.mark.usefixtures("region")
def test_each_device_is_a_record_with_json(oob: Oob) -> None:
    said = oob("probe", "--all", "--json")
    records = [json.loads(line) for line in said.out.splitlines()]
    assert sorted(record["device"] for record in records) == ["r1", "r2", "r3"]
    assert {record["exit_code"] for record in records} == {3}
    assert all(record["answer"]["paths"][0]["verdict"] == "refused" for record in records)


@pytest.mark.usefixtures("region")
def test_one_name_is_answered_as_it_always_was_and_its_end_is_kept(oob: Oob) -> None:
    assert oob("probe", "r1", "--json").document["device"] == "r1"
    again = oob("probe", "--failed", "--json")
    assert [json.loads(line)["device"] for line in again.out.splitlines()] == ["r1"]


@pytest.mark.usefixtures("region")
def test_a_list_of_one_name_is_answered_as_a_list(oob: Oob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("# tonight\nr2 # edge\n"))
    said = oob("probe", "-", "--json")
    assert [json.loads(line)["device"] for line in said.out.splitlines()] == ["r2"]


@pytest.mark.usefixtures("region")
def test_nothing_that_failed_is_nothing_to_do(oob: Oob) -> None:
    said = oob("probe", "--failed")
    assert (said.code, said.out) == (0, "")
    assert "probe failed on no device the last time" in said.err


@pytest.mark.usefixtures("region")
def test_run_takes_commands_alone_after_a_selector(oob: Oob) -> None:
    said = oob("run", "--site", "b", "show clock", "--json")
    record = json.loads(said.out)
    assert (record["device"], record["exit_code"], record["error"]["kind"]) == ("r3", 3, "PathRefused")


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("probe",), "no device is named"),
        (("probe", "r1", "--all"), "contradict each other"),
        (("probe", "r1", "tcp://127.0.0.1:1"), "a console URL is given alone"),
        (("run", "r1"), "there is no CMD to run"),
        (("plan", "r1", "r2", "-o", "plan.yaml"), "-o FILE is for one device"),
        (("verify", "--site", "c"), "--site c: no device has it"),
    ],
)
def test_what_cannot_be_meant_is_refused(oob: Oob, words: tuple[str, ...], reason: str) -> None:
    said = oob(*words)
    assert said.code == 2
    assert reason in said.out + said.err


@pytest.mark.usefixtures("region")
def test_a_device_without_a_backup_does_not_keep_the_others_from_a_plan(oob: Oob, home: Path) -> None:
    Catalogue(home / "backups").write(READING)
    Catalogue(home / "backups").mark_good(READING.device)
    with (home / "inventory" / "hosts.yaml").open("a") as file:
        file.write(
            f'{READING.device}: {{platform: {READING.platform}, data: {{oob: {{paths: ["tcp://127.0.0.1:1"]}}}}}}\n'
        )
    said = oob("plan", "r1", READING.device)
    assert said.code != 0
    assert {line.split()[1]: line.split()[0] for line in said.out.splitlines()} == {"r1": "FAIL", READING.device: "OK"}


@pytest.mark.usefixtures("region")
def test_doctor_looks_at_the_paths_of_the_chosen_alone(oob: Oob, home: Path) -> None:
    with (home / "inventory" / "hosts.yaml").open("a") as file:
        file.write('lack: {data: {oob: {site: c, paths: ["exec:///nowhere/program"]}}}\n')
    assert oob("doctor", "--site", "c").code == 1
    assert oob("doctor", "--site", "a").code == 0


@pytest.mark.usefixtures("region")
def test_several_without_a_run_say_so_each(oob: Oob) -> None:
    said = oob("after", "r1", "r2")
    assert said.code == 2
    assert "r1: it has no run" in said.out.replace("  ", " ")


def test_devices_share_the_bytes_of_their_carrier(oob: Oob, hosts: Write, home: Path) -> None:
    path = "[{url: 'tcp://127.0.0.1:%d', name: main, carrier: lte-a}]"
    entry = f"r%d: {{platform: cisco_ios, data: {{oob: {{paths: {path}}}}}}}\n"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        hosts("".join(entry % (number, port) for number in (1, 2, 3)))
        (home / "fleet.yaml").write_text("carriers: {lte-a: {bytes: 11000}}\n")  # opening a path counts as 6,000
        closing = threading.Thread(target=_hang_up, args=(server, 2))
        closing.start()
        said = oob("run", "--all", "--jobs", "1", "--json", "show clock")
        closing.join(10)

    by_device = {record["device"]: record for record in map(json.loads, said.out.splitlines())}
    assert by_device["r1"]["exit_code"] == 3, "the first may use them, and its console server hangs up"
    assert by_device["r3"]["exit_code"] == 10
    assert "carrier lte-a has used 12" in by_device["r3"]["text"], "spent by the others, so it was not opened"


def _hang_up(server: socket.socket, count: int) -> None:
    for _ in range(count):
        connection, _ = server.accept()
        connection.close()
