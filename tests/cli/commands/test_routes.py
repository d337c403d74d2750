from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Oob

SAMPLES = Path(__file__).parents[2] / "data" / "routing" / "cisco_ios"
WHOLE = SAMPLES / "all-vrfs.txt"
DAMAGED = SAMPLES / "ipv6.damaged.txt"
PLATFORM = ("--platform", "cisco_ios")


@pytest.fixture
def parsed(oob: Oob, tmp_path: Path) -> Path:
    """Return a file of what parse says of the whole sample."""
    path = tmp_path / "parsed.json"
    path.write_text(oob("routes", "parse", *PLATFORM, WHOLE, "--json").out)
    return path


def feed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))


def test_a_table_is_parsed_to_one_document_with_its_expected_routes(parsed: Path) -> None:
    document = json.loads(parsed.read_text())
    expected = json.loads((SAMPLES / "all-vrfs.json").read_text())
    assert document["platform"] == "cisco_ios"
    assert sorted(document["routes"], key=str) == sorted(expected, key=str)


def test_a_table_is_counted_by_vrf_for_a_person(oob: Oob) -> None:
    lines = oob("routes", "parse", *PLATFORM, WHOLE).out.splitlines()
    assert lines[:2] == ["vrf default: 20 routes", "vrf RED: 5 routes"]
    assert len(lines) == 27


def test_a_table_may_come_from_standard_input(oob: Oob, parsed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, WHOLE.read_text())
    assert oob("routes", "parse", *PLATFORM).code == 0
    feed(monkeypatch, WHOLE.read_text())
    assert oob("routes", "diff", *PLATFORM, parsed, "-").out == "equal: 25 routes\n"


def test_a_line_that_no_rule_understands_is_named_and_is_exit_code_9(oob: Oob) -> None:
    said = oob("routes", "parse", *PLATFORM, DAMAGED, "--json")
    assert said.code == 9
    assert said.document["error"]["exit_code"] == 9
    assert f"{DAMAGED}: line " in said.err
    assert oob("routes", "diff", *PLATFORM, WHOLE, DAMAGED).code == 9


def test_a_lenient_reading_lists_what_it_did_not_understand(oob: Oob) -> None:
    said = oob("routes", "parse", *PLATFORM, DAMAGED, "--lenient", "--json")
    assert said.code == 0
    assert len(said.document["opaque"]) == 1
    assert f"oob: line {said.document['opaque'][0]['line']}: " in said.err


def test_what_parse_printed_a_backups_rows_and_the_text_itself_are_equal(oob: Oob, parsed: Path) -> None:
    rows = SAMPLES / "all-vrfs.json"
    for one, other in ((parsed, rows), (rows, parsed), (parsed, parsed)):
        assert oob("routes", "diff", one, other).code == 0
    assert oob("routes", "diff", *PLATFORM, WHOLE, rows).code == 0


def test_a_difference_is_exit_code_1_and_says_what_differs(oob: Oob, tmp_path: Path) -> None:
    rows = json.loads((SAMPLES / "all-vrfs.json").read_text())
    gone = rows.pop()
    (tmp_path / "after.json").write_text(json.dumps(rows))
    said = oob("routes", "diff", SAMPLES / "all-vrfs.json", tmp_path / "after.json", "--json")
    assert (said.code, said.document["counts"]) == (1, {"lost": 1})
    assert said.document["changes"][0]["before"]["prefix"] == gone["prefix"]
    rule = f"{gone['protocol']} vrf={gone['vrf']}"
    ignored = oob("routes", "diff", SAMPLES / "all-vrfs.json", tmp_path / "after.json", "--ignore", rule)
    assert (ignored.code, "1 changes were ignored" in ignored.out) == (0, True)


def test_a_prefix_that_must_be_there_and_is_not_is_a_difference(oob: Oob, parsed: Path) -> None:
    said = oob("routes", "diff", parsed, parsed, "--must-have", "203.0.113.0/24")
    assert said.code == 1
    assert "203.0.113.0/24" in said.out


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 9),
        ("[" * 5000, 9),
        ('[{"next_hops": 5}]', 9),
        ('[{"next_hops": [], "vrf": [], "prefix": {}, "protocol": 1}]', 9),
        ('{"routes": 1, "unparsed": 2}', 9),
        ("\x00\x1b[2J\ufffd", 9),
    ],
)
def test_whatever_is_in_a_file_no_traceback_comes_of_it(oob: Oob, tmp_path: Path, text: str, code: int) -> None:
    (tmp_path / "odd").write_text(text)
    said = oob("routes", "diff", *PLATFORM, tmp_path / "odd", WHOLE)
    assert (said.code, said.out) == (code, "")


def test_what_cannot_be_read_or_told_is_a_matter_of_usage(oob: Oob, tmp_path: Path) -> None:
    assert oob("routes", "parse", *PLATFORM, tmp_path / "absent").code == 2
    assert oob("routes", "diff", *PLATFORM, tmp_path, WHOLE).code == 2
    assert oob("routes", "diff", "-", "-").code == 2
    assert oob("routes", "diff", WHOLE, WHOLE).err.endswith("name its platform with --platform\n")
    assert oob("routes", "parse", "--platform", "cisco_i0s", WHOLE).code == 2
    assert oob("routes", "diff", WHOLE, WHOLE, *PLATFORM, "--ignore", "vrff=x").code == 2


@pytest.mark.parametrize(("words", "is_coloured"), [((), True), (("--plain",), False)])
def test_a_terminal_gets_a_table_in_colours_unless_it_is_to_be_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], is_coloured: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    (tmp_path / "fewer").write_text("S     203.0.113.0/24 [1/0] via 192.0.2.1\n")
    program = [sys.executable, "-c", "from oob.cli.main import main; main()", "routes", "diff", *PLATFORM, *words]
    master, slave = pty.openpty()
    done = subprocess.run(
        [*program, "--must-have", "10.0.0.0/8", str(WHOLE), str(tmp_path / "fewer")],
        stdout=slave,
        stderr=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "160"},
    )
    os.close(slave)
    shown = os.read(master, 65536).decode()
    os.close(master)
    assert (done.returncode, done.stderr) == (1, b"")
    assert ("\x1b[31m" in shown) is is_coloured
    assert "critical prefix 10.0.0.0/8: no active route" in shown
    assert "no routes left" in shown


def test_two_tables_of_two_platforms_are_compared(oob: Oob, tmp_path: Path) -> None:
    (tmp_path / "ios").write_text("S     10.0.0.0/8 [1/0] via 192.0.2.1\n")
    (tmp_path / "frr").write_text("S>* 10.0.0.0/8 [1/0] via 192.0.2.1, weight 1, 00:00:12\n")
    both = ("--platform", "cisco_ios", "--platform", "frr")
    assert oob("routes", "diff", *both, tmp_path / "ios", tmp_path / "frr").code == 0
    assert oob("routes", "diff", *both, tmp_path / "frr", tmp_path / "ios").code == 9
    assert oob("routes", "diff", *both, *PLATFORM, tmp_path / "ios", tmp_path / "frr").code == 2


def test_standard_input_that_is_closed_is_said(oob: Oob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    said = oob("routes", "parse", *PLATFORM)
    assert (said.code, said.out, said.err) == (2, "", "oob: standard input is closed\n")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_windows_wrote_is_read(oob: Oob, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "table").write_text(WHOLE.read_text(), encoding=encoding)
    assert oob("routes", "diff", *PLATFORM, WHOLE, tmp_path / "table").code == 0


@pytest.mark.parametrize("end", ["\r\n", "\r\r\n", "\n\r"])
def test_whatever_ends_the_lines_of_a_console_the_table_is_the_same(oob: Oob, tmp_path: Path, end: str) -> None:
    sample = SAMPLES.parent / "cisco_nxos" / "all-vrfs.txt"
    (tmp_path / "table").write_bytes(sample.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", end.encode()))
    assert oob("routes", "diff", "--platform", "cisco_nxos", sample, tmp_path / "table").code == 0


def test_a_line_without_end_is_shown_by_its_beginning(oob: Oob, tmp_path: Path) -> None:
    (tmp_path / "long").write_text("xyz" * 1_000_000)
    said = oob("routes", "parse", *PLATFORM, tmp_path / "long")
    assert said.code == 9
    assert len(said.err) < 1000


def test_an_answer_that_cannot_be_written_is_one_sentence() -> None:
    program = [sys.executable, "-c", "from oob.cli.main import main; main()", "routes", "parse", *PLATFORM, str(WHOLE)]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "oob: standard output: cannot be written: No space left on device\n"


def test_a_reader_who_has_gone_is_no_difference() -> None:
    words = ["routes", "parse", *PLATFORM, str(WHOLE), "--json"]
    program = [sys.executable, "-c", "from oob.cli.main import main; main()", *words]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert (running.stderr.read(), running.wait()) == (b"", 141)


STRANGE = "S     10.1.0.0/16 [1/0] via 192.0.2.1\nZ9    10.2.0.0/16 over 192.0.2.1, {age}\n"


def test_lines_that_no_rule_recognises_are_compared_as_text_if_asked_to(oob: Oob, tmp_path: Path) -> None:
    one, other, changed = (tmp_path / name for name in ("one", "other", "changed"))
    one.write_text(STRANGE.format(age="1d02h"))
    other.write_text(STRANGE.format(age="3w4d"))
    changed.write_text(STRANGE.format(age="3w4d").replace("over 192.0.2.1", "over 192.0.2.9"))
    assert oob("routes", "diff", *PLATFORM, one, other).code == 9
    said = oob("routes", "diff", *PLATFORM, one, other, "--lenient", "--plain")
    assert said.code == 0
    said = oob("routes", "diff", *PLATFORM, one, changed, "--lenient")
    assert said.code == 1
    assert "unrecognised line lost: vrf default: 'Z9 10.2.0.0/16 over 192.0.2.1, 1d02h'" in said.out


def test_pasted_text_is_read_and_its_limit_is_said(oob: Oob, tmp_path: Path) -> None:
    (tmp_path / "ticket").write_text("    edge1#show ip route\n    S     10.1.0.0/16 [1/0] via 192.0.2.1")
    assert oob("routes", "parse", *PLATFORM, tmp_path / "ticket").code == 9
    said = oob("routes", "parse", *PLATFORM, tmp_path / "ticket", "--pasted")
    assert said.code == 0
    assert "completeness was not proven" in said.err


def test_a_partial_answer_is_read_and_its_limit_is_said(oob: Oob, tmp_path: Path) -> None:
    text = "      10.0.0.0/8 is variably subnetted, 9 subnets, 2 masks\nS        10.1.0.0/16 [1/0] via 192.0.2.1\n"
    (tmp_path / "part").write_text(text)
    assert oob("routes", "parse", *PLATFORM, tmp_path / "part").code == 9
    said = oob("routes", "parse", *PLATFORM, tmp_path / "part", "--partial")
    assert said.code == 0
    assert "announced totals were not compared" in said.err


def test_the_opaque_lines_beside_a_backups_routes_are_compared_too(oob: Oob, tmp_path: Path) -> None:
    (tmp_path / "now").write_text(STRANGE.format(age="1d02h"))
    parsed = oob("routes", "parse", *PLATFORM, tmp_path / "now", "--lenient", "--json").document
    (tmp_path / "routes.json").write_text(json.dumps(parsed["routes"]))
    assert oob("routes", "diff", *PLATFORM, tmp_path / "routes.json", tmp_path / "now", "--lenient").code == 1
    (tmp_path / "routes.opaque.json").write_text(json.dumps(parsed["opaque"]))
    assert oob("routes", "diff", *PLATFORM, tmp_path / "routes.json", tmp_path / "now", "--lenient").code == 0
