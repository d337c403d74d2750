"""From `oob plan -o` to `oob recover --plan`, with oob as a program."""

from __future__ import annotations

from pathlib import Path

from tests.recovery.conftest import Site
from tests.recovery.program import Program, write_inventory


def oob(site: Site, *words: object) -> tuple[int, str]:
    with Program(site, *map(str, words)) as program:
        return program.end()


def test_a_plan_is_made_carried_out_and_refused_once_it_was_changed(site: Site, tmp_path: Path) -> None:
    write_inventory(site, "core1")
    file = tmp_path / "plan.yaml"
    code, said = oob(site, "plan", "core1", "--change", "CHG7", "-o", file)
    assert code == 0, said

    (site.home.path / "notify.yaml").write_text(f"log: file://{tmp_path}/messages\n")
    site.broken("core1")
    whole = file.read_text()
    file.write_text(whole.replace("CHG7", "CHG8"))
    code, said = oob(site, "recover", "core1", "--plan", file)
    assert (code, site.home.runs.exists()) == (7, False), said
    assert "was changed after it was made" in said

    file.write_text(whole)
    code, said = oob(site, "recover", "core1", "--plan", file)
    assert code == 0, said
    run = next(site.home.runs.iterdir()).name
    started = next(entry for entry in site.journal(run).entries if entry.event == "run.started")
    assert started.marks["choices"]["change"] == "CHG7"
    assert started.marks["choices"]["plan"] in whole
    assert oob(site, "report", run)[0] == 0
    assert "recovered and proven" in (site.home.runs / run / "report.html").read_text()
    assert oob(site, "metrics")[0] == 0
    assert (site.home.runs / run / "log.sent").read_text() == f"{len(site.journal(run).entries)}\n"
    code, said = oob(site, "after", run)
    assert (code, "ok  the configuration is the target's" in said) == (0, True), said
    assert f"# core1: handed over after run {run}" in (site.home.runs / run / "hand-off.md").read_text()
    written = [path for path in (*site.home.runs.rglob("*"), tmp_path / "messages") if path.is_file()]
    assert len(written) > 5
    assert not [path for path in written if b"oob-lab" in path.read_bytes()]


def test_what_is_missing_for_a_change_is_said_without_any_device(site: Site) -> None:
    write_inventory(site, "core1")
    code, said = oob(site, "plan", "check", "core1")
    assert code == 1
    assert "missing: no person is named who may authorise a recovery" in said
