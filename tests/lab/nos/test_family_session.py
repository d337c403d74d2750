"""Sessions on every IOS-like platform, over a line that takes its time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.nos import family_desk, ios_desk


class SlowDesk(family_desk.Desk):
    """A desk behind a line of 9600 baud."""

    def _show(self, data: bytes) -> float:
        super()._show(data)
        return len(data) / 960


class SlowIosDesk(ios_desk.Desk):
    """The same for IOS."""

    def _show(self, data: bytes) -> float:
        super()._show(data)
        return len(data) / 960


@pytest.mark.parametrize("name", ["edge1", "leaf1", "spine1", "pe1"])
def test_the_interrupt_key_ends_a_long_output_and_the_prompt_is_back(name: str, tmp_path: Path) -> None:
    desk = SlowIosDesk(tmp_path) if name == "edge1" else SlowDesk(tmp_path, name)
    desk.press("", 60)
    desk.login()
    whole = desk.type("show running-config", 60)

    begun = desk.type("show running-config", 1)
    ended = desk.press("\x03", 2)

    assert len(begun + ended) < len(whole) / 2
    assert ended.endswith(desk.type("").rpartition("\n")[2])
    assert desk.type("show clock").count("\n") > 1
