"""`oob discover` on ports of this machine whose far ends show prompts."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import yaml

from oob.cli.commands.discover import lines_of
from oob.errors import UsageError
from tests.cli.conftest import Oob


def serve(listener: socket.socket, prompt: bytes) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            with client, suppress(OSError):
                while data := client.recv(4096):
                    client.sendall(b"\r\n" * data.count(b"\r") + prompt)


@pytest.fixture
def sweep() -> Iterator[Callable[..., int]]:
    """Return what lets consecutive ports of this machine show prompts, and gives the first of them."""
    with ExitStack() as stack:

        def start(*prompts: bytes) -> int:
            for first in range(42000, 62000, 16):
                try:
                    ends = [socket.create_server(("127.0.0.1", first + number)) for number in range(len(prompts))]
                except OSError:
                    continue
                for listener, prompt in zip(ends, prompts, strict=True):
                    stack.callback(listener.close)
                    stack.callback(listener.shutdown, socket.SHUT_RDWR)
                    threading.Thread(target=serve, args=(listener, prompt), daemon=True).start()
                return first
            raise AssertionError("no free ports")

        yield start


def test_each_line_is_compared_with_the_inventory_and_new_ones_are_proposed(
    oob: Oob, hosts: Callable[[str], None], sweep: Callable[..., int]
) -> None:
    first = sweep(b"edge1>", b"edge3>", b"lost login: ", b"edge3>")
    url = "tcp://127.0.0.1:%d"
    hosts(
        f"edge1: {{platform: cisco_ios, data: {{oob: {{paths: ['{url % first}']}}}}}}\n"
        f"edge2: {{platform: cisco_ios, data: {{oob: {{paths: ['{url % (first + 1)}']}}}}}}\n"
        "edge3: {platform: cisco_ios}\n"
    )
    said = oob("discover", f"tcp://127.0.0.1:[{first}-{first + 3}]", "--json")
    rows = said.document["lines"]
    assert [(row["hostname"], row["known"], row["agrees"]) for row in rows] == [
        ("edge1", "edge1", True),
        ("edge3", "edge2", False),
        ("lost", "", None),
        ("edge3", "", None),
    ]
    assert rows[1]["text"] == "the line says edge3, the inventory edge2"
    assert rows[3]["text"] == "edge3, which has no such path in the inventory"
    assert yaml.safe_load(said.document["proposed"]) == {
        "lost": {"data": {"oob": {"expect": {"hostname": "lost"}, "paths": [url % (first + 2)]}}}
    }
    assert said.code == 1


@pytest.mark.parametrize("end", ["console-server-ports", "console-ports"])
def test_each_line_is_compared_with_the_cables_of_netbox(
    end: str, oob: Oob, hosts: Callable[[str], None], sweep: Callable[..., int], tmp_path: Path
) -> None:
    first = sweep(b"edge1>", b"edge1>", b"edge3>", b"edge4>")
    url = "tcp://127.0.0.1:%d"
    hosts(
        f"edge1: {{platform: cisco_ios, data: {{oob: {{paths: ['{url % first}']}}}}}}\nedge3: {{platform: cisco_ios}}\n"
    )
    ports = []
    for number, name in enumerate(("edge2", "edge2", "edge3"), 1):
        server = {"name": f"Port {number}", "device": {"name": "cs1"}}
        device = {"name": "con 0", "device": {"name": name}}
        here, there = (server, device) if end == "console-server-ports" else (device, server)
        ports.append({**here, "url": f"https://netbox/api/dcim/{end}/7/", "connected_endpoints": [there]})
    ports.append(
        {"name": "Port 4", "device": {"name": "cs1"}, "url": f"/api/dcim/{end}/9/", "connected_endpoints": None}
    )
    (tmp_path / "ports.json").write_text(json.dumps({"count": 4, "results": ports}))
    command = ("discover", f"tcp://127.0.0.1:[{first}-{first + 3}]", "--cables", tmp_path / "ports.json")
    said = oob(*command, "--json")
    rows = said.document["lines"]
    assert [row["agrees"] for row in rows] == [False, False, True, None]
    assert rows[0]["text"] == "edge1, as in the inventory; the line says edge1, NetBox edge2"
    assert "the line says edge1, NetBox edge2" in rows[1]["text"]
    assert rows[2]["text"].endswith("edge3 in NetBox")
    assert said.code == 1
    other = oob(
        "discover", f"tcp://127.0.0.1:[{first}-{first + 3}]", "--cables", tmp_path / "ports.json", "--called", "x"
    )
    assert (other.code, "has cables of cs1" in other.err) == (2, True)


def test_a_shut_port_is_said_and_is_no_difference(oob: Oob, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = oob("discover", f"tcp://127.0.0.1:[{port}-{port}]")
    assert said.code == 0
    assert said.out.startswith(f"--   tcp://127.0.0.1:{port}  refused")


@pytest.mark.parametrize("server", ["192.0.2.1", "tcp://192.0.2.1:2001", "tcp://192.0.2.1:[9-1]", "tcp://x:[1-9999]"])
def test_a_server_without_a_range_of_lines_is_refused(server: str) -> None:
    with pytest.raises(UsageError):
        lines_of(server)


def test_leading_zeros_of_a_range_are_kept() -> None:
    assert lines_of("ssh://ops@192.0.2.1/port[08-10]") == [
        f"ssh://ops@192.0.2.1/port{number}" for number in ("08", "09", "10")
    ]
