"""`oob notify test`, `oob doctor --send`, and what a run says of messages that were not delivered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from oob.cli.options import Settings
from oob.cli.recovery import telling
from oob.events import Event
from oob.inventory.home import Home
from oob.recovery.context import Collaborators
from oob.report.trial import deliver
from oob.secret.credentials import Credentials
from tests.cli.conftest import Oob
from tests.report.journals import Writer

# Apprise asks for a module that Python is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


class _Hook(BaseHTTPRequestHandler):
    """Takes every message."""

    def do_POST(self) -> None:
        self.server.taken.append(self.rfile.read(int(self.headers["Content-Length"])).decode())  # type: ignore[attr-defined]  # ours
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@pytest.fixture
def hook() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), _Hook) as server:
        server.taken = []  # type: ignore[attr-defined]  # what was sent, for the test
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _channels(home: Path, **urls: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "notify.yaml").write_text("".join(f"{name}: '{url}'\n" for name, url in urls.items()))


def test_each_channel_is_sent_a_message_that_says_it_is_a_test(oob: Oob, home: Path, hook: HTTPServer) -> None:
    log = home / "log"
    _channels(home, log=f"file://{log}", noc=f"json://127.0.0.1:{hook.server_port}/s3cr3t")
    said = oob("notify", "test")
    assert (said.code, [line.split()[-1] for line in said.out.splitlines()]) == (
        0,
        ["RESULT", "delivered", "delivered"],
    )
    assert "is testing this channel" in log.read_text()
    (body,) = hook.taken  # type: ignore[attr-defined]  # as above
    assert "nothing is to be done" in body


def test_a_channel_that_takes_nothing_is_named_with_why_and_without_its_secret(
    oob: Oob, home: Path, hook: HTTPServer
) -> None:
    port = hook.server_port
    _channels(home, log=f"file://{home}/log", noc="json://127.0.0.1:1/s3cr3t", odd="no-such-way://s3cr3t")
    said = oob("notify", "test", "--json")
    assert said.code == 1
    assert {row["channel"]: row["delivered"] for row in said.document} == {"log": True, "noc": False, "odd": False}
    assert "s3cr3t" not in said.out + said.err
    assert oob("notify", "test", "log").code == 0
    wrong = oob("notify", "test", "lgo")
    assert (wrong.code, "did you mean log?" in wrong.err, port > 0) == (2, True, True)


def test_without_channels_the_page_that_explains_them_is_named(oob: Oob, home: Path) -> None:
    said = oob("notify", "test")
    assert (said.code, "oob docs messages" in said.err) == (2, True)


def test_doctor_sends_only_where_it_is_told_to(oob: Oob, home: Path) -> None:
    log = home / "log"
    _channels(home, log=f"file://{log}")
    assert "not tried" in oob("doctor").out
    assert not log.exists()
    assert "the test message was delivered" in oob("doctor", "--send").out
    assert log.exists()


def test_a_channel_that_never_answers_does_not_keep_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    from oob.report import trial

    forever = threading.Event()
    monkeypatch.setattr(trial, "sender", lambda url: lambda message: forever.wait(30))
    message = trial.test_message("ada", trial.datetime.now())
    assert deliver({"noc": "stdout:"}, message, seconds=0.05) == {"noc": "no answer within 0.05 s"}
    forever.set()


def test_a_run_says_at_its_end_which_messages_were_not_delivered(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _channels(home, noc="file:///absent/log", log=f"file://{home}/log")
    means = Collaborators(home=Home(home), secrets=Credentials(), operator="ada")
    with telling(Settings(as_json=False, plain=True, home=Home(home)), means):
        writer = Writer(home / "runs")
        writer.at(0, "run.started", "recover edge1", target="b1")
        writer.at(60, "run.finished", "recovered and proven", exit_code=0)
        writer.close()
        means.events.emit(Event(name="run.finished"))
    told = capsys.readouterr().err
    assert "oob: WARN 2 messages to noc not delivered" in told
    assert "oob notify test noc" in told
    assert "to log" not in told
