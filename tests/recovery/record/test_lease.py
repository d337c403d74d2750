"""One hand at a time on a device, also between hosts that share a home."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oob.clock import Clock
from oob.errors import GuardStopped
from oob.recovery.record.lease import Lease, read

NOON = Clock(utc=lambda: datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC))
LATER = Clock(utc=lambda: datetime(2026, 3, 4, 12, 42, 0, tzinfo=UTC))


def take(folder: Path, run: str = "r1", *, clock: Clock = NOON, break_it: bool = False) -> Lease:
    return Lease.take(folder, "edge1", run=run, operator=f"ada-{run}", clock=clock, break_it=break_it)


def left_by_another_host(folder: Path, **other: str) -> Path:
    """Leave a lease as a machine leaves it that is not seen from here: no lock, and its own name in it."""
    other = other or {"host": "jump2", "machine": "another"}
    with take(folder) as lease:
        written = json.loads((folder / "edge1.lease").read_text())
    assert lease.holder.run == "r1"
    (folder / "edge1.lease").write_text(json.dumps({**written, **other}))
    return folder / "edge1.lease"


def test_who_holds_it_is_written_down_and_gone_afterwards(tmp_path: Path) -> None:
    with take(tmp_path) as lease:
        holder = read(tmp_path / "edge1.lease")
        assert holder == lease.holder
        assert holder is not None
        assert holder.since == "2026-03-04T12:00:00Z"
    assert read(tmp_path / "edge1.lease") is None


def test_the_second_is_told_who_and_for_how_long(tmp_path: Path) -> None:
    with take(tmp_path), pytest.raises(GuardStopped, match=r"edge1 is in use by ada-r1 on .* for 42 minutes"):
        take(tmp_path, "r2", clock=LATER)


def test_a_lease_in_use_is_not_taken_over_even_on_request(tmp_path: Path) -> None:
    with take(tmp_path), pytest.raises(GuardStopped, match="is in use"):
        take(tmp_path, "r2", break_it=True)


def test_a_lease_covers_its_own_device_only(tmp_path: Path) -> None:
    with take(tmp_path), Lease.take(tmp_path, "core1", run="r2", operator="bob", clock=NOON) as other:
        assert other.holder.operator == "bob"


def test_one_whose_process_on_this_host_is_gone_is_taken_over(tmp_path: Path) -> None:
    lease = take(tmp_path)
    content = (tmp_path / "edge1.lease").read_bytes()
    lease.close()
    (tmp_path / "edge1.lease").write_bytes(content)
    with take(tmp_path, "r2") as mine:
        assert mine.holder.run == "r2"


def test_a_stale_lease_of_another_host_is_taken_over_only_on_request(tmp_path: Path) -> None:
    left_by_another_host(tmp_path)
    with pytest.raises(GuardStopped, match=r"ada-r1 on jump2 .* cannot be seen from here"):
        take(tmp_path, "r2", clock=LATER)
    with take(tmp_path, "r2", break_it=True) as mine:
        assert mine.holder.run == "r2"


def test_machines_that_have_the_same_name_are_two(tmp_path: Path) -> None:
    left_by_another_host(tmp_path, machine="another")
    with pytest.raises(GuardStopped, match="cannot be seen from here"):
        take(tmp_path, "r2")


def test_the_same_run_goes_on_from_another_host(tmp_path: Path) -> None:
    left_by_another_host(tmp_path)
    with take(tmp_path, "r1") as mine:
        assert mine.holder.host != "jump2"


def test_a_refused_one_leaves_the_holders_words_as_they_were(tmp_path: Path) -> None:
    path = left_by_another_host(tmp_path)
    before = path.read_bytes()
    with pytest.raises(GuardStopped):
        take(tmp_path, "r2")
    assert path.read_bytes() == before


def test_an_unreadable_lease_has_no_holder(tmp_path: Path) -> None:
    (tmp_path / "edge1.lease").write_text("{")
    with take(tmp_path) as mine:
        assert read(tmp_path / "edge1.lease") == mine.holder


def test_a_name_that_would_leave_the_folder_stays_in_it(tmp_path: Path) -> None:
    with Lease.take(tmp_path / "leases", "../core1", run="r", operator="ada", clock=NOON):
        assert [path.parent for path in tmp_path.rglob("*.lease")] == [tmp_path / "leases"]


def test_a_folder_that_cannot_be_made_is_a_guard_and_no_accident(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GuardStopped, match="the lease cannot be taken"):
        take(tmp_path / "file" / "leases")
