"""What a run tells people, in order, once, with the time at which it happened."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from oob.errors import UsageError
from oob.events import Event
from oob.report import channel
from oob.report.channel import channels, sender
from oob.report.messages import Message, messages
from oob.report.outbox import Courier, flush
from tests.report.journals import Writer
from tests.report.test_page import recovery


def told(folder: Path) -> list[Message]:
    return list(messages(recovery(folder).entries()))


def test_a_recovery_tells_of_its_start_its_milestones_and_its_end(tmp_path: Path) -> None:
    kinds = [message.kind for message in told(tmp_path)]
    assert kinds[0] == "started"
    assert kinds[-1] == "completed"
    assert "milestone" in kinds
    first, last = told(tmp_path / "again")[0], told(tmp_path / "third")[-1]
    assert first.text == "recover edge1 to b1 (CHG7; show version)"
    assert "is not undone by it" in last.text
    assert first.body.startswith("2026-03-04T12:00:00Z edge1, started: ")


def test_an_attempt_that_needs_more_time_than_was_said_is_announced(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "plan.made", data={"plan": {"proof_seconds": 60}})
    writer.at(1, "attempt.started", "the archive", data={"expected": 60})
    writer.at(90, "attempt.started", "the backup", data={"expected": 600})
    found = list(messages(writer.entries()))
    assert [message.kind for message in found] == ["milestone", "extension"]
    assert found[0].text.endswith("until about 12:02 UTC")
    assert found[1].text == "it takes longer than said: the backup; until about 12:12 UTC"


@pytest.mark.parametrize(("stable", "kind"), [(True, "resolved"), (False, "not stable")])
def test_the_time_after_it_ends_in_a_message(tmp_path: Path, stable: bool, kind: str) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "watch.finished", "so it is", stable=stable)
    assert [message.kind for message in messages(writer.entries())] == [kind]


def test_what_is_not_sent_waits_in_order_and_is_sent_later_with_its_true_time(tmp_path: Path) -> None:
    writer = recovery(tmp_path)
    count = len(list(messages(writer.entries())))
    got: list[Message] = []

    def dying(message: Message) -> bool:
        if len(got) == 2:
            raise OSError("nothing is reachable")
        got.append(message)
        return True

    assert flush(writer.folder, {"noc": dying}) == {"noc": count - 2}
    later: list[Message] = []
    assert flush(writer.folder, {"noc": lambda message: later.append(message) or True}) == {"noc": 0}
    assert [message.number for message in got + later] == sorted({message.number for message in got + later})
    assert len(got + later) == count
    assert later[-1].utc.startswith("2026-03-04T12:01:32")
    assert flush(writer.folder, {"noc": dying}) == {"noc": 0}


def test_one_channel_does_not_wait_for_another(tmp_path: Path) -> None:
    writer = recovery(tmp_path)
    writer.entries()
    left = flush(writer.folder, {"dead": lambda _: False, "log": lambda _: True})
    assert left["log"] == 0
    assert left["dead"] > 0


def test_a_courier_sends_while_the_run_goes_on_and_tells_nothing_of_old_runs(tmp_path: Path) -> None:
    old = recovery(tmp_path / "runs" / "x")
    old.entries()
    os.utime(old.folder / "journal.jsonl", (0, 0))
    got: list[Message] = []
    with Courier(tmp_path / "runs" / "x", {"log": lambda message: got.append(message) or True}) as courier:
        writer = Writer(tmp_path / "runs" / "x", run="20260304-130000Z-bbbb")
        writer.at(0, "run.started", "recover edge1", target="b1")
        courier.hear(Event(name="run.started"))
        writer.at(1, "run.finished", "recovered and proven", exit_code=0)
        writer.entries()
        courier.hear(Event(name="run.finished"))
    assert [message.kind for message in got] == ["started", "completed"]
    assert {message.run for message in got} == {"20260304-130000Z-bbbb"}


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
