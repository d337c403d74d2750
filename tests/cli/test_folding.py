"""Lines that are wider than the terminal are folded between words, and nothing of them is lost."""

from __future__ import annotations

import pytest

from oob.cli.folding import folded

ROW = "edge1  20261130-211604Z  good  cisco_ios  17.9.4a  20 routes  sample baseline of the day before the change"
PROSE = "oob: edge1: unknown device: there is no /home/ada/.oob/inventory/hosts.yaml; oob inventory import makes one"
SCENARIO = "rollback-gone-wrong     the newest copy on each device is of no use, and DNS and AAA are gone"


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("line", [ROW, PROSE, SCENARIO, "  - " + PROSE])
def test_every_line_fits_and_every_word_is_there_whole(line: str, width: int) -> None:
    lines = folded(line, width).split("\n")
    assert max(map(len, lines)) <= width
    assert " ".join(lines).split() == line.split()


def test_a_line_goes_on_under_its_last_column() -> None:
    first, second = folded(SCENARIO, 80).split("\n")
    assert first.startswith("rollback-gone-wrong     the newest")
    assert second == " " * 24 + "AAA are gone"


def test_a_word_that_is_wider_than_the_terminal_stays_whole_and_a_line_that_fits_as_it_is() -> None:
    path = "/home/" + "a" * 50
    assert folded(f"oob: {path}: not changed, since it is not YAML", 40).split("\n") == [
        f"oob: {path}: not changed,",
        "  since it is not YAML",
    ]
    assert folded("a   b\n\n  c", 40) == "a   b\n\n  c"
