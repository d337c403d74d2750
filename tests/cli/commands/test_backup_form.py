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


# Captures of terminals and of tools: what stands behind the last line of a configuration, other forms, and real ends.
WHOLE = [
    ("cisco_ios", "version 15.2\nhostname r1\nend\n\nr1#exit\n"),
    ("cisco_ios", "version 15.2\nhostname r1\nend\n\nr1#show clock\n"),
    ("cisco_ios", "version 15.2\r\nhostname r1\r\nend\r\n\r\nr1#"),
    (
        "cisco_ios",
        "version 15.2\nhostname r1\nend\n*Mar  1 00:01:02.003: %SYS-5-CONFIG_I: Configured by ada on vty0\n",
    ),
    ("cisco_ios", "version 15.2\nhostname r1\nend\nConnection to r1 closed.\n"),
    ("arista_eos", "! Command: show running-config\nhostname l1\nend\nl1#"),
    ("arista_eos", "! Command: show running-config\nhostname l1\n!\nend\nl1(config)#\n"),
    (
        "cisco_xr",
        "Mon Jan  1 10:00:00.000 UTC\n!! IOS XR Configuration 7.3.2\nhostname p\nend\n\nRP/0/RP0/CPU0:p#\n",
    ),
    ("juniper_junos", "set version 18.4R1.8\nset system host-name sw1\n"),
    ("juniper_junos", "version 18.4R1.8;\nsystem {\n    host-name sw1;\n}\n\n{primary:node0}\nops@sw1> exit\n"),
    ("juniper_junos", "version 18.4R1.8;\nsystem {\n    host-name sw1;\n}\n\n[edit]\nops@sw1# \n"),
    ("juniper_junos", "version 18.4R1.8;\nsystem {\n    host-name sw1;\n}\n---(more 100%)---\n"),
    ("huawei_vrp", "#\nsysname r1\n#\nreturn\n<r1>"),
    ("huawei_vrp", "#\nsysname r1\n#\nreturn\n[r1]\n"),
    ("huawei_vrp", "#\nsysname r1\n#\nreturn\n<r1>quit\n"),
    ("hp_comware", "#\n sysname r1\n#\nreturn\n<r1>\n"),
    ("fortinet", "#config-version=FGT-7.4\nconfig system global\n    set hostname fw1\nend\n\nfw1 # \n"),
    ("fortinet", "#config-version=FGT-7.4\nconfig vdom\nedit root\nnext\nend\n\nfw1 (global) # "),
    ("nokia_sros", "# TiMOS\nconfigure {\n    system {\n    }\n}\n\n[/]\nA:admin@r1# "),
    ("nokia_sros", "# TiMOS\nexit all\nconfigure\n    system\n    exit\nexit all\n\n# Finished Mon Jan 1 2024\nA:r1# "),
    ("nokia_srl", "set / system name host-name r1\n--{ running }--[  ]--\nA:r1# "),
    ("paloalto_panos", "config {\n  devices {\n  }\n}\nadmin@fw1> "),
    ("vyos", "set system host-name 'r1'\n[edit]\nvyos@r1# "),
    ("cisco_asa", ": Saved\nASA Version 9.8(2)\nhostname fw\nCryptochecksum:abc\n: end\nfw# "),
    ("cisco_asa", ": Saved\nASA Version 9.8(2)\nhostname fw\nCryptochecksum:abc\n: end\n[OK]\nfw# "),
    ("mikrotik_routeros", "# jan/02/1970 by RouterOS 6.49\n/system identity\nset name=r1\n[admin@r1] > "),
    ("cisco_nxos", "!Command: show running-config\nhostname n1\nboot nxos bootflash:/x.bin\n\nn1# "),
    ("aruba_aoscx", "Current configuration:\n!\nhostname a\nend\na# "),
    ("frr", "Current configuration:\n!\nhostname r\n!\nend\nr# "),
]
OTHER_FORMS = [
    ("cisco_ios", "set system host-name r1\n"),
    ("arista_eos", '{\n  "cmds": {}\n}\n'),
    ("cisco_xr", "<data>\n <x/>\n</data>\n"),
    ("juniper_junos", '{\n    "configuration" : {\n    }\n}\n'),
    ("juniper_junos", '<rpc-reply xmlns:junos="x">\n<configuration>\n</configuration>\n</rpc-reply>\n'),
    ("nokia_sros", '/configure system name "r1"\n/configure port 1/1/1 admin-state enable\n'),
    ("nokia_srl", '{\n  "system": {}\n}\n'),
    ("nokia_srl", "system {\n    name {\n        host-name r1\n    }\n}\n"),
    ("paloalto_panos", '{"response":{"@status":"success"}}\n'),
    ("paloalto_panos", "set deviceconfig system hostname fw1\nadmin@fw1# "),
]
CUT = [
    ("cisco_ios", "hostname r1\ninterface Gi1\n ip address 192.0.2.1 255.255.255.0\n"),
    ("cisco_ios", "version 15.2\nhostname r1\n --More-- "),
    ("cisco_xr", "!! IOS XR Configuration 7.3.2\nhostname p\nrouter static\n address-family ipv4 unicast\n"),
    ("huawei_vrp", "#\nsysname r1\n#\n"),
    ("fortinet", "#config-version=FGT-7.4\nconfig system global\n    set hostname fw1\n"),
    ("vyos", "set system host-name 'r1"),
    ("mikrotik_routeros", "# jan/02/1970 by RouterOS 6.49\n/ip address\nadd address=192.0.2.1/24 \\\n"),
]


@pytest.mark.parametrize(("platform", "text"), WHOLE)
def test_what_a_terminal_shows_behind_a_configuration_is_left_out(
    imported: Callable[[str, str], tuple[str, str]], platform: str, text: str
) -> None:
    shown, reason = imported(text, platform)

    assert reason == ""
    assert shown
    assert shown.rstrip() in text.replace("\r\n", "\n")
    assert not any(shown.rstrip().endswith(end) for end in ("r1#", "exit", "closed.", "> ", "vty0", "100%)---", "$ "))


@pytest.mark.parametrize(("platform", "text"), OTHER_FORMS)
def test_every_other_form_is_called_by_its_name(
    imported: Callable[[str, str], tuple[str, str]], platform: str, text: str
) -> None:
    assert "is written as " in imported(text, platform)[1]


@pytest.mark.parametrize(("platform", "text"), CUT)
def test_a_configuration_without_its_end_is_truncated_on_every_platform(
    imported: Callable[[str, str], tuple[str, str]], platform: str, text: str
) -> None:
    assert "truncated" in imported(text, platform)[1]


BALANCED = [
    ("juniper_junos", 'version 1;\nsystem {\n    login {\n        message "a { b";\n    }\n}\n'),
    ("juniper_junos", "version 1;\n/* not { a section\n   another {\n*/\nsystem {\n    host-name r1;\n}\n"),
    ("nokia_sros", 'configure {\n    system {\n        name "r {"\n    }\n}\n'),
]
UNBALANCED = [
    ("juniper_junos", "version 1;\nsystem {\n    login {\n        message x;\n}\n", "line 2 has no end"),
    ("juniper_junos", "version 1;\nsystem {\n    host-name r1;\n}\n}\n", "line 5 ends a section that never began"),
    ("juniper_junos", "version 1;\ninterfaces {\n    ge-0/0/0 {\n}\nsystem {\n}\n", "line 2 has no end"),
    ("nokia_sros", "configure {\n    system {\n    port 1/1/1 {\n    }\n}\n", "line 1 has no end"),
    ("paloalto_panos", "config {\n  devices {\n    x {\n  }\n}\n", "line 1 has no end"),
]


@pytest.mark.parametrize(("platform", "text"), BALANCED)
def test_a_brace_in_a_text_or_a_comment_begins_no_section(
    imported: Callable[[str, str], tuple[str, str]], platform: str, text: str
) -> None:
    assert imported(text, platform) == (text, "")


@pytest.mark.parametrize(("platform", "text", "said"), UNBALANCED)
def test_a_configuration_whose_braces_do_not_match_is_damaged(
    imported: Callable[[str, str], tuple[str, str]], platform: str, text: str, said: str
) -> None:
    assert f"is damaged: the section that begins in {said}" in imported(text, platform)[1].replace(
        "damaged: line", "damaged: the section that begins in line"
    )
