from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oob.cli.main import COMMANDS, oob_command
from tests.backup.conftest import READING
from tests.cli.conftest import Oob
from tests.report.journals import Writer

ENTER = "from oob.cli.main import main; main()"


def test_oob_alone_says_what_to_do_next(oob: Oob, hosts: Callable[[str], None], home: Path) -> None:
    from oob.backup.folder import write

    assert "oob drill" in oob().out
    hosts("edge1: {platform: cisco_ios}\n")
    assert "oob backup take edge1" in oob().out
    write(home / "backups", READING)
    said = oob()
    assert "oob backup mark-good edge1" in said.out
    assert said.code == 0
    oob("backup", "mark-good", "edge1")
    assert "oob plan" not in said.out
    said = oob()
    assert "mark-good" not in said.out
    assert "oob recover edge1" in said.out
    journal = Writer(home / "runs")
    journal.at(0, "run.started", "recover edge1")
    assert f"oob resume {journal.close().name}" in oob().out
    hosts("- edge1\n")
    assert "the inventory cannot be read" in oob().out


def test_an_unknown_command_is_answered_with_the_nearest(oob: Oob) -> None:
    said = oob("inventroy")
    assert (said.code, "did you mean inventory?" in said.err) == (2, True)
    assert "oob --help lists them" in oob("xyzzy").err
    assert "Did you mean 'show'?" in oob("inventory", "shwo").err


def test_a_wrong_use_is_one_document_with_json(oob: Oob) -> None:
    said = oob("routes", "parse", "--json")
    assert said.document == {"error": {"kind": "UsageError", "text": "Missing option '--platform'.", "exit_code": 2}}


def test_every_command_is_there_and_has_the_common_options() -> None:
    missing = []
    with oob_command.make_context("oob", ["ports"]) as context:
        for name in COMMANDS:
            command = oob_command.get_command(context, name)
            assert command is not None
            children = {name: command, **getattr(command, "commands", {})}
            for child_name, child in children.items():
                options = {option for parameter in child.params for option in parameter.opts}
                missing += [
                    (name, child_name, option) for option in ("--json", "--plain", "--home") if option not in options
                ]
    assert missing == []


@pytest.mark.parametrize(
    ("command", "new", "old"),
    [
        ("recover", "--approver", "--seconded-by"),
        ("guard", "--approver", "--seconded-by"),
        ("recover", "--take-over", "--break-lease"),
        ("resume", "--take-over", "--break-lease"),
    ],
)
def test_an_option_that_was_renamed_keeps_its_old_spelling_which_no_help_shows(
    oob: Oob, command: str, new: str, old: str
) -> None:
    shown = oob(command, "--help").out
    assert new in shown
    assert old not in shown
    assert "No such option" not in oob(command, "absent", old, *(["bob"] if new == "--approver" else [])).err


@pytest.mark.parametrize("words", [["backup", "list"], ["plan", "make", "edge1"], ["runs"], []])
def test_the_options_of_all_commands_count_wherever_they_stand(oob: Oob, tmp_path: Path, words: list[str]) -> None:
    given = ["--json", "--home", str(tmp_path / "stick")]
    answers = {
        (said.code, said.out)
        for place in range(len(words) + 1)
        if (said := oob(*words[:place], *given, *words[place:])).out
    }
    assert len(answers) == 1
    ((_, out),) = answers
    assert isinstance(json.loads(out), dict | list)


def test_the_home_nearest_to_the_command_counts(oob: Oob, tmp_path: Path) -> None:
    said = oob("--home", tmp_path / "far", "backup", "list", "--home", tmp_path / "near")
    assert said.out == f"there is no backup below {tmp_path / 'near' / 'backups'}\n"


def test_plan_takes_its_target_after_the_options_of_all_commands(oob: Oob) -> None:
    said = oob("plan", "--plain", "edge1")
    assert (said.code, "edge1: unknown device" in said.err) == (2, True)


def test_help_of_a_group_cuts_nothing(oob: Oob) -> None:
    for name in COMMANDS:
        said = oob("help", name)
        assert (
            said.code,
            [line for line in said.out.splitlines() if line.endswith("...") and "Usage" not in line],
        ) == (
            0,
            [],
        )
        assert said.out == oob(name, "--help").out


def test_no_line_of_help_is_wider_than_a_terminal(oob: Oob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert max(map(len, oob("--help").out.splitlines())) <= 80


def test_help_loads_nothing_heavy() -> None:
    heavy = ("pydantic", "rich", "netmiko", "napalm", "paramiko", "yaml", "hier_config", "textfsm")
    script = "import sys; from oob.cli.main import oob_command as c; c(['--help'], standalone_mode=False); "
    script += f"print('heavy:', [name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "heavy: []"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(oob: Oob, shell: str) -> None:
    said = oob("completion", shell)
    assert said.code == 0
    assert "_OOB_COMPLETE" in said.out


def test_commands_and_devices_are_completed(home: Path, hosts: Callable[[str], None]) -> None:
    hosts("edge1: {}\nedge2: {}\ncore1: {}\n")

    def completed(words: str) -> list[str]:
        environment = {
            **os.environ,
            "_OOB_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        # A completion is asked for under the program's own name.
        script = f"import sys; sys.argv[0] = 'oob'; {ENTER}"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert completed("oob pl") == ["plan", "platforms"]
    assert completed("oob run ed") == ["edge1", "edge2"]
    assert completed("oob backup show c") == ["core1"]
    assert completed("oob backup show edge1 l") == ["latest"]
    assert completed("oob drill wrong-d") == ["wrong-device"]


words = st.one_of(
    st.sampled_from(["--json", "--plain", "-", "--", "", "--platform", "cisco_ios", "edge1", "latest", "--path"]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)
harmless = st.sampled_from(
    [
        ("backup", "list"),
        ("backup", "show"),
        ("backup", "verify"),
        ("backup", "mark-good"),
        ("backup", "unmark"),
        ("backup", "diff"),
        ("inventory", "list"),
        ("inventory", "show"),
        ("inventory", "check"),
        ("secrets", "list"),
        ("secrets", "check"),
        ("routes", "parse"),
        ("routes", "diff"),
        ("console",),
        ("card",),
        ("completion",),
        ("platforms",),
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(command=harmless, arguments=st.lists(words, max_size=4))
def test_no_argument_makes_a_traceback(
    oob: Oob, home: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], arguments: list[str]
) -> None:
    monkeypatch.chdir(home.parent)
    monkeypatch.setenv("OOB_IDENTITY", str(home / "absent"))
    if "--help" not in arguments:
        assert 0 <= oob(*command, *arguments).code <= 9


def test_a_fault_of_our_own_says_where_and_nothing_of_what_it_held(oob: Oob, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("invalid literal: 's3cr3t-word'")

    monkeypatch.setattr("oob.inventory.home.Home.find", fail)
    said = oob("runs", "--json")
    assert (said.code, said.document["error"]["kind"]) == (70, "InternalFault")
    assert "oob itself failed, with ValueError at " in said.err
    assert "s3cr3t-word" not in said.err + said.out


@pytest.mark.parametrize("words", [["--help"], ["plan", "--help"], ["--version"], [], ["runs", "--json"]])
def test_whatever_nobody_reads_ends_with_the_code_for_it(words: list[str], home: Path) -> None:
    program = [sys.executable, "-c", ENTER, *words]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert (running.stderr.read(), running.wait()) == (b"", 141)


@pytest.mark.parametrize("words", [["--help"], ["runs", "--json"], ["routes", "parse", "--json"]])
def test_a_full_disk_under_standard_output_is_one_sentence(words: list[str], home: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([sys.executable, "-c", ENTER, *words], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert (done.stderr.count("\n"), done.stderr[:5]) == (1, "oob: ")


def test_closed_standard_streams_are_no_fault_and_no_file_gets_their_numbers(home: Path) -> None:
    words = ["probe", "tcp://127.0.0.1:1", "--platform", "cisco_ios"]
    after = "import os; print(*[os.readlink(f'/proc/self/fd/{number}') for number in range(3)], file=open('left', 'w'))"
    program = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c"]
    home.mkdir()
    done = subprocess.run([*program, f"import sys\ntry:\n {ENTER}\nfinally:\n {after}", *words], cwd=home)
    assert done.returncode == 3
    assert (home / "left").read_text().split() == 3 * [os.devnull]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["recover", "edge1", "--tolerate", "("], "'(' is not a regular expression: missing ), unterminated"),
        (["plan", "edge1", "--tolerate", "("], "'(' is not a regular expression: missing ), unterminated"),
        (["verify", "edge1", "--tolerate", "("], "'(' is not a regular expression: missing ), unterminated"),
        (["recover", "edge1", "--converge", "nan"], "'nan' is not a number from zero to a billion"),
        (["resume", "edge1", "--wait", "inf"], "'inf' is not a number from zero to a billion"),
        (["watch", "edge1", "--minutes", "-1"], "'-1' is not a number from zero to a billion"),
        (["decide", "--availability", "much"], "'much' is not a number from zero to 100"),
    ],
)
def test_what_would_be_found_out_in_the_middle_is_refused_at_the_start(oob: Oob, words: list[str], why: str) -> None:
    said = oob(*words)
    assert (said.code, why in said.err) == (2, True)
