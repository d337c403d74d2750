"""What a run has to tell leaves in order, once, later where it has to, and never keeps the run waiting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.events import Event
from oob.report.channel import sender
from oob.report.messages import Message, messages
from oob.report.outbox import PATIENCE, Courier, flush, waiting
from tests.report.journals import Writer
from tests.report.test_page import recovery

# Apprise asks for a module that Python is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
RUN = "20260304-130000Z-bbbb"


def into(got: list[Message]) -> Callable[[Message], bool]:
    """Return what takes every message into *got*."""
    return lambda message: got.append(message) or True


def test_what_is_not_sent_waits_in_order_and_is_sent_later_with_its_true_time(tmp_path: Path) -> None:
    writer = recovery(tmp_path)
    count = len(list(messages(writer.entries())))
    got: list[Message] = []

    def dying(message: Message) -> bool:
        if len(got) == 2:
            raise OSError("nothing is reachable")
        got.append(message)
        return True

    assert flush(writer.folder, "noc", dying) == count - 2
    later: list[Message] = []
    assert flush(writer.folder, "noc", into(later)) == 0
    assert [message.number for message in got + later] == sorted({message.number for message in got + later})
    assert len(got + later) == count
    assert later[-1].utc.startswith("2026-03-04T12:01:32")
    assert flush(writer.folder, "noc", dying) == 0


def test_a_courier_sends_while_the_run_goes_on_and_tells_nothing_of_old_runs(tmp_path: Path) -> None:
    old = recovery(tmp_path)
    old.entries()
    os.utime(old.folder / "journal.jsonl", (0, 0))
    got: list[Message] = []
    with Courier(tmp_path, {"log": into(got)}) as courier:
        writer = Writer(tmp_path, run=RUN)
        writer.at(0, "run.started", "recover edge1", target="b1")
        courier.hear(Event(name="run.started"))
        writer.at(1, "run.finished", "recovered and proven", exit_code=0)
        writer.entries()
        courier.hear(Event(name="run.finished"))
    assert [message.kind for message in got] == ["started", "completed"]
    assert {message.run for message in got} == {RUN}


def test_a_run_in_which_nothing_was_reachable_is_told_by_a_later_one(tmp_path: Path) -> None:
    with Courier(tmp_path, {"noc": lambda _: False}) as courier:
        writer = Writer(tmp_path, run=RUN)
        writer.at(0, "run.started", "recover edge1", target="b1")
        courier.hear(Event(name="run.started"))
        writer.at(60, "run.finished", "recovered and proven", exit_code=0)
        courier.hear(Event(name="run.finished"))
    os.utime(writer.close() / "journal.jsonl", (0, 0))
    got: list[Message] = []
    with Courier(tmp_path, {"noc": into(got), "new": into([])}) as courier:
        courier.hear(Event(name="watch.looked"))
    assert [(message.kind, message.utc[:19]) for message in got] == [
        ("started", "2026-03-04T12:00:00"),
        ("completed", "2026-03-04T12:01:00"),
    ]


SERVER = """\
import http.server, sys

class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def server() -> Iterator[subprocess.Popen[bytes]]:
    """Yield a web server that takes every message; its first line is its port."""
    started = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    yield started
    started.kill()
    started.communicate()


def test_a_server_that_stands_still_delays_no_step_and_no_other_channel_and_gets_all_later(
    server: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    assert server.stdout is not None
    noc = sender(f"json://127.0.0.1:{int(server.stdout.readline())}")
    server.send_signal(signal.SIGSTOP)
    steps = 0.0
    with Courier(tmp_path / "runs", {"noc": noc, "log": sender(f"file://{tmp_path}/log")}) as courier:
        writer = Writer(tmp_path / "runs", run=RUN)
        for second in range(50):
            began = time.monotonic()
            writer.at(second, "step.started", "a step", phase="recover", number=1, strategy="archive")
            courier.hear(Event(name="step.started"))
            steps += time.monotonic() - began
        ended = time.monotonic()
    assert steps < PATIENCE  # one message alone waits for the server for longer than that
    assert time.monotonic() - ended < 2 * PATIENCE
    run = writer.close()
    assert (tmp_path / "log").read_text().count("a step") == 50
    assert waiting(run, "noc") == 50
    server.send_signal(signal.SIGCONT)
    until = Deadline(30)
    while waiting(run, "noc") and not until.is_over:  # what is under way may still hold the channel
        flush(run, "noc", noc)
    assert waiting(run, "noc") == 0
