"""An inventory that somebody else wrote starts no program: imported, checked, probed."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote

from tests.cli.conftest import Oob

SCRIPT = "import pathlib,sys; pathlib.Path(sys.argv[1]).write_text('ran')"


def netbox(folder: Path, urls: str) -> Path:
    file = folder / "devices.csv"
    file.write_text(f"Name;Platform;console_url\nedge1;cisco_ios;{urls}\n")
    return file


def hostile(folder: Path) -> str:
    return f"exec://{sys.executable}?arg=-c&arg={quote(SCRIPT)}&arg={folder / 'mark'}"


def test_an_import_takes_network_and_serial_paths_only(oob: Oob, tmp_path: Path, home: Path) -> None:
    urls = f"{hostile(tmp_path)} tcp://192.0.2.1:4001 record+tcp://192.0.2.1:4002?record.to=/x replay:///etc/x odd://x"
    said = oob("inventory", "import", "netbox", netbox(tmp_path, urls))
    assert said.code == 0
    for scheme in ("exec", "record", "replay", "odd"):
        assert f"--allow-scheme {scheme}" in said.err
    shown = oob("inventory", "show", "edge1", "--json").document
    assert [path["url"] for path in shown["paths"]] == ["tcp://192.0.2.1:4001"]


def test_a_program_is_imported_where_told_checked_and_not_started(oob: Oob, tmp_path: Path, home: Path) -> None:
    url = hostile(tmp_path)
    oob("inventory", "import", "netbox", netbox(tmp_path, url), "--allow-scheme", "exec")
    found = oob("inventory", "check", "--json").document["findings"]
    assert [each["level"] for each in found if each["kind"] == "program"] == ["problem"]
    assert any(sys.executable in each["text"] for each in found)
    said = oob("probe", "edge1")
    assert "not listed" in said.out
    assert not (tmp_path / "mark").exists()


def test_a_listed_or_typed_program_is_started(oob: Oob, tmp_path: Path, home: Path) -> None:
    url = hostile(tmp_path)
    oob("inventory", "import", "netbox", netbox(tmp_path, url), "--allow-scheme", "exec")
    started = f"oob: starting {sys.executable} -c"
    assert started in oob("probe", "edge1", "--path", url).err
    assert oob("inventory", "allow", f"{sys.executable} -c").code == 0
    assert started in oob("probe", "edge1").err


def test_check_names_wrappers_and_recordings(oob: Oob, home: Path, tmp_path: Path) -> None:
    (home / "inventory").mkdir(parents=True)
    (home / "inventory" / "hosts.yaml").write_text(
        "edge1: {platform: cisco_ios, data: {oob: {paths: ['fault+tcp://192.0.2.1:4001', "
        "'record+tcp://192.0.2.1:4002?record.to=/x', 'replay:///y']}}}\n"
    )
    found = oob("inventory", "check", "--json").document["findings"]
    texts = " ".join(each["text"] for each in found if each["kind"] == "local")
    assert all(word in texts for word in ("(fault)", "(record)", "(replay)"))
