"""Steps on a real shell on a pty: a release behind a symbolic link, a step that fails, runs that are gone on with."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from oob.cli.main import oob_command
from oob.errors import GuardStopped, OobError, WrongDevice
from oob.inventory import device as inventory
from oob.inventory.device import Expect
from oob.inventory.home import Home
from oob.recovery.api import recover, resume
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.record.journal import NAME, Journal, JournalEntry, read
from tests.recovery.conftest import Credentials

SHELL = "exec:///bin/sh?arg=-i"
ENTRY = inventory.InventoryDevice(
    name="web1", platform="linux", paths=(inventory.ConsolePath(url=SHELL, name="sol"),), expect=Expect()
)
pytestmark = pytest.mark.skipif(not Path("/etc/machine-id").exists(), reason="a server tells itself by its machine-id")


@dataclass
class Server:
    """A server with two releases, of which the newer one is broken and current."""

    folder: Path
    home: Home

    @property
    def current(self) -> str:
        return os.readlink(self.folder / "current")

    @property
    def steps(self) -> list[dict[str, Any]]:
        at = self.folder
        return [
            {
                "about": "the release before is there",
                "run": f"cat {at}/41/version",
                "expect": "^release 41$",
                "reads": True,
            },
            {
                "about": "put its configuration in place, checked before it counts",
                "run": f"cd {at}; grep -q ^port= 41/conf && cp conf conf.before && cp 41/conf conf && "
                "echo valid >> valid; cat valid",
                "expect": r"\Avalid\Z",
                "shows": f"cat {at}/conf",
                "shown": "^port=41$",
                "undo": f"cp {at}/conf.before {at}/conf",
            },
            {
                "about": "point current to it",
                "run": f"ln -sfn 41 {at}/current && echo moved >> {at}/moved; cat {at}/moved",
                "expect": r"\Amoved\Z",
                "shows": f"readlink {at}/current",
                "shown": "^41$",
                "undo": f"ln -sfn 42 {at}/current && readlink {at}/current",
                "undone": "^42$",
            },
            {
                "about": "restart, and see that it answers",
                "run": f"echo restarted >> {at}/log; cat {at}/current/version",
                "expect": "^release 41$",
                "undo": f"echo restarted again >> {at}/log",
            },
        ]

    def choices(self, *more: dict[str, Any]) -> RunOptions:
        return RunOptions(steps=(*self.steps, *more), reopen=10.0)

    def means(self) -> Collaborators:
        return Collaborators(home=self.home, secrets=Credentials(), operator="ada")

    def entries(self, run: str) -> tuple[JournalEntry, ...]:
        return tuple(read(self.home.runs / run / NAME).entries)

    def typed(self) -> list[str]:
        """What was typed as steps in all runs, in its order."""
        journals = sorted(self.home.runs.glob(f"*/{NAME}"))
        entries = [entry for path in journals for entry in read(path).entries]
        return [entry.data["commands"][0] for entry in entries if entry.event == "step.started"]


def stand(folder: Path) -> Server:
    """Return a server below *folder*."""
    for release in ("41", "42"):
        (folder / release).mkdir(parents=True)
        (folder / release / "version").write_text(f"release {release}\n")
        (folder / release / "conf").write_text(f"port={release}\n")
    (folder / "conf").write_text("port=42\n")
    (folder / "current").symlink_to("42")
    return Server(folder, Home(folder / "home"))


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return stand(tmp_path)


def test_a_release_is_rolled_back_step_by_step(server: Server) -> None:
    outcome = recover(ENTRY, server.means(), server.choices())

    assert outcome.exit_code == 0
    assert [attempt.is_proven for attempt in outcome.attempts] == [True] * 4
    assert (server.current, (server.folder / "conf").read_text()) == ("41", "port=41\n")
    assert server.entries(outcome.run)[-1].data["text"] == "all 4 steps are done"


FAILING = {"about": "the database is consistent", "run": "echo 3 rows are lost", "expect": "^0 rows are lost$"}


def test_a_step_that_fails_has_all_before_it_undone_in_reverse(server: Server) -> None:
    outcome = recover(ENTRY, server.means(), server.choices({**FAILING, "undo": "echo looked at"}))

    assert outcome.exit_code == 1
    assert "but '3 rows are lost" in outcome.attempts[-1].failure
    assert [text.partition(",")[0] for text in outcome.left] == [
        "undone: step 5",
        "undone: step 4",
        "undone: step 3",
        "undone: step 2",
    ]
    assert (server.current, (server.folder / "conf").read_text()) == ("42", "port=42\n")
    assert (server.folder / "log").read_text() == "restarted\nrestarted again\n"


def test_a_command_that_succeeds_without_printing_what_it_must_has_failed(server: Server) -> None:
    outcome = recover(ENTRY, server.means(), server.choices({**FAILING, "run": "true"}))
    assert outcome.exit_code == 1
    assert outcome.left[-1] == "step 5, the database is consistent, has no undo: check it by hand"
    assert server.current == "42"


@pytest.mark.parametrize("hanging", ["cat", "while sleep 0.1; do echo still at it; done"])
def test_a_command_that_takes_too_long_is_cancelled_and_undone_silent_or_not(server: Server, hanging: str) -> None:
    outcome = recover(ENTRY, server.means(), server.choices({**FAILING, "run": hanging, "timeout": 1.5}))
    assert "timed out after 1.5 s and was cancelled" in outcome.attempts[-1].failure
    assert server.current == "42"


def test_a_path_that_dies_in_the_middle_of_a_step_is_come_back_over_and_the_server_asked(server: Server) -> None:
    mark = server.folder / "mark"
    dying = {
        "about": "the shell dies under it",
        "run": f"echo once >> {mark}; kill -9 $$",
        "expect": "^never$",
        "shows": f"cat {mark}",
        "shown": r"\Aonce\Z",
        "undo": f"rm {mark}",
    }
    outcome = recover(ENTRY, server.means(), server.choices(dying))
    assert outcome.exit_code == 0
    assert mark.read_text() == "once\n"
    events = [entry.event for entry in server.entries(outcome.run)]
    assert "attempt.interrupted" in events
    assert "reopen.finished" in events


def test_what_is_so_already_is_neither_done_nor_undone(server: Server) -> None:
    (server.folder / "current").unlink()
    (server.folder / "current").symlink_to("41")

    outcome = recover(ENTRY, server.means(), server.choices(FAILING))

    assert outcome.exit_code == 1
    assert not any("ln -sfn" in command for command in server.typed())
    assert server.current == "41"


def test_an_undo_that_fails_does_not_keep_the_others_from_being_done(server: Server) -> None:
    steps = [dict(step) for step in server.steps]
    steps[2]["undone"] = "^43$"
    outcome = recover(ENTRY, server.means(), replace(server.choices(), steps=(*steps, FAILING)))
    assert any("step 3, point current to it, is not undone" in text for text in outcome.left)
    assert (server.folder / "conf").read_text() == "port=42\n"


def test_a_step_that_holds_a_secret_is_not_begun(server: Server) -> None:
    leaking = {**FAILING, "run": "mysql -poob-lab -e 'select 1'"}
    with pytest.raises(GuardStopped, match="step 5, the database is consistent, holds a secret"):
        recover(ENTRY, server.means(), server.choices(leaking))
    (journal,) = server.home.runs.glob(f"*/{NAME}")
    assert b"oob-lab" not in journal.read_bytes()


def test_another_server_is_left_alone(server: Server) -> None:
    other = replace(ENTRY, expect=Expect(hostname=f"not-{socket.gethostname()}"))
    with pytest.raises(WrongDevice):
        recover(other, server.means(), server.choices())
    assert server.typed() == []


class Killed(BaseException):
    """The process is gone."""


def killed_at(server: Server, choices: RunOptions, line: int, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> str:
    """Carry the steps out until right before or *after* journal line *line*; return the run's id."""
    written = Journal.write

    def write(self: Journal, *arguments: Any, **options: Any) -> JournalEntry:
        is_there = (self._last.sequence + 1 if self._last else 1) == line
        if is_there and not after:
            raise Killed
        entry = written(self, *arguments, **options)
        if is_there:
            raise Killed
        return entry

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "write", write)
        with pytest.raises(Killed):
            recover(ENTRY, server.means(), choices)
    return next(server.home.runs.iterdir()).name


def test_a_run_that_died_at_any_line_is_resumed_and_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps 1 and 2 print what they print when they work only where they are done for the first time."""

    def chosen(server: Server) -> RunOptions:
        return replace(server.choices(), steps=(*server.steps[1:3], {**FAILING, "reads": True}))

    whole = stand(tmp_path / "whole")
    events = [entry.event for entry in whole.entries(recover(ENTRY, whole.means(), chosen(whole)).run)]
    before = [(line, False) for line, event in enumerate(events, 1) if line > events.index("attempt.started")]
    after = [(line, True) for line, event in enumerate(events, 1) if event == "step.started"]
    assert len(after) == 5

    for line, is_after in before + after:
        server = stand(tmp_path / f"{line}-{is_after}")
        run = killed_at(server, chosen(server), line, monkeypatch, after=is_after)
        assert resume(run, ENTRY, server.means()).exit_code == 1, (line, is_after)
        assert (server.current, (server.folder / "conf").read_text()) == ("42", "port=42\n")
        assert (server.folder / "valid").read_text() == "valid\n"


def test_a_step_that_may_have_been_done_and_does_not_show_it_is_not_done_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    choices = replace(server.choices(), steps=tuple(server.steps[3:]))
    (server.folder / "current").unlink()
    (server.folder / "current").symlink_to("41")
    lines = [entry.event for entry in server.entries(recover(ENTRY, server.means(), choices).run)]
    other = stand(server.folder / "other")
    run = killed_at(
        other,
        replace(choices, steps=tuple(other.steps[3:])),
        lines.index("step.finished") + 1,
        monkeypatch,
        after=False,
    )

    with pytest.raises(GuardStopped, match="nothing shows whether it ran, so it is not repeated"):
        resume(run, ENTRY, other.means())
    assert (other.folder / "log").read_text() == "restarted\n"


def test_steps_become_a_plan_that_is_carried_out_and_refused_once_it_was_changed(
    server: Server, tmp_path: Path
) -> None:
    def oob(*words: object) -> tuple[int, str]:
        environ = {"OOB_HOME": str(server.home.path), "OOB_USERNAME": "ops", "OOB_PASSWORD": "x"}
        result = CliRunner().invoke(oob_command, [str(word) for word in words], env=environ, standalone_mode=False)
        code = result.exception.exit_code if isinstance(result.exception, OobError) else result.return_value or 0
        return code, f"{result.output}{result.exception or ''}"

    server.home.inventory.mkdir(parents=True)
    server.home.programs.write_text("- /bin/sh\n")
    host = {"platform": "linux", "data": {"oob": {"paths": [{"url": SHELL}], "authorised": ["Ada"]}}}
    (server.home.inventory / "hosts.yaml").write_text(yaml.safe_dump({"web1": host}))
    steps, plan = tmp_path / "steps.yaml", tmp_path / "plan.yaml"
    steps.write_text(yaml.safe_dump({"steps": server.steps}))
    assert oob("inventory", "allow", "/bin/sh")[0] == 0

    assert "3. point current to it" in oob("plan", "web1", "--steps", steps)[1]
    assert oob("plan", "web1", "--steps", steps, "--change", "CHG7", "-o", plan)[0] == 0
    content = yaml.safe_load(plan.read_text())
    assert (content["change"], content["authorisation"], content["point_of_no_return"]) == (
        "CHG7",
        {"persons": "none", "by": ["Ada"]},
        [],
    )

    whole = plan.read_text()
    plan.write_text(whole.replace("ln -sfn 41", "rm -rf 41"))
    code, said = oob("recover", "web1", "--plan", plan)
    assert (code, server.typed()) == (7, [])
    assert "was changed after it was made" in said

    plan.write_text(whole)
    code, said = oob("recover", "web1", "--plan", plan)
    assert (code, server.current) == (0, "41"), said
    assert "web1: all steps are done" in said
    run = next(server.home.runs.iterdir()).name
    assert oob("report", run)[0] == 0
    assert "point current to it" in (server.home.runs / run / "report.html").read_text()


@pytest.mark.parametrize("changes", [True, False])
def test_a_step_that_fails_half_way_is_undone_unless_its_query_answers_as_before(server: Server, changes: bool) -> None:
    half = {
        "about": "two writes, of which the second fails",
        "run": f"{f'echo half > {server.folder}/data && ' if changes else ''}cat {server.folder}/missing",
        "expect": "^never$",
        "shows": f"cat {server.folder}/data",
        "shown": "^whole$",
        "undo": f"echo undone >> {server.folder}/undos; rm -f {server.folder}/data",
    }
    outcome = recover(ENTRY, server.means(), RunOptions(steps=(half,), reopen=10.0))

    assert outcome.exit_code == 1
    assert not (server.folder / "data").exists()
    assert (server.folder / "undos").exists() == changes
