"""The recorded sessions are whole asciicasts, succeed, and show nothing of the machine that they were made on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ASSETS = Path(__file__).parents[2] / "docs" / "assets"
SUCCESS = {
    "engineer": "restored to .* and proven from the device",
    "jump-host": "6 devices, 0 failed",
    "team": "drill rollback-gone-wrong: passed",
}
MACHINE = re.compile(r"/tmp/|/root\b|/home/\w|/opt/|file://|https?://(?!\S*asciinema)")


@pytest.mark.parametrize("name", SUCCESS)
def test_a_session_ends_in_success_and_names_no_machine(name: str) -> None:
    header, *lines = (ASSETS / f"{name}.cast").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    screen = "".join(text for _, kind, text in events if kind == "o")

    assert (json.loads(header)["version"], json.loads(header)["width"]) == (2, 80)
    assert [at for at, _, _ in events] == sorted(at for at, _, _ in events)
    assert re.search(SUCCESS[name], screen)
    assert not MACHINE.findall(screen)


def test_no_session_stumbled_where_the_figures_say_so() -> None:
    figures = json.loads((ASSETS / "sessions.json").read_text("utf-8"))
    assert set(figures) == set(SUCCESS)
    assert [one["stumbles"] for one in figures.values()] == [0] * len(SUCCESS)
