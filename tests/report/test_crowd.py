from __future__ import annotations

from oob.report.crowd import CrowdView


def test_the_board_counts_and_shows_the_longest_first_within_the_terminal() -> None:
    clock = iter(range(100)).__next__
    view = CrowdView("probe", 9, clock=lambda: float(clock()))
    for number in range(6):
        view.began(f"r{number}")
    view.ended("r0", is_well=False)
    view.says("r1", "trying lte\x1b[2J: tcp://192.0.2.1:1")
    lines = view.lines(60, 4)
    assert lines[0].startswith("probe: 1 of 9 done, 1 failed, 5 under way, 3 waiting, ")
    assert [line.split()[0] for line in lines[1:3]] == ["r1", "r2"]
    assert "\x1b" not in lines[1]
    assert lines[3] == "  and 3 more"
    assert all(len(line) <= 60 for line in lines)
