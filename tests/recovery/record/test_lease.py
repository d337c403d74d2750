"""One holder at a time on a device, also between machines that share a home and whose clocks differ."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oob.clock import Clock
from oob.errors import GuardStopped
from oob.recovery.record import lease as leases
from oob.recovery.record.lease import EVERY, SILENT, Lease, holders, read

NOON = Clock(utc=lambda: datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC))
LATER = Clock(utc=lambda: datetime(2026, 3, 4, 12, 42, 0, tzinfo=UTC))
HOLD = """
import sys
from datetime import timedelta
from pathlib import Path
from oob.clock import Clock, _now
from oob.recovery.record import lease
from oob.errors import GuardStopped
flock = lease.fcntl.flock
lease.machine = lambda: sys.argv[2]
lease.fcntl.flock = lambda *_: None if sys.argv[2].startswith("jump") else flock(*_)  # as where locks are not carried
clock = Clock(utc=lambda: _now() + timedelta(hours=float(sys.argv[3])))
for turn in range(int(sys.argv[4])):
    try:
        held = lease.Lease.take(Path(sys.argv[1]), "edge1", run=f"r-{sys.argv[2]}", operator=sys.argv[2], clock=clock)
    except GuardStopped as error:
        print("refused", error, flush=True)
        continue
    print("held", flush=True)
    sys.stdin.readline()
    held.check()
    held.close()
    print("released", flush=True)
"""


def take(folder: Path, run: str = "r1", *, clock: Clock = NOON, break_it: bool = False) -> Lease:
    return Lease.take(folder, "edge1", run=run, operator=f"ada-{run}", clock=clock, break_it=break_it)


def file(folder: Path) -> Path:
    """Return the file of the newest lease of edge1."""
    return max((folder / "edge1").glob("*.lease"), key=lambda path: int(path.stem))


def left_by_another_machine(folder: Path, *, seconds: float = SILENT + 1, **other: str) -> Path:
    """Leave a lease as a machine leaves it whose processes are not seen from here, silent for so many *seconds*."""
    with take(folder):
        content = file(folder).read_bytes()
    path = folder / "edge1" / f"{int(file(folder).stem) + 1}.lease"
    document, sign = content[:-1], content[-1:]
    path.write_bytes(
        json.dumps({**json.loads(document), "host": "jump2", "machine": "another", **other}).encode() + sign
    )
    now = path.stat().st_mtime
    os.utime(path, (now, now - seconds))
    return path


@contextmanager
def holding(folder: Path, machine: str, *, hours: float = 0, turns: int = 1) -> Iterator[subprocess.Popen[str]]:
    """Start a process of another *machine*, whose clock is so many *hours* ahead."""
    command = [sys.executable, "-c", HOLD, str(folder), machine, str(hours), str(turns)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str], text: str = "") -> str:
    """Return the next line of *process*, after giving it a line where it waits for one."""
    assert process.stdin is not None
    assert process.stdout is not None
    if text:
        process.stdin.write(text)
        process.stdin.flush()
    return process.stdout.readline().strip()


def test_who_holds_it_is_written_down_and_gone_afterwards(tmp_path: Path) -> None:
    with take(tmp_path) as lease:
        holder = read(file(tmp_path))
        assert holder == lease.holder
        assert holder is not None
        assert holder.since == "2026-03-04T12:00:00Z"
        assert list(holders(tmp_path)) == [("edge1", holder)]
    assert list(holders(tmp_path)) == []


def test_the_second_is_told_who_and_for_how_long(tmp_path: Path) -> None:
    with take(tmp_path), pytest.raises(GuardStopped, match=r"edge1 is in use by ada-r1 on .* for 42 minutes"):
        take(tmp_path, "r2", clock=LATER)


def test_a_lease_in_use_is_not_taken_over_even_on_request(tmp_path: Path) -> None:
    with take(tmp_path), pytest.raises(GuardStopped, match="is in use"):
        take(tmp_path, "r2", break_it=True)


def test_a_lease_covers_its_own_device_only(tmp_path: Path) -> None:
    with take(tmp_path), Lease.take(tmp_path, "core1", run="r2", operator="bob", clock=NOON) as other:
        assert other.holder.operator == "bob"


def test_one_whose_process_on_this_machine_was_killed_is_taken_over(tmp_path: Path) -> None:
    with holding(tmp_path, leases.machine()) as process:
        assert line(process) == "held"
        process.send_signal(signal.SIGKILL)
        process.wait()
        with take(tmp_path, "r2") as mine:
            assert mine.holder.run == "r2"


@pytest.mark.parametrize("hours", [-30, 0, 30])
def test_a_holder_on_another_machine_is_seen_to_live_whatever_its_clock_says(tmp_path: Path, hours: float) -> None:
    with holding(tmp_path, "jump2", hours=hours) as process:
        assert line(process) == "held"
        with pytest.raises(GuardStopped, match=r"is in use by jump2 .* its last sign of life was \d+ s ago"):
            take(tmp_path, "r2", break_it=True)
        assert line(process, "\n") == "released"
        with take(tmp_path, "r2") as mine:
            assert mine.holder.run == "r2"


def test_without_locks_the_last_sign_of_life_tells(tmp_path: Path) -> None:
    left_by_another_machine(tmp_path, seconds=SILENT - 20)
    for run in ("r1", "r2"):
        with pytest.raises(GuardStopped, match=r"ada-r1 on jump2 .*: its last sign of life was 4\d s ago"):
            take(tmp_path, run, clock=LATER, break_it=True)


def test_a_silent_lease_of_another_machine_is_taken_over_only_on_request(tmp_path: Path) -> None:
    left_by_another_machine(tmp_path, seconds=42 * 60)
    with pytest.raises(GuardStopped, match=r"ada-r1 on jump2 .* no sign of life for 42 minutes"):
        take(tmp_path, "r2", clock=LATER)
    with take(tmp_path, "r2", break_it=True) as mine:
        assert mine.holder.run == "r2"


def test_machines_that_have_the_same_name_are_two(tmp_path: Path) -> None:
    left_by_another_machine(tmp_path, host=os.uname().nodename)
    with pytest.raises(GuardStopped, match="no sign of life"):
        take(tmp_path, "r2")


def test_the_same_run_is_resumed_from_another_machine(tmp_path: Path) -> None:
    left_by_another_machine(tmp_path)
    with take(tmp_path, "r1") as mine:
        assert mine.holder.host != "jump2"


def test_a_holder_that_comes_back_stops_before_its_next_act(tmp_path: Path) -> None:
    with take(tmp_path) as lease:
        lease.check()
        path = tmp_path / "edge1" / f"{int(file(tmp_path).stem) + 1}.lease"
        path.write_bytes(json.dumps({**leases.asdict(lease.holder), "operator": "eva", "run": "r9"}).encode() + b"\n-")
        with pytest.raises(GuardStopped, match=r"the lease was taken over by eva on .* in run r9"):
            lease.check()
    assert read(path) is not None, "the holder that came back has released the lease of the other"


def test_a_home_out_of_reach_stops_no_run(tmp_path: Path) -> None:
    with take(tmp_path) as lease:
        (tmp_path / "edge1").rename(tmp_path / "away")
        lease.check()


def test_a_refused_one_leaves_the_holders_words_as_they_were(tmp_path: Path) -> None:
    path = left_by_another_machine(tmp_path)
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(os.listdir(path.parent))
    with pytest.raises(GuardStopped):
        take(tmp_path, "r2")
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(os.listdir(path.parent))) == before


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\x00"])
def test_a_lease_that_names_no_holder_is_free_once_it_is_not_being_written(tmp_path: Path, content: bytes) -> None:
    path = left_by_another_machine(tmp_path)
    path.write_bytes(content)
    with pytest.raises(GuardStopped, match="unknown operator"):
        take(tmp_path, break_it=True)
    now = path.stat().st_mtime
    os.utime(path, (now, now - SILENT - 1))
    with take(tmp_path) as mine:
        assert read(file(tmp_path)) == mine.holder


def test_of_many_who_want_it_at_once_one_gets_it(tmp_path: Path) -> None:
    ready = threading.Barrier(12)

    def attempt(number: int) -> Lease | None:
        ready.wait()
        try:
            return take(tmp_path, f"r{number}")
        except GuardStopped:
            return None

    left_by_another_machine(tmp_path, run="r0")
    (tmp_path / "edge1" / "2.lease").write_bytes(b"released\n")
    with ThreadPoolExecutor(12) as pool:
        got = [lease for lease in pool.map(attempt, range(12)) if lease]
    assert len(got) == 1
    got[0].close()


def test_two_machines_never_hold_it_at_once(tmp_path: Path) -> None:
    with holding(tmp_path, "jump2", turns=40) as first, holding(tmp_path, "jump3", turns=40) as second:
        held = {first: False, second: False}
        said: list[str] = []
        for process in (first, second) * 40:
            said.append(line(process, "\n" if held[process] else ""))
            held[process] = said[-1] == "held"
            assert list(held.values()).count(True) <= 1
            assert said[-1] in ("held", "released", "") or "is in use by" in said[-1]
    assert said.count("held") >= 1


def test_a_view_of_the_folder_that_was_late_takes_no_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "edge1").mkdir()
    (tmp_path / "edge1" / "7.lease").write_bytes(b"released\n")
    late: list[list[int]] = [[]]  # what a file server's client may show of it for a moment
    numbers = leases._numbers
    monkeypatch.setattr(leases, "_numbers", lambda folder: late.pop() if late else numbers(folder))
    with pytest.raises(GuardStopped, match="by another operator at this moment"):
        take(tmp_path, "r2")
    with take(tmp_path, "r3") as mine:
        assert read(tmp_path / "edge1" / "8.lease") == mine.holder


def test_a_view_of_the_folder_that_stays_late_ends_in_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with take(tmp_path):
        monkeypatch.setattr(leases, "_numbers", lambda folder: [])
        with pytest.raises(GuardStopped, match="taken by others 5 times"):
            take(tmp_path, "r2")


def test_a_full_disk_leaves_no_lease_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, data: bytes, place: int) -> int:
        return 0

    monkeypatch.setattr("oob.recovery.record.lease.os.pwrite", full)
    with pytest.raises(GuardStopped, match="No space left"):
        take(tmp_path)
    assert os.listdir(tmp_path / "edge1") == []


def test_a_holder_writes_signs_of_life_into_the_same_place(tmp_path: Path) -> None:
    beats: list[float] = []
    done = threading.Event()

    def pause(until: threading.Event, seconds: float) -> bool:
        beats.append(seconds)
        if len(beats) < 4:
            return False
        done.set()
        return until.wait(10)

    with take(tmp_path, clock=Clock(utc=NOON.utc, pause=pause)) as lease:
        size = file(tmp_path).stat().st_size
        assert done.wait(10)
        assert file(tmp_path).read_bytes()[-1:] == b"+"
        assert (file(tmp_path).stat().st_size, read(file(tmp_path))) == (size, lease.holder)
    assert beats == [EVERY] * 4


def test_files_of_earlier_holders_do_not_gather(tmp_path: Path) -> None:
    for _ in range(10):
        with take(tmp_path):
            pass
    assert len(os.listdir(tmp_path / "edge1")) <= 4


def test_a_name_that_would_leave_the_folder_stays_in_it(tmp_path: Path) -> None:
    with Lease.take(tmp_path / "leases", "../core1", run="r", operator="ada", clock=NOON):
        assert [path.parent.parent for path in tmp_path.rglob("*.lease")] == [tmp_path / "leases"]


def test_a_folder_that_cannot_be_made_is_a_guard_and_no_accident(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GuardStopped, match="the lease cannot be taken"):
        take(tmp_path / "file" / "leases")
