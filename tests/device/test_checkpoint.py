"""Lists of checkpoints, and how one is known again after others were made."""

from __future__ import annotations

import pytest

from oob.device.checkpoint import listed
from oob.profile.model import Checkpoints
from oob.profile.store import load

JUNOS = """\
0   2026-11-21 17:05:09 UTC by ops via cli commit confirmed, rollback in 5mins
1   2026-11-21 17:05:01 UTC by ops via cli
2   2026-11-21 17:05:01 UTC by ops via cli
3   2026-11-20 09:12:44 UTC by root via other
"""
LATER = """\
0   2026-11-21 17:11:30 UTC by root via other
1   2026-11-21 17:05:09 UTC by ops via cli commit confirmed, rollback in 5mins
2   2026-11-21 17:05:01 UTC by ops via cli
3   2026-11-21 17:05:01 UTC by ops via cli
4   2026-11-20 09:12:44 UTC by root via other
"""


def _checkpoints(platform: str) -> Checkpoints:
    data = load(platform).checkpoints
    assert data is not None
    return data


def test_a_commit_is_known_again_when_others_have_moved_it_down() -> None:
    before, after = listed(_checkpoints("juniper_junos"), JUNOS), listed(_checkpoints("juniper_junos"), LATER)

    assert [one.name for one in before] == ["1", "2", "3"]
    assert [one.name for one in after] == ["1", "2", "3", "4"]
    assert [one.lasting for one in after[1:]] == [one.lasting for one in before]
    assert len({one.lasting for one in after}) == len(after)


def test_a_name_that_stays_needs_nothing_else_to_be_known_by() -> None:
    data = Checkpoints(command="show checkpoints", pattern=r"^(?P<name>cp\d)$", newest="last")

    assert [(one.name, one.lasting) for one in listed(data, "cp1\ncp2\n")] == [("cp2", ""), ("cp1", "")]


@pytest.mark.parametrize("text", ["", "there are none\n"])
def test_a_device_may_have_none(text: str) -> None:
    data = Checkpoints(command="show checkpoints", pattern=r"^(?P<name>\S+)", absent="^there are none")

    assert listed(data, text) == ()
