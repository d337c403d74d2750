"""`oob watch` of a run that another process carries out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oob.cli.commands.watch import follow
from oob.cli.options import Settings
from oob.clock import Clock
from oob.events import WARNING
from oob.inventory.home import Home
from tests.web.written import RUN, SECOND, WrittenRun


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_run_of_another_process_is_followed_to_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], is_killed: bool
) -> None:
    run = WrittenRun(Home(tmp_path))
    run.begin()
    run.note(WARNING, "long ago")
    turns = [lambda: run.attempt(SECOND, fails=False), *([] if is_killed else [run.finish]), run.journal.close]
    settings = Settings(as_json=True, plain=True, home=Home(tmp_path))
    code = follow(settings, RUN, Clock(wait=lambda seconds: turns.pop(0)()))
    printed = capsys.readouterr()
    answer, shown = json.loads(printed.out), printed.err
    assert answer == {"run": RUN, "device": "edge1", "ended": not is_killed, "exit_code": 130 if is_killed else 0}
    assert code == answer["exit_code"]
    assert "edge1  replace the configuration" in shown
    assert "long ago" not in shown
    assert ("recovered and proven" in shown) is not is_killed
