"""Tables for people: rows by ntc-templates, a home's own templates first, and a reason without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.adapters.tables import Unparsed, as_columns, as_csv, rows

ARP = """\
Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  10.0.12.1               -   5254.0012.0001  ARPA   GigabitEthernet1
Internet  10.0.12.2               7   5254.0012.0002  ARPA   GigabitEthernet1
"""
OWN = "Value NAME (\\S+)\n\nStart\n  ^${NAME} -> Record\n"
INDEX = "Template, Hostname, Platform, Command\n\nown.textfsm, .*, cisco_ios, show oob\n"


def test_an_output_becomes_rows_columns_and_csv(tmp_path: Path) -> None:
    found = rows("cisco_ios", "show ip arp", ARP, tmp_path)
    assert [row["ip_address"] for row in found] == ["10.0.12.1", "10.0.12.2"]
    lines = as_columns(found).splitlines()
    assert len(lines) == 3
    assert lines[2].split()[:3] == ["Internet", "10.0.12.2", "7"]
    assert as_csv(found).splitlines()[0].startswith("protocol,ip_address,age")


def test_templates_of_the_home_come_first_and_others_are_still_found(tmp_path: Path) -> None:
    (tmp_path / "index").write_text(INDEX)
    (tmp_path / "own.textfsm").write_text(OWN)
    assert rows("cisco_ios", "show oob", "one\n", tmp_path) == [{"name": "one"}]
    assert len(rows("cisco_ios", "show ip arp", ARP, tmp_path)) == 2


@pytest.mark.parametrize(
    ("command", "text", "reason"),
    [
        ("show unheard of", "one\n", "no template for 'show unheard of' on cisco_ios"),
        ("show ip arp", "one two three\n", "does not read it|finds no row"),
    ],
)
def test_an_output_without_rows_says_why(tmp_path: Path, command: str, text: str, reason: str) -> None:
    with pytest.raises(Unparsed, match=reason):
        rows("cisco_ios", command, text, tmp_path)


def test_a_damaged_template_of_the_home_is_a_reason_too(tmp_path: Path) -> None:
    (tmp_path / "index").write_text(INDEX)
    (tmp_path / "own.textfsm").write_text("Value NAME (\n")
    with pytest.raises(Unparsed, match="does not read it"):
        rows("cisco_ios", "show oob", "one\n", tmp_path)
