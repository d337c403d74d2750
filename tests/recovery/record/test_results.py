from __future__ import annotations

from pathlib import Path

from oob.inventory.home import Home
from oob.recovery.record.results import DeviceResult, Results, utc_now


def result(device: str, code: int = 0) -> DeviceResult:
    return DeviceResult(device=device, at=utc_now(), seconds=0.1, exit_code=code, text="é")


def test_the_last_result_of_each_device_counts(tmp_path: Path) -> None:
    results = Results(Home(tmp_path), "backup take")
    for each in (result("r1", 3), result("r2"), result("r1")):
        results.add(each)
    assert [(each.device, each.exit_code) for each in results.last().values()] == [("r2", 0), ("r1", 0)]
    assert Results(Home(tmp_path), "probe").last() == {}


def test_a_torn_line_and_rubbish_are_passed_over_and_damage_no_later_line(tmp_path: Path) -> None:
    results = Results(Home(tmp_path), "probe")
    results.add(result("r1", 3))
    with results.file.open("ab") as file:
        file.write(b'[]\n{"device": 1}\n\xff\n{"device":"r2","at":"20')
    results.add(result("r3"))
    assert list(results.last()) == ["r1", "r3"]


def test_a_file_that_has_grown_is_written_anew(tmp_path: Path) -> None:
    results = Results(Home(tmp_path), "probe")
    results.add(result("r1"))
    line = results.file.read_bytes()
    results.file.write_bytes(line * 2000)
    assert list(results.last()) == ["r1"]
    assert results.file.read_bytes() == line
