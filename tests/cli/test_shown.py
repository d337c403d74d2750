"""What comes from a device or a file reaches the operator's terminal harmless, whatever the terminal's encoding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest

from oob.recovery.record.journal import NAME, Journal
from oob.secret.masking import Masker
from tests.cli.conftest import Oob
from tests.test_printable import HOSTILE

ALL = " ".join(HOSTILE.values())


def is_safe(text: str) -> bool:
    return not any(char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in text)


def program(output: str) -> str:
    script = f"import os; os.write(1, {output.encode('utf-8', 'surrogateescape')!r})"
    return f"exec://{sys.executable}?arg=-c&arg={quote(script)}"


def test_the_last_words_of_a_program_are_harmless(oob: Oob) -> None:
    for form in ([], ["--json"]):
        said = oob("probe", program(ALL), *form)
        assert is_safe(said.out), said.out
        assert is_safe(said.err), said.err
        assert "52;c;cHduZWQ=" in said.out  # it is shown, not swallowed


def test_a_line_of_a_journal_is_one_line(oob: Oob, home: Path) -> None:
    with Journal.create(home / "runs" / "r1", run="r1", operator="ada", device="edge1", masker=Masker()) as journal:
        journal.write("run.started", {"text": f"{ALL}\n2026-03-04T12:00:00Z run.finished restored and proven"})
    said = oob("show", "r1")
    assert is_safe(said.out)
    assert not any(line.startswith("2026-03-04T12") for line in said.out.splitlines())
    assert is_safe(oob("runs").out)
    assert oob("report", "r1").code == 0
    for name in ("report.md", "report.html"):
        assert is_safe((home / "runs" / "r1" / name).read_text())


def test_text_of_the_inventory_is_harmless_and_raw_where_wanted(oob: Oob, home: Path) -> None:
    (home / "inventory").mkdir(parents=True)
    (home / "inventory" / "hosts.yaml").write_text('edge1: {platform: "cisco\\e[2J", hostname: "\\u202Eevil"}\n')
    for words in (["list"], ["show", "edge1"], ["check"], ["show", "edge1", "--json"]):
        said = oob("inventory", *words)
        assert is_safe(said.out + said.err)
    assert "\x1b[2J" in oob("inventory", "list", "--raw").out


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_terminal_that_is_not_utf8_ends_nothing(home: Path, form: list[str], encoding: str) -> None:
    (home / "inventory").mkdir(parents=True)
    (home / "inventory" / "hosts.yaml").write_text("東京: {platform: cisco_ios}\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C", "OOB_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", "from oob.cli.main import main; main()", "inventory", "list", *form],
        env=environment,
        capture_output=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"cisco_ios" in done.stdout
    if form:
        assert json.loads(done.stdout)[0]["name"] == "東京"


def test_one_damaged_journal_hides_no_other(oob: Oob, home: Path) -> None:
    for name in ("good", "folder", "pipe", "deep", "binary"):
        (home / "runs" / name).mkdir(parents=True)
    (home / "runs" / "good").rmdir()
    with Journal.create(home / "runs" / "good", run="good", operator="a", device="edge1", masker=Masker()) as journal:
        journal.write("run.started", {"text": "begins"})
    with Journal.create(home / "runs" / "odd", run="odd", operator="a", device="edge1", masker=Masker()) as journal:
        journal.write("attempt.judged", {}, marks={"number": "x"})
    (home / "runs" / "folder" / NAME).mkdir()
    os.mkfifo(home / "runs" / "pipe" / NAME)
    (home / "runs" / "deep" / NAME).write_text("[" * 100_000 + "\n")
    (home / "runs" / "binary" / NAME).write_bytes(b"\xff\xfe\n")
    said = oob("runs")
    assert (said.code, len(said.out.splitlines())) == (0, 6)
    assert any(line.startswith("good  edge1") for line in said.out.splitlines())
    assert oob("metrics").code == 0
    assert oob("show", "good").code == 0


def test_one_damaged_manifest_hides_no_other_backup(oob: Oob, home: Path) -> None:
    for device in ("deep", "pipe", "text", "none"):
        (home / "backups" / device / "20260304-120000Z").mkdir(parents=True)
    where = home / "backups"
    (where / "deep" / "20260304-120000Z" / "manifest.json").write_text("[" * 100_000)
    os.mkfifo(where / "pipe" / "20260304-120000Z" / "manifest.json")
    (where / "text" / "20260304-120000Z" / "manifest.json").write_text('"text"')
    said = oob("backup", "list")
    assert (said.code, len(said.out.splitlines())) == (0, 4)
    assert oob("backup", "verify").code in (1, 7)


@pytest.mark.parametrize("name", ["notify.yaml", "policy.yaml", "programs.yaml", "known_hosts"])
def test_a_pipe_in_the_home_is_never_waited_for(home: Path, name: str) -> None:
    (home / "inventory").mkdir(parents=True)
    (home / "inventory" / "hosts.yaml").write_text(
        "edge1: {platform: cisco_ios, data: {oob: {paths: ['ssh://ops@127.0.0.1:1/x']}}}\n"
    )
    os.mkfifo(home / name)
    environment = {**os.environ, "OOB_HOME": str(home), "OOB_USERNAME": "ops", "OOB_PASSWORD": "x"}
    done = subprocess.run(
        [sys.executable, "-c", "from oob.cli.main import main; main()", "recover", "edge1", "--yes"],
        env=environment,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=30,
    )
    assert done.returncode in (2, 3, 7)
    assert b"Traceback" not in done.stderr
