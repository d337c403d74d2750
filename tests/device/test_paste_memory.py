"""What a paste has learnt serves the next process, and a memory that is wrong in any way does no harm."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oob.console.window import LARGEST, Learnt
from oob.device.paste_memory import PasteMemory
from tests.console.virtual import VirtualConsole, stepped

LINES = [f"ip prefix-list FAR seq {5 * n} permit 10.{n // 250}.{n % 250}.0/24" for n in range(1, 201)]
URL = "telnet://192.0.2.10:2007"


def paste(
    folder: Path, monkeypatch: pytest.MonkeyPatch, memory: PasteMemory, baud: int, round_trip: float
) -> tuple[float, Learnt | None]:
    """Paste LINES in a process of its own; return the time as a multiple of the line's, and what it began with."""
    device = VirtualConsole(folder, baud=baud, round_trip=round_trip, receive_buffer=128)
    with stepped(monkeypatch, device) as clock:
        console = device.console()
        console.open()
        console.run("show version")  # which identifies the device
        began = console.conversation.learnt = memory.recall(URL, console.host, console.stream)
        console.go("config")
        received, started = console.stream.bytes_in, clock.now()
        pasted = console.paste(LINES)
        limit = (console.stream.bytes_in - received) * 10 / baud + 3 * round_trip
        taken = clock.now() - started
        assert console.conversation.learnt
        memory.keep(URL, console.host, console.conversation.learnt)
    assert not pasted.resent
    assert not device.router.terminal.overruns
    return taken / limit, began


@pytest.mark.parametrize(("baud", "round_trip"), [(115200, 0.6), (38400, 0.6), (9600, 0.6)])
def test_the_second_process_pastes_in_little_more_than_the_line_takes(
    baud: int, round_trip: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = PasteMemory(tmp_path / "home" / "pastes", "edge1")
    _, began = paste(tmp_path / "first", monkeypatch, memory, baud, round_trip)
    assert began is None

    ratio, began = paste(
        tmp_path / "second", monkeypatch, PasteMemory(tmp_path / "home" / "pastes", "edge1"), baud, round_trip
    )

    assert began
    assert ratio <= 1.5


@pytest.mark.parametrize(("baud", "round_trip"), [(9600, 0.6), (115200, 0.1), (9600, 0.0)])
def test_a_path_that_became_slower_or_nearer_is_not_pasted_to_as_before(
    baud: int, round_trip: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = PasteMemory(tmp_path / "pastes", "edge1")
    paste(tmp_path / "first", monkeypatch, memory, 115200, 0.6)

    _, began = paste(tmp_path / "second", monkeypatch, memory, baud, round_trip)

    assert began is None


class Heard:
    """A stream that has measured what any memory claims."""

    round_trip = 60.0
    rate = 1e9


GOOD = Learnt(limit=900.0, growth=3.0, round_trip=0.6, round_trip_of=60, printed=4000.0, printing=0.4)
Damage = Callable[[Path], object]


def rewritten(**changes: object) -> Damage:
    """Return what changes values of the entry in the file."""

    def damage(file: Path) -> None:
        content = json.loads(file.read_text())
        content[URL].update(changes)
        file.write_text(json.dumps(content))

    return damage


OLD = (datetime.now(UTC) - timedelta(days=400)).isoformat()
DAMAGES: dict[str, Damage] = {
    "empty": lambda file: file.write_bytes(b""),
    "half": lambda file: file.write_bytes(file.read_bytes()[:40]),
    "rubbish": lambda file: file.write_bytes(bytes(range(256))),
    "a list": lambda file: file.write_text("[1, 2]"),
    "an entry that is none": lambda file: file.write_text(json.dumps({URL: "fast"})),
    "deep": lambda file: file.write_text("[" * 100_000),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
    "a pipe": lambda file: (file.unlink(), os.mkfifo(file)),
    "gone": lambda file: file.unlink(),
    "old": rewritten(taken=OLD),
    "of the future": rewritten(taken="2999-01-01T00:00:00+00:00"),
    "without a zone": rewritten(taken="2026-01-01T00:00:00"),
    "another device": rewritten(hostname="edge2"),
    "a text": rewritten(limit="900"),
    "negative": rewritten(printed=-1.0),
    "endless": rewritten(limit=float("inf")),
    "no number": rewritten(round_trip=float("nan")),
    "true": rewritten(growth=True),
    "no rate": rewritten(printing=0),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_memory_that_is_damaged_or_stale_is_none(damage: Damage, tmp_path: Path) -> None:
    memory = PasteMemory(tmp_path / "pastes", "edge1")
    memory.keep(URL, "edge1", GOOD)
    assert memory.recall(URL, "edge1", Heard()) == GOOD  # type: ignore[arg-type]  # two figures of a stream
    damage(tmp_path / "pastes" / "edge1.json")

    assert memory.recall(URL, "edge1", Heard()) is None  # type: ignore[arg-type]
    memory.keep(URL, "edge1", GOOD)  # which must not fail either


def test_a_home_that_takes_nothing_does_not_stop_a_paste(tmp_path: Path) -> None:
    (tmp_path / "pastes").write_text("a file in the place of the folder")
    memory = PasteMemory(tmp_path / "pastes", "edge1")

    memory.keep(URL, "edge1", GOOD)

    assert memory.recall(URL, "edge1", Heard()) is None  # type: ignore[arg-type]


def test_what_a_path_has_not_shown_a_rate_of_is_not_kept(tmp_path: Path) -> None:
    PasteMemory(tmp_path / "pastes", "edge1").keep(URL, "edge1", replace(GOOD, printing=0.0, limit=float(LARGEST)))

    assert not (tmp_path / "pastes").exists()
