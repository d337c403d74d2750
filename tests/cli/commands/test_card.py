from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oob.backup.folder import write
from oob.cli import by_hand
from oob.profile.store import load, platforms
from tests.backup.conftest import READING
from tests.cli.conftest import Oob

EDGE1 = """\
edge1:
  platform: cisco_ios
  hostname: 192.0.2.1
  data:
    oob:
      expect: {serial: 9ABC123}
      critical_addresses: [192.0.2.254]
      authorised: [Ada]
      paths: ['serial:///dev/ttyUSB0?baud=115200', {url: 'telnet://cs1:2001', carrier: lte}]
      hosts: {taken: 2026-01-02, names: {cs1: 192.0.2.40}}
"""


def test_a_card_has_all_that_somebody_at_the_rack_needs(oob: Oob, home: Path, hosts: Callable[[str], None]) -> None:
    hosts(EDGE1)
    write(home / "backups", READING)
    page = oob("card", "edge1").out
    for text in (
        "serial number 9ABC123",
        "authorised by Ada",
        "screen /dev/ttyUSB0 115200",
        "telnet 192.0.2.40 2001",
        "20260304-050607Z, the latest, NOT marked known-good",
        "oob recover edge1",
        "configure replace CHECKPOINT force revert trigger error timer 5",
        "LOOK NOW whether all is back",
        "ping 192.0.2.254",
    ):
        assert text in page, text
    assert all(len(line) <= 130 for line in page.splitlines())


def test_a_card_is_one_document_with_json(oob: Oob, hosts: Callable[[str], None]) -> None:
    hosts(EDGE1)
    document = oob("card", "edge1", "--json").document
    assert document["backup"] == ["there is no backup that is whole"]
    assert [each["title"] for each in document["by_hand"] if isinstance(each, dict)]


def test_a_device_that_is_not_there_or_runs_nobody_knows_what(oob: Oob, hosts: Callable[[str], None]) -> None:
    hosts("edge1: {}\n")
    assert "did you mean edge1?" in oob("card", "edeg1").err
    assert oob("card", "edge1").code == 2


@pytest.mark.parametrize("platform", platforms())
def test_every_rollback_can_be_written_down(platform: str) -> None:
    for title, lines in by_hand.rollbacks(load(platform)):
        assert title
        assert lines
        assert not any("{" in line and "}" in line for line in lines), lines


def test_a_rollback_that_leaves_a_mode_by_itself_does_not_leave_it_twice() -> None:
    for _, lines in by_hand.rollbacks(load("nokia_srl")):
        assert "enter running" in lines
        assert "discard now" not in lines


def test_keys_are_written_down_by_their_names() -> None:
    _, lines = next(by_hand.rollbacks(load("mikrotik_routeros")))

    assert lines.count("(press Ctrl-X)") == 2
    assert any("when the session ends" in line for line in lines)


def test_an_armed_rollback_is_confirmed_only_after_a_look() -> None:
    _, lines = next(by_hand.rollbacks(load("juniper_junos")))
    typed = [line.strip() for line in lines]
    look = next(number for number, line in enumerate(typed) if line.startswith("LOOK NOW"))
    assert typed.index("commit confirmed 5") < look < typed.index("commit")
    assert "exit configuration-mode" in typed[:look]


@pytest.mark.parametrize(
    ("url", "typed"),
    [
        ("tcp://192.0.2.1:4001", "nc 192.0.2.1 4001"),
        ("record+telnet://192.0.2.1?record.to=x", "telnet 192.0.2.1 23"),
        ("ssh://ops@192.0.2.1/port07", "ssh -p 22 ops:port07@192.0.2.1"),
        ("ssh://ops@192.0.2.1/7?join=%2B&jump=ops@192.0.2.9", "ssh -J ops@192.0.2.9 -p 22 ops+7@192.0.2.1"),
        ("ssh://ops@192.0.2.1?command=connect%20r2", "ssh -p 22 -t ops@192.0.2.1 'connect r2'"),
        ("ssh://192.0.2.1?menu=open%20/lab/r1/0", "ssh -p 22 USER@192.0.2.1"),
        ("opengear://ops@192.0.2.1/7", "ssh -p 22 ops:port07@192.0.2.1"),
        ("cisco_async://192.0.2.1/3", "telnet 192.0.2.1 2003"),
        ("sol://admin@192.0.2.1", "ipmitool -I lanplus -H 192.0.2.1 -U admin -a sol activate"),
        ("exec:///usr/bin/virsh?arg=console&arg=r%201", "/usr/bin/virsh console 'r 1'"),
        ("telnet://nobody:23", ""),
        ("nonsense", ""),
    ],
)
def test_a_console_is_reached_with_everybodys_tools(url: str, typed: str) -> None:
    assert by_hand.reach(url, {})[0] == typed
