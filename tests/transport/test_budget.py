"""Byte budgets: what is counted, by whom, until when, and what becomes of a path that has none left."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import BudgetSpent, PathLost
from oob.events import Event, Events
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.budget import OPENING, PACKET, Budget, Metered, amount, budget_of
from oob.transport.opening import open_url

LIMIT = 20_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "budgets" / "edge1.json"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


class Far:
    """A path to a port of this machine with a budget, and the far end of it."""

    def __init__(self, listener: socket.socket, budget: Budget) -> None:
        self.heard: list[Event] = []
        url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        access = Access(budgets={url: budget}, events=Events(self.heard.append))
        self.near: Transport = open_url(url, Deadline(5), access)
        self.socket, _ = listener.accept()

    def __enter__(self) -> Far:
        return self

    def __exit__(self, *error: object) -> None:
        self.near.close()
        self.socket.close()

    def say(self, size: int) -> None:
        """Let *size* bytes come over the path."""
        self.socket.sendall(b"x" * size)
        while size:
            size -= len(self.near.read(4096, 5))

    def said(self, name: str) -> list[str]:
        return [event.text for event in self.heard if event.name == name]


def test_what_crosses_is_counted_with_its_packets_and_kept_for_the_next(listener: socket.socket, file: Path) -> None:
    with Far(listener, Budget("lte", LIMIT, file)) as far:
        far.near.write(b"y" * 1000, 5)
        far.near.write(b"z", 5)
        far.say(500)
        budget = budget_of(far.near)
        assert budget is not None
        used = OPENING + 1501 + 3 * PACKET
        assert used <= budget.used < used + 200  # at most a few packets of it were cut, or a moment idle
    assert Budget("lte", LIMIT, file).used == budget.used
    assert Budget("dsl", LIMIT, file).used == 0
    assert f"{budget}" in far.said("path.counted")[0]
    assert file.stat().st_mode & 0o077 == 0


def test_two_who_count_at_the_same_time_lose_nothing(file: Path) -> None:
    budgets = [Budget("lte", LIMIT, file), Budget("lte", LIMIT, file), Budget("dsl", LIMIT, file)]
    for budget in budgets:
        budget.charge(1000)
    for budget in budgets:
        budget.save()
    assert (Budget("lte", LIMIT, file).used, Budget("dsl", LIMIT, file).used) == (2000, 1000)


def test_a_new_month_begins_at_nothing(file: Path) -> None:
    def march() -> datetime:
        return datetime(2026, 3, 31, 23, 59, tzinfo=UTC)

    def april() -> datetime:
        return datetime(2026, 4, 1, tzinfo=UTC)

    budget = Budget("lte", LIMIT, file, march)
    budget.charge(LIMIT)
    budget.save()
    assert Budget("lte", LIMIT, file, march).left == 0
    assert Budget("lte", LIMIT, file, april).left == LIMIT


def test_a_warning_comes_once_when_four_fifths_are_used(listener: socket.socket, file: Path) -> None:
    with Far(listener, Budget("lte", LIMIT, file)) as far:
        far.say(5000)
        assert far.said("path.budget") == []
        far.say(6000)
        far.say(100)
        assert len(far.said("path.budget")) == 1
        assert "of 20 kB this month" in far.said("path.budget")[0]


def test_a_spent_budget_ends_the_path_and_lets_the_console_be_left(listener: socket.socket, file: Path) -> None:
    with Far(listener, Budget("lte", LIMIT, file)) as far:
        far.say(15_000)
        with pytest.raises(BudgetSpent, match="larger byte_budget in the inventory") as caught:
            far.near.read(100, 5)
        assert caught.value.exit_code == 10
        assert isinstance(caught.value, PathLost)  # so that another path is taken
        far.near.write(b"exit\r", 5)
        assert far.socket.recv(100) == b"exit\r"
        far.say(1900)
        with pytest.raises(BudgetSpent):
            far.near.write(b"x", 5)
        assert far.near.path.startswith("tcp://")


def test_a_path_without_budget_left_is_not_opened(listener: socket.socket, file: Path) -> None:
    budget = Budget("lte", LIMIT, file)
    Budget("lte", LIMIT, file).charge(LIMIT)
    other = Budget("lte", LIMIT, file)
    other.charge(LIMIT)
    other.save()
    with pytest.raises(BudgetSpent, match="path lte has used 20 kB of 20 kB this month"):
        Far(listener, budget)
    listener.settimeout(0)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_what_would_break_the_budget_is_refused_before_it_is_asked_for(listener: socket.socket, file: Path) -> None:
    budget = Budget("lte", LIMIT, file)
    budget.want(10_000, "reading the neighbours")
    with pytest.raises(BudgetSpent, match="reading the routing tables takes about 30 kB, and path lte has used 0"):
        budget.want(20_000, "reading the routing tables")
    with pytest.raises(BudgetSpent, match="about 30 kB are expected"):
        Far(listener, budget)
    budget.expect(0)
    with Far(listener, budget) as far:
        assert isinstance(far.near, Metered)


def test_a_disk_that_takes_nothing_is_said_once_and_stops_nobody(listener: socket.socket, file: Path) -> None:
    file.parent.parent.mkdir()
    file.parent.touch()  # where a folder should be
    with Far(listener, Budget("lte", 10 * LIMIT, file)) as far:
        for _ in range(3):
            far.say(12_000)
    assert len(far.said("console.note")) == 1
    assert far.said("path.counted")


@pytest.mark.parametrize("content", ["", "[]", "{", '{"lte": 3}', '{"lte": {"month": 3}}'])
def test_a_damaged_count_is_begun_anew(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(content)
    budget = Budget("lte", LIMIT, file)
    assert budget.used == 0
    budget.charge(7)
    budget.save()
    assert Budget("lte", LIMIT, file).used == 7


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (20_000_000, "20 MB")]
)
def test_amounts_are_written_as_people_do(count: int, text: str) -> None:
    assert amount(count) == text
