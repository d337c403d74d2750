from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.importer import Owner, Version, keep, read
from oob.errors import BackupError, UsageError

CONFIG = "version 15.7\nhostname edge1\nend\n"
EDGE1 = Owner(device="edge1", platform="cisco_ios", complete_end=r"^end\s*\Z")


def git(folder: Path, *arguments: str, date: str = "2026-01-02T03:04:05Z") -> None:
    who = {"NAME": "oxidized", "EMAIL": "o@example.com", "DATE": date}
    environment = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
    subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, env={**os.environ, **environment}
    )


def commit(folder: Path, name: str, text: str, date: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", f"update {name}", date=date)


@pytest.fixture
def oxidized(tmp_path: Path) -> Path:
    """Return a bare repository as Oxidized keeps one: a file a node, in folders of groups."""
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--quiet")
    commit(work, "edge1", CONFIG, "2026-01-02T03:04:05Z")
    commit(work, "edge1", CONFIG.replace("15.7", "15.8"), "2026-01-03T03:04:05Z")
    commit(work, "berlin/core 1", "system { }\n", "2026-01-04T03:04:05+02:00")
    commit(work, "edge1", CONFIG.replace("15.7", "15.9"), "2026-01-05T03:04:05Z")
    commit(work, "README.md", "not a configuration\n", "2026-01-06T03:04:05Z")
    git(tmp_path, "clone", "--quiet", "--bare", str(work), "devices.git")
    return tmp_path / "devices.git"


def version_of(text: str) -> Version:
    return Version(name="edge1", moment=datetime(2026, 1, 2, tzinfo=UTC), text=text, origin="file edge1")


def moments(versions: tuple[Version, ...]) -> list[tuple[str, str]]:
    return [(version.name, version.moment.isoformat()) for version in versions]


def test_an_oxidized_repository_gives_each_version_with_its_date(oxidized: Path) -> None:
    versions = read("oxidized", oxidized, newest=10)
    assert sorted(moments(versions)) == [
        ("core 1", "2026-01-04T01:04:05+00:00"),
        ("edge1", "2026-01-02T03:04:05+00:00"),
        ("edge1", "2026-01-03T03:04:05+00:00"),
        ("edge1", "2026-01-05T03:04:05+00:00"),
    ]
    assert [version.text[8:12] for version in versions if version.name == "edge1"] == ["15.7", "15.8", "15.9"]


def test_only_the_newest_are_read_when_no_more_are_wanted(oxidized: Path) -> None:
    versions = read("oxidized", oxidized, newest=1)
    assert sorted(version.name for version in versions) == ["core 1", "edge1"]
    assert any("15.9" in version.text for version in versions)


# Oxidized, docs/Outputs.md: groups are folders in one repository (`single_repo`), or a repository each.
def test_what_oxidized_keeps_beside_configurations_is_left_out(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for name in (
        "berlin/r1",
        "xn--r2-abc.example.net",
        "nodiff/r1--show_version",
        ".git-crypt/keys/0/AB.gpg",
        ".gitignore",
    ):
        commit(tmp_path, name, CONFIG, "2026-01-02T03:04:05Z")
    versions = read("oxidized", tmp_path, newest=10)
    assert sorted(version.name for version in versions) == ["r1", "xn--r2-abc.example.net"]


@pytest.mark.parametrize("tool", ["oxidized", "rancid"])
def test_a_folder_with_a_repository_for_each_group_has_the_history_of_all(tmp_path: Path, tool: str) -> None:
    text = f"!RANCID-CONTENT-TYPE: cisco\n!\n{CONFIG}"
    for group, day in (("first.git", "02"), ("first.git", "03"), ("second.git", "04")):
        folder = tmp_path / group
        if not folder.exists():
            folder.mkdir()
            git(folder, "init", "--quiet")
        commit(folder, f"configs/of-{group}", f"{text}{day}\n", f"2026-01-{day}T03:04:05Z")
    (tmp_path / "third" / "configs").mkdir(parents=True)
    (tmp_path / "third" / "configs" / "edge1").write_text(text)
    names = sorted(version.name for version in read(tool, tmp_path, newest=10))
    assert names == ["edge1", "of-first.git", "of-first.git", "of-second.git"]


# Oxidized, lib/oxidized/model/junos.rb: what other commands say stands behind the configuration, as comments.
def test_comments_behind_a_configuration_are_no_part_of_it(tmp_path: Path) -> None:
    core1 = Owner(device="core1", platform="juniper_junos", complete_end=r"^\}\s*\Z")
    text = "# Model: ex4300\nsystem {\n    # ours\n    host-name core1;\n}\n"
    catalogue = Catalogue(tmp_path)
    version = version_of(f"{text}# Virtual Chassis ID: 1\n#\n\n")
    backup = keep(catalogue, version, core1, "oxidized")
    assert backup is not None
    assert backup.configuration == text
    assert keep(catalogue, version, core1, "oxidized") is None
    with pytest.raises(BackupError, match="is truncated"):
        keep(catalogue, version_of("system {\n    host-name core1;\n# Virtual Chassis ID: 1\n"), core1, "oxidized")


def test_a_comment_that_is_the_end_of_a_configuration_stays(tmp_path: Path) -> None:
    owner = Owner(device="pe1", platform="nokia_sros", complete_end=r"^(?:\}|# Finished .*)\s*\Z")
    text = "configure {\n}\n# Finished 2026-01-02T03:04:05Z\n"
    backup = keep(Catalogue(tmp_path), version_of(text), owner, "rancid")
    assert backup is not None
    assert backup.configuration == text


def test_a_rancid_tree_says_in_the_first_line_what_each_file_is(tmp_path: Path) -> None:
    configs = tmp_path / "edge" / "configs"
    configs.mkdir(parents=True)
    (configs / "edge1.example.com").write_text(f"!RANCID-CONTENT-TYPE: cisco\n!\n{CONFIG}")
    (configs / "core1.example.com").write_text("#RANCID-CONTENT-TYPE: juniper\nsystem { }\n")
    (configs / ".cvsignore").write_text("x")
    (tmp_path / "edge" / "router.db").write_text("edge1.example.com;cisco;up\n")
    os.utime(configs / "edge1.example.com", (1_700_000_000, 1_700_000_000))
    for source in (tmp_path, tmp_path / "edge", configs):
        versions = {version.name: version for version in read("rancid", source, newest=10)}
        assert {name: version.kind for name, version in versions.items()} == {
            "edge1.example.com": "cisco",
            "core1.example.com": "juniper",
        }
        assert versions["edge1.example.com"].moment == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_rancid_group_under_git_has_its_history(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for day in ("02", "03"):
        text = f"!RANCID-CONTENT-TYPE: cisco\n! {day}\n{CONFIG}"
        commit(tmp_path, "configs/edge1", text, f"2026-01-{day}T03:04:05Z")
    assert len(read("rancid", tmp_path, newest=10)) == 2


# RANCID 3.13, its own modules: each puts its comment in front of the first line.
@pytest.mark.parametrize("comment", ["!", "#", ";", "/*", "- "])
def test_the_first_line_of_rancid_is_a_comment_of_the_device(tmp_path: Path, comment: str) -> None:
    (tmp_path / "sw1").write_text(f"{comment}RANCID-CONTENT-TYPE: some-type\n{comment}\nhostname sw1\n")
    assert [version.kind for version in read("rancid", tmp_path, newest=1)] == ["some-type"]


# ansible.netcommon, plugins/action/network.py and plugins/connection/network_cli.py, which strips what a device said.
def test_set_commands_that_ansible_kept_do_without_the_end_of_the_last_line(tmp_path: Path) -> None:
    owner = Owner(device="r1", platform="vyos", commands=True)
    for name in ("r1_config.2026-01-02@03:04:05", "r1"):
        (tmp_path / name).write_text("set system host-name r1\nset system time-zone UTC")
    by_script, by_ansible = sorted(read("ansible", tmp_path, newest=2), key=lambda version: version.stripped)
    assert keep(Catalogue(tmp_path / "backups"), by_ansible, owner, "ansible") is not None
    with pytest.raises(BackupError, match="truncated in the middle of a command: 'set system time-zone UTC'"):
        keep(Catalogue(tmp_path / "backups"), by_script, owner, "ansible")


def test_ansible_writes_the_date_into_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    for name in ("edge1_config.2026-01-02@03:04:05", "edge1_config.2026-01-03@03:04:05", "r.example.com", "site.yml"):
        (tmp_path / name).write_text(CONFIG)
    versions = read("ansible", tmp_path, newest=10)
    assert {version.name for version in versions} == {"edge1", "r.example.com"}
    days = [version.moment.day for version in versions if version.name == "edge1"]
    assert days[1] - days[0] == 1


def test_a_time_that_ansible_cannot_have_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "edge1_config.2026-13-02@03:04:05").write_text(CONFIG)
    with pytest.raises(BackupError, match=r"edge1_config.*: 2026-13-02 03:04:05 is not a time"):
        read("ansible", tmp_path, newest=10)


def test_the_mark_that_windows_puts_first_is_no_part_of_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "edge1.cfg").write_text(CONFIG, encoding="utf-8-sig")
    (version,) = read("napalm", tmp_path, newest=10)
    assert version.text == CONFIG


def test_napalm_folders_and_json_give_the_running_configuration(tmp_path: Path) -> None:
    (tmp_path / "edge1").mkdir()
    for store in ("running.cfg", "startup.cfg", "candidate.cfg"):
        (tmp_path / "edge1" / store).write_text(CONFIG + store)
    (tmp_path / "core1.json").write_text(json.dumps({"running": "system { }\n", "startup": "", "candidate": ""}))
    (tmp_path / "leaf1.example.com.cfg").write_text(CONFIG)
    versions = {version.name: version.text for version in read("napalm", tmp_path, newest=10)}
    assert versions == {"edge1": CONFIG + "running.cfg", "core1": "system { }\n", "leaf1.example.com": CONFIG}


def test_what_is_kept_has_its_date_its_origin_and_no_routes(tmp_path: Path, oxidized: Path) -> None:
    catalogue = Catalogue(tmp_path / "backups")
    version = next(version for version in read("oxidized", oxidized, newest=10) if version.name == "edge1")
    backup = keep(catalogue, version, EDGE1, "oxidized")
    assert backup is not None
    assert (backup.manifest.id, backup.manifest.routes) == ("20260102-030405Z", None)
    assert backup.manifest.reason.startswith("imported from oxidized, commit ")
    assert backup.configuration == CONFIG
    with pytest.raises(BackupError, match="cannot be a baseline: the routing table was not read into it"):
        catalogue.mark_good("edge1")


def test_an_import_that_is_done_again_keeps_nothing_twice(tmp_path: Path, oxidized: Path) -> None:
    catalogue = Catalogue(tmp_path / "backups")
    for expected in (3, 0):
        versions = [version for version in read("oxidized", oxidized, newest=10) if version.name == "edge1"]
        assert sum(keep(catalogue, version, EDGE1, "oxidized") is not None for version in versions) == expected
    assert len(catalogue.list("edge1")) == 3


# Oxidized, lib/oxidized/model/*.rb; RANCID 3.13, lib/*.pm; NAPALM, base/constants.py.
@pytest.mark.parametrize(
    "mark", ["<secret hidden>", "<secret removed>", "<configuration removed>", "<hidden>", "<removed>", "<key removed>"]
)
def test_a_configuration_without_its_secrets_says_so(tmp_path: Path, mark: str) -> None:
    text = CONFIG.replace("end\n", f"enable secret 9 {mark}\nend\n")
    backup = keep(Catalogue(tmp_path), version_of(text), EDGE1, "oxidized")
    assert backup is not None
    assert "cannot be restored whole" in backup.manifest.reason
    assert backup.facts["imported"] == {"from": "oxidized", "origin": "file edge1", "secrets_removed": True}


def test_a_configuration_that_was_cut_short_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is truncated"):
        keep(Catalogue(tmp_path), version_of(CONFIG[:-4]), EDGE1, "oxidized")


@pytest.mark.parametrize(
    ("text", "said"), [("\0GITCRYPT\0\x17\x05", "is encrypted by git-crypt"), ("\0\0\nend\n", "is not text")]
)
def test_what_is_no_text_is_not_kept(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BackupError, match=f"^{said}$"):
        keep(Catalogue(tmp_path), version_of(text), EDGE1, "oxidized")


def test_what_is_no_source_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        read("oxidized", tmp_path / "absent", newest=1)
    (tmp_path / "x.json").write_text('{"running":\n 1 2}')
    with pytest.raises(BackupError, match=r"^x.json:2: "):
        read("napalm", tmp_path, newest=1)
    (tmp_path / "x.json").write_text('{"startup": ""}')
    with pytest.raises(BackupError, match=r"^x.json:1: there is no running configuration in it"):
        read("napalm", tmp_path, newest=1)
    git(tmp_path, "init", "--quiet")
    with pytest.raises(BackupError, match="git: fatal: "):
        read("oxidized", tmp_path, newest=1)


@pytest.mark.parametrize(
    ("tool", "said"),
    [("rancid", "no file in a folder configs begins with RANCID-CONTENT-TYPE$"), ("ansible", "that ansible has kept$")],
)
def test_a_folder_in_which_a_tool_has_kept_nothing_is_said(tmp_path: Path, tool: str, said: str) -> None:
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "site.yml").write_text("- hosts: all\n")
    with pytest.raises(BackupError, match=said):
        read(tool, tmp_path, newest=1)


def test_without_the_git_program_it_says_what_is_missing(oxidized: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git cannot be run"):
        read("oxidized", oxidized, newest=1)
