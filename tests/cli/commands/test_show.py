"""`oob runs` and `oob show`: what became of recoveries, also where a journal is damaged."""

from __future__ import annotations

from pathlib import Path

from click import Context

from oob.cli.commands.show import command
from oob.cli.history import runs
from oob.inventory.home import Home
from oob.recovery.context import Collaborators
from oob.recovery.record.anchor import anchored
from oob.recovery.record.journal import NAME, Journal, read
from oob.secret.masking import Masker
from tests.cli.conftest import Oob
from tests.recovery.credentials import Credentials
from tests.recovery.ladder.test_document import keys
from tests.report.journals import Writer
from tests.report.test_page import recovery

RUN = "20260304-120000Z-abcd"
COMMANDS = ("after", "report", "resume", "show", "watch")


def journal(home: Path) -> Path:
    return recovery(home / "runs").close() / NAME


def test_a_run_is_shown_line_by_line_with_its_code_and_what_that_means(oob: Oob, home: Path) -> None:
    journal(home)
    (run,) = oob("runs", "--json").document
    code = run["code"]
    assert run["state"] == "recovered"

    said = oob("show", RUN)

    assert said.code == 0
    first, *lines = said.out.splitlines()
    assert first == f"edge1, code {code}: done: recovered and proven"
    assert "run.started" in lines[0]
    assert "run.finished" in lines[-2]
    assert lines[-1].startswith("not in the index of runs")
    assert oob("show", RUN, "--json").document["code"] == code
    assert "done: recovered and proven" in oob("runs", "--code", code.lower()).out


def test_a_journal_damaged_in_the_middle_is_shown_and_reported_up_to_there(oob: Oob, home: Path) -> None:
    path = journal(home)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[6] = lines[6].replace(b"replace", b"display")
    path.write_bytes(b"".join(lines))

    said = oob("show", RUN)

    assert said.code == 7
    assert len(said.out.splitlines()) == 1 + 6 + 1
    assert "line 7 is damaged" in said.out
    runs = oob("runs")
    assert (runs.code, runs.out.count("damaged, so that much is known")) == (0, 1)
    assert oob("report", RUN).code == 0
    assert "line 7 is damaged" in (home / "runs" / RUN / "report.md").read_text()
    assert oob("metrics").code == 0


def test_a_journal_is_compared_with_the_index_of_runs_and_a_head_that_was_sent(
    oob: Oob, home: Path, tmp_path: Path
) -> None:
    path = journal(home)
    private, public = keys(tmp_path)
    (home / "operator.pem").write_bytes(private.read_bytes())
    means = Collaborators(home=Home(home), secrets=Credentials(), operator="ada")
    writer, _ = Journal.resume(path.parent, operator="ada", masker=Masker())
    with anchored(writer, means):
        pass
    head = read(path).entries[3].hash

    said = oob("show", RUN, "--head", head, "--signed-by", public)
    assert (said.code, "in the index of runs with" in said.out, "signed by key" in said.out) == (0, True, True)
    assert oob("show", RUN, "--head", "ab" * 32).code == 7
    other = keys(tmp_path, "other")[1]
    assert "not signed with" in oob("show", RUN, "--signed-by", other).out
    assert oob("show", RUN, "--json").document["anchors"][0]["lines"] == len(read(path).entries)

    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
    said = oob("show", RUN)
    assert (said.code, "truncated: it has" in said.out) == (7, True)
    assert "damaged, so that much is known" in oob("runs").out
    assert "truncated: it has" in _report(oob, home)


def _report(oob: Oob, home: Path) -> str:
    assert oob("report", RUN).code == 0
    return (home / "runs" / RUN / "report.md").read_text()


def test_a_run_is_named_by_its_code_a_prefix_or_as_the_latest(oob: Oob, home: Path) -> None:
    journal(home)
    code = oob("runs", "--json").document[0]["code"]
    for named in (RUN, "latest", "20260304", code, code.lower().replace("-", " ")):
        assert oob("show", named).code == 0, named
        assert oob("report", named, "--json").document["run"] == RUN
    recovery(home / "runs", run="20260304-130000Z-beef").close()
    said = oob("show", "20260304")
    assert (said.code, "more than one run begins so" in said.err) == (2, True)
    assert "20260304-130000Z-beef" in oob("report", "latest").out
    assert oob("show", "ABCD-T1-ZZ").code == 2  # misheard


def test_runs_show_how_long_each_took_why_it_was_and_how_it_ended(oob: Oob, home: Path) -> None:
    journal(home)
    (row,) = oob("runs", "--json").document
    assert (row["seconds"], row["change"], row["end"]) == (92.0, "CHG7", "recovered and proven")
    (line,) = oob("runs").out.splitlines()
    assert "92 s" in line
    assert "CHG7; show version: recovered and proven" in line


def test_a_code_tells_which_run_it_is_and_until_when_its_timer_is_armed(oob: Oob, home: Path) -> None:
    writer = Writer(home / "runs")
    step = {"phase": "recover", "number": 1, "strategy": "backup"}
    writer.at(0, "run.started", "recover edge1", choices={}, target="b1")
    writer.at(1, "step.started", "replace", **step, arms=True)
    writer.at(2, "timer.armed", "it reverts", **step, data={"deadline": "2026-03-04T12:05:01+00:00"})
    writer.at(3, "run.interrupted", "interrupted", exit_code=130)
    writer.close()
    code = oob("runs", "--json").document[0]["code"]
    said = oob("runs", "--code", code)
    assert f"run {RUN}, attempt 1: interrupted with the revert timer armed" in said.out
    assert "(until 12:05:01 UTC on 2026-03-04)" in said.out


def test_a_run_that_is_not_there_or_holds_nothing_is_said_in_a_sentence(oob: Oob, home: Path) -> None:
    for name in COMMANDS:
        for run in (RUN, "x" * 5000, "", "..", f"../runs/{RUN}"):
            said = oob(name, run)
            assert (said.code, "there is no such run" in said.err) == (2, True)
    path = journal(home)
    path.write_bytes(b"")
    for name in COMMANDS:
        said = oob(name, RUN)
        assert (said.code, "holds no whole line" in said.err) == (7, True)


def test_a_shell_completes_runs_newest_first(oob: Oob, home: Path) -> None:
    (home / "runs" / "20260305-120000Z-aaaa").mkdir(parents=True)
    journal(home)
    context = Context(command)
    context.params = {"home": str(home)}
    assert [item.value for item in runs(context, command.params[-1], "2026")] == ["20260305-120000Z-aaaa", RUN]
    assert runs(context, command.params[-1], "x") == []
