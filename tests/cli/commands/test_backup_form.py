"""Configurations in another form, or with a prompt behind them: taken, or refused for the reason that is true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Oob

JUNOS = "## Last commit: 2021-01-01 10:00:00 UTC by ops\nversion 18.4R1.8;\nsystem {\n    host-name sw1;\n}\n"
API = '<response status="success"><result><config version="10.1.0">\n  <devices/>\n</config></result></response>\n'
SET = "set deviceconfig system hostname fw1\nset deviceconfig system ip-address 192.0.2.1\n"
BOOT = 'system {\n    host-name "r1"\n}\n\n// Release version: 1.4.3\n'
VYOS = "set interfaces loopback lo\nset system host-name 'r1'\n"


@pytest.fixture
def imported(oob: Oob, home: Path, tmp_path: Path) -> Callable[[str, str], tuple[str, str]]:
    """Return what imports a text as of a platform, and returns the configuration kept, and the reason where not."""

    def imported(text: str, platform: str) -> tuple[str, str]:
        source = tmp_path / "source"
        source.mkdir()
        (source / "r1").write_text(text)
        said = oob("backup", "import", "ansible", source, "--platform", platform, "--json").document
        if said["refused"]:
            return "", str(said["refused"][0]["reason"])
        (kept,) = (home / "backups" / "r1").glob("*/config.txt")
        return kept.read_text(), ""

    return imported


@pytest.mark.parametrize(
    ("text", "platform", "kept"),
    [
        (JUNOS, "juniper_junos", JUNOS),
        (f"{JUNOS}\n{{master:0}}\n", "juniper_junos", JUNOS),
        (f"{JUNOS}\n{{master:0}}[edit]\nops@sw1# \n", "juniper_junos", JUNOS),
        (f"{JUNOS}\n{{master:0}}\nops@sw1>", "juniper_junos", JUNOS),
        (API, "paloalto_panos", API),
        (API.replace("</result>", "\n</result>\n"), "paloalto_panos", API.replace("</result>", "\n</result>\n")),
        ("version 15.2\nhostname r1\nend\n\nr1#", "cisco_ios", "version 15.2\nhostname r1\nend\n"),
        (f"{VYOS}ops@r1:~$ \n", "vyos", VYOS),
    ],
)
def test_a_prompt_behind_or_an_envelope_around_it_is_no_loss(
    imported: Callable[[str, str], tuple[str, str]], text: str, platform: str, kept: str
) -> None:
    shown, reason = imported(text, platform)

    assert reason == ""
    assert shown.rstrip() == kept.rstrip()


@pytest.mark.parametrize(
    ("text", "platform", "form"),
    [
        (SET, "paloalto_panos", "set commands"),
        (BOOT, "vyos", "sections in braces"),
        ("<configuration>\n  <system/>\n</configuration>\n", "juniper_junos", "XML"),
        ('{\n  "configuration": {}\n}\n', "cisco_ios", "JSON"),
    ],
)
def test_another_form_is_called_by_its_name(
    imported: Callable[[str, str], tuple[str, str]], text: str, platform: str, form: str
) -> None:
    assert f"is written as {form}, which backups of this platform are not kept as" in imported(text, platform)[1]


@pytest.mark.parametrize(
    ("text", "platform"),
    [
        (API[:-40], "paloalto_panos"),
        (JUNOS[:-2], "juniper_junos"),
        (f"{JUNOS[:-2]}ops@sw1> ", "juniper_junos"),
        ("version 15.2\nhostname r1\n", "cisco_ios"),
        ("version 15.2\nhostname r1\nr1#", "cisco_ios"),
    ],
)
def test_what_was_cut_short_is_still_refused(
    imported: Callable[[str, str], tuple[str, str]], text: str, platform: str
) -> None:
    assert "is truncated" in imported(text, platform)[1]
