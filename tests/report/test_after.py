"""The list for afterwards: yes only where the journal shows it."""

from __future__ import annotations

from pathlib import Path

from oob.report.after import check_list
from oob.report.page import html
from oob.report.story import tell
from tests.report.journals import Writer
from tests.report.test_page import recovery

GOOD = {"lines_differing": 0, "routes": {"equal": True, "lines": []}, "lost": [], "silent": [], "lines": []}


def standings(writer: Writer) -> dict[str, str]:
    return {point.text: point.standing for point in check_list(writer.entries())}


def test_what_the_journal_shows_is_so(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "step.started", "replace", arms=True)
    writer.at(1, "proof.finished", "prove it", data=GOOD)
    writer.at(2, "confirm.finished", "keep it")
    writer.at(3, "save.finished", "save it")
    writer.at(4, "tidy.finished", "take it away")
    writer.at(5, "watch.finished", "stable", stable=True)
    found = standings(writer)
    assert [text for text, standing in found.items() if standing == "no"] == []
    assert found["the device's timer is disarmed"] == "yes"
    assert found["in-band management reaches the device"] == "not looked at"


def test_what_went_wrong_is_not_so_and_what_was_not_read_is_not_either(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "step.started", "replace", arms=True)
    writer.at(1, "proof.finished", "prove it", data={**GOOD, "routes": None, "lost": ["10.0.0.1"]})
    writer.at(2, "save.failed", "no room")
    found = standings(writer)
    assert found["the device's timer is disarmed"] == "no"
    assert found["the configuration is saved"] == "no"
    assert found["neighbours and interfaces are up"] == "no"
    assert found["the routing table is the baseline's"] == "not looked at"
    assert found["it was stable for a while"] == "not looked at"


def test_a_run_that_never_reached_the_device_shows_nothing(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.stopped", "a guard said no", exit_code=7)
    assert set(standings(writer).values()) == {"not looked at"}


def test_the_list_is_on_the_page(tmp_path: Path) -> None:
    assert "in-band management reaches the device" in html(tell(recovery(tmp_path).entries()))
