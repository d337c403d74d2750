"""The bytes on the line over the time of a run."""

from __future__ import annotations

import json
from pathlib import Path

from oob.report.traffic import MOST, Traffic

BEGAN = 1000.0


def write(path: Path, begun: int, *events: tuple[float, str, str]) -> None:
    lines = [{"version": 2, "timestamp": begun}, *map(list, events)]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def test_bytes_of_all_transcripts_stand_at_their_time(tmp_path: Path) -> None:
    write(tmp_path / "console-1.cast", 1000, (0.5, "i", "ab"), (2.0, "o", "äbc"), (2.9, "m", "not counted"))
    write(tmp_path / "console-2.cast", 1004, (0.1, "o", "x"))
    traffic = Traffic(tmp_path)
    traffic.look()
    assert traffic.lane(BEGAN, 5.0) == {"width": 1, "bytes": [2, 0, 4, 0, 1, 0]}


def test_only_what_is_new_is_counted_and_a_torn_line_waits(tmp_path: Path) -> None:
    write(tmp_path / "console-1.cast", 1000, (0.5, "o", "ab"))
    traffic = Traffic(tmp_path)
    traffic.look()
    with (tmp_path / "console-1.cast").open("a") as file:
        file.write('not json\n[1.0, "o", "c')
    traffic.look()
    assert traffic.lane(BEGAN, 1.0)["bytes"] == [2, 0]
    with (tmp_path / "console-1.cast").open("a") as file:
        file.write('d"]\n')
    traffic.look()
    assert traffic.lane(BEGAN, 1.0)["bytes"] == [2, 2]


def test_a_long_run_has_few_portions_and_a_moment_more_changes_only_the_last(tmp_path: Path) -> None:
    write(tmp_path / "console-1.cast", 1000, *((float(second), "o", "x") for second in range(3600)))
    traffic = Traffic(tmp_path)
    traffic.look()
    now, later = traffic.lane(BEGAN, 3600.0), traffic.lane(BEGAN, 3601.0)
    assert now["width"] == later["width"] == 64
    assert len(now["bytes"]) <= MOST + 1
    assert now["bytes"][:-1] == later["bytes"][: len(now["bytes"]) - 1]


def test_a_run_without_a_transcript_has_no_lane(tmp_path: Path) -> None:
    traffic = Traffic(tmp_path)
    traffic.look()
    assert traffic.lane(BEGAN, 10.0)["bytes"] == []
