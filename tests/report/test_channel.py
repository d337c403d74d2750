"""The ways that messages go: standard output, files, syslog, and HTTP by way of Apprise."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from oob.errors import UsageError
from oob.report import channel
from oob.report.channel import channels, sender
from tests.report.test_messages import told

# Apprise asks for a module that Python is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class Receiver(HTTPServer):
    """Takes what is posted to it; *answer* is the status it gives."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[dict[str, Any]] = []
        self.answer = 200

    @property
    def url(self) -> str:
        return f"json://ada:s3cr3t-word@127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_message_goes_out_over_apprise(receiver: Receiver, tmp_path: Path) -> None:
    message = told(tmp_path)[-1]
    assert sender(receiver.url)(message)
    assert (receiver.got[0]["title"], receiver.got[0]["message"]) == (message.subject, message.body)


def test_what_apprise_cannot_send_is_not_sent_and_nothing_is_said_of_its_url(
    receiver: Receiver, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    message = told(tmp_path)[-1]
    receiver.answer = 503
    assert not sender(receiver.url)(message)
    assert not sender("json://ada:s3cr3t-word@127.0.0.1:1")(message)
    assert not sender("no-such-way://s3cr3t-word")(message)
    assert "".join(capfd.readouterr()) == ""
    assert logging.getLogger("apprise").level > logging.CRITICAL


def test_messages_go_to_a_file_and_to_syslog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = told(tmp_path / "j")[0]
    assert sender(f"file://{tmp_path}/log")(message)
    assert (tmp_path / "log").read_text() == f"{message.body}\n\n"
    assert not sender(f"file://{tmp_path}/absent/log")(message)
    monkeypatch.setattr(channel, "SYSLOG", str(tmp_path / "dev-log"))
    assert not sender("syslog:")(message)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(str(tmp_path / "dev-log"))
        log.settimeout(5)
        assert sender("syslog:")(message)
        assert log.recv(4096).startswith(b"<13>oob: 2026-03-04T12:00:00Z edge1, started: ")


def test_a_message_goes_to_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    message = told(tmp_path)[0]
    assert sender("stdout:")(message)
    assert capsys.readouterr().out == f"{message.body}\n"


def test_channels_are_named_in_a_file_of_the_home(tmp_path: Path) -> None:
    assert channels(tmp_path / "notify.yaml") == {}
    (tmp_path / "notify.yaml").write_text("noc: mailto://u:s3cret@192.0.2.1\nlog: 'syslog:'\n")
    assert channels(tmp_path / "notify.yaml")["log"] == "syslog:"
    (tmp_path / "notify.yaml").write_text("[s3cret]")
    with pytest.raises(UsageError) as refused:
        channels(tmp_path / "notify.yaml")
    assert "s3cret" not in str(refused.value)
