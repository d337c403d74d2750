"""`oob probe` and `oob power` without anything that needs root."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.device.probe import probe
from oob.profile.store import load
from oob.transport.family import guesses
from oob.transport.url import parse
from tests.backup.conftest import READING
from tests.cli.conftest import Oob
from tests.recovery.test_one_opener import UNUSABLE
from tests.transport.ssh_server import SshServer

Answer = Callable[[bytes], bytes]


class Far:
    """The far end of a console path on a port of this machine: says *greeting*, answers each chunk with *answer*."""

    def __init__(self, greeting: bytes, answer: Answer, port: int = 0) -> None:
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self._greeting = greeting
        self._answer = answer
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                with client, suppress(OSError):
                    client.sendall(self._greeting)
                    if self._greeting.startswith(b"Port"):
                        continue
                    while data := client.recv(4096):
                        client.sendall(self._answer(data))

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join()


Start = Callable[[bytes, Answer], str]


@pytest.fixture
def far() -> Iterator[Start]:
    ends: list[Far] = []

    def start(greeting: bytes, answer: Answer) -> str:
        ends.append(Far(greeting, answer))
        return f"tcp://127.0.0.1:{ends[-1].port}"

    yield start
    for end in ends:
        end.close()


def prompt(data: bytes) -> bytes:
    return b"\r\nedge1#" * data.count(b"\r")


def login(data: bytes) -> bytes:
    return b"\r\nUsername: " * data.count(b"\r")


def test_each_path_gets_its_own_word(oob: Oob, far: Start, hosts: Callable[[str], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as shut:
        gone = f"tcp://127.0.0.1:{shut.getsockname()[1]}"
    urls = [
        far(b"", prompt),
        far(b"", login),
        far(b"Port already in use\r\n", prompt),
        gone,
    ]
    paths = ", ".join(f"{{url: '{url}', name: p{number}, carrier: c}}" for number, url in enumerate(urls, 1))
    hosts(f"edge1:\n  platform: cisco_ios\n  data: {{oob: {{paths: [{paths}]}}}}\n")
    said = oob("probe", "edge1", "--json")
    assert said.code == 0
    rows = said.document["paths"]
    assert [row["verdict"] for row in rows] == ["reached", "login needed", "busy", "refused"]
    assert (rows[0]["sent"], rows[0]["answered"]) == (5, 5)
    assert rows[1]["sent"] == 1  # nobody is locked out by a probe
    assert said.document["warnings"] == ["all usable paths share the carrier c"]


def test_what_a_path_has_used_of_its_budget_is_shown(oob: Oob, far: Start, hosts: Callable[[str], None]) -> None:
    url = far(b"", prompt)
    hosts(
        f"edge1:\n  platform: cisco_ios\n  data: {{oob: {{paths: [{{url: '{url}', name: lte, byte_budget: 12kB}}]}}}}\n"
    )
    said = oob("probe", "edge1")
    assert said.code == 0
    assert re.search(r"path lte has used \d\.\d+ kB of 12 kB this month", said.out)
    again = oob("probe", "edge1", "--path", url, "--json")
    assert again.code == 10
    row = again.document["paths"][0]
    assert (row["verdict"], row["exit_code"]) == ("spent", 10)
    assert row["bytes_used"] > row["byte_budget"] == 12_000


def test_a_path_through_the_device_itself_is_flagged(oob: Oob, far: Start, hosts: Callable[[str], None]) -> None:
    url = far(b"", prompt)
    hosts(f"edge1:\n  platform: cisco_ios\n  data: {{oob: {{paths: [{{url: '{url}', via: edge1}}]}}}}\n")
    said = oob("probe", "edge1")
    assert "path 1 runs through edge1 itself" in said.out
    assert "no paths that could be used" in said.out


def test_an_ssh_server_is_told_by_its_key_and_by_what_it_thinks_of_our_login(
    oob: Oob, home: Path, hosts: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OOB_SERVER_PASSWORD", "wrong-canary")
    server = SshServer()
    hosts(f"r1: {{platform: linux, data: {{oob: {{paths: ['ssh://ops@127.0.0.1:{server.port}/port07']}}}}}}\n")
    unknown = oob("probe", "r1", "--json")
    (home / "known_hosts").write_text(server.known_hosts_line)
    refused = oob("probe", "r1", "--json")
    server.close()
    assert (unknown.code, unknown.document["paths"][0]["verdict"]) == (3, "wrong key")
    assert server.host_key.fingerprint in unknown.document["paths"][0]["text"]
    assert (refused.code, refused.document["paths"][0]["verdict"]) == (5, "server login")
    assert "canary" not in unknown.out + unknown.err + refused.out + refused.err


def test_the_minutes_of_a_recovery_are_said_where_there_is_a_backup_to_go_back_to(
    oob: Oob, home: Path, far: Start, hosts: Callable[[str], None]
) -> None:
    catalogue = Catalogue(home / "backups")
    catalogue.write(READING)
    catalogue.mark_good("edge1", by="ada")
    url = far(b"", prompt)
    hosts(f"edge1:\n  platform: cisco_ios\n  data: {{oob: {{paths: ['{url}']}}}}\n")
    row = oob("probe", "edge1", "--json").document["paths"][0]
    assert row["recovery_minutes"] > 0


def test_a_silent_path_is_no_refused_one(far: Start) -> None:
    finding = probe(far(b"", lambda data: b""), load("cisco_ios"), limit=1)
    assert (finding.verdict, finding.exit_code) == ("silent", 3)


def test_what_is_no_prompt_at_all_is_garbled(far: Start) -> None:
    finding = probe(far(b"", lambda data: b"\xf0\x80\x18" * len(data)), load("cisco_ios"), limit=1)
    assert (finding.verdict, finding.exit_code) == ("garbled", 3)


def test_the_family_of_an_unknown_server_is_found_by_its_ports(oob: Oob) -> None:
    for line in range(1, 40):
        guess = next(each for each in guesses(parse(f"unknown://127.0.0.1/{line}")) if each.url.scheme == "telnet")
        with suppress(OSError):
            end = Far(b"", prompt, guess.url.port or 0)
            break
    said = oob("probe", f"unknown://127.0.0.1/{line}", "--platform", "cisco_ios", "--json")
    end.close()
    assert said.code == 0
    found = said.document["paths"][-1]
    assert (found["verdict"], found["name"]) == ("reached", f"{guess.family}:{guess.way}")
    assert found["path"] == str(guess.url)


def test_power_needs_a_bmc(oob: Oob, hosts: Callable[[str], None]) -> None:
    hosts("edge1:\n  platform: cisco_ios\n  data: {oob: {paths: ['tcp://127.0.0.1:4001']}}\n")
    said = oob("power", "edge1")
    assert said.code == 2
    assert "has no sol:// path" in said.err


def test_a_power_cycle_is_not_done_without_a_word(oob: Oob) -> None:
    said = oob("power", "sol://admin@127.0.0.1:9", "cycle")
    assert said.code == 7
    assert "--yes" in said.err


def test_bad_paths_hide_no_good_one(oob: Oob, home: Path, tmp_path: Path) -> None:
    (home / "inventory").mkdir(parents=True)
    bad = ["telnet://cs1.example:2001", "pigeon://192.0.2.1", "tcp://192.0.2.1:1?x=y", "replay:///nowhere"]
    recording = tmp_path / "good.jsonl"
    recording.write_text('{"recording": 1}\n{"read": "edge1#"}\n')
    entries = "".join(f"\n        - {{url: '{url}', byte_budget: 5M}}" for url in [*bad, f"replay://{recording}"])
    hosts = f"edge1:\n  platform: cisco_ios\n  data:\n    oob:\n      paths:{entries}\n"
    (home / "inventory" / "hosts.yaml").write_text(hosts)
    said = oob("probe", "edge1", "--json")
    assert [row["verdict"] for row in said.document["paths"]][:4] == ["invalid"] * 4
    assert said.document["paths"][4]["verdict"] != "invalid"
    found = oob("inventory", "check", "--json").document["findings"]
    assert [each["kind"] for each in found if each["kind"] in ("name", "url")] == ["name", "url", "url"]


def test_no_kind_of_unusable_path_hides_a_good_one(oob: Oob, far: Start, hosts: Callable[[str], None]) -> None:
    urls = [*UNUSABLE, far(b"", prompt)]
    entries = "".join(f"\n        - {{url: '{url}'}}" for url in urls)
    hosts(f"edge1:\n  platform: cisco_ios\n  data:\n    oob:\n      paths:{entries}\n")
    said = oob("probe", "edge1", "--json")
    assert said.code == 0
    rows = said.document["paths"]
    assert len(rows) == len(urls)
    assert [row["usable"] for row in rows] == [False] * len(UNUSABLE) + [True]
    assert all(row["text"] for row in rows)
