from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
import pytest

from oob.backup.folder import Reading
from oob.backup.folder import write as write_backup
from oob.backup.verify import read_manifest
from oob.cli.commands import backup as backup_commands
from oob.routing.opaque import OpaqueLine
from oob.routing.route import NextHop
from tests.backup.conftest import READING
from tests.cli.conftest import Oob

Keep = Callable[..., Path]
OLD, NEW = "20260304-050607Z", "20260304-060607Z"


@pytest.fixture
def keep(home: Path) -> Keep:
    """Return what writes a backup of the sample with changes, some hours after the first one."""

    def write(hours: int = 0, **changes: object) -> Path:
        started = READING.started + timedelta(hours=hours)
        reading: Reading = replace(READING, started=started, finished=started, **changes)  # type: ignore[arg-type]
        return write_backup(home / "backups", reading)

    return write


def test_a_list_has_the_newest_first_and_tells_good_damaged_and_routeless_ones(oob: Oob, keep: Keep) -> None:
    keep()
    keep(1, routes=None, reason="imported")
    (keep(2) / "manifest.json").write_text("{")
    assert oob("backup", "mark-good", "edge1", OLD).code == 0
    lines = oob("backup", "list", "edge1").out.splitlines()
    assert "DAMAGED" in lines[0]
    assert "no routes" in lines[1]
    assert f"{OLD}  good" in lines[2]
    rows = oob("backup", "list", "--json").document
    assert [row.get("known_good") for row in rows] == [None, False, True]


def test_marking_a_backup_as_good_says_how_many_lines_are_compared_as_text(oob: Oob, keep: Keep) -> None:
    keep(opaque=(OpaqueLine(7, "Z9 10.9.0.0/16\n   over 192.0.2.9", "no rule recognises this line"),))
    said = oob("backup", "mark-good", "edge1")
    assert "; 2 lines of its routing table are compared as text" in said.out
    assert oob("backup", "mark-good", "edge1", "--json").document["lines_as_text"] == 2
    assert oob("backup", "verify", "edge1").code == 0


def test_what_is_not_there_is_said_with_what_is_near(oob: Oob, keep: Keep) -> None:
    assert oob("backup", "list").out.startswith("there is no backup below ")
    keep()
    said = oob("backup", "show", "egde1")
    assert said.code == 7
    assert "did you mean edge1?" in said.err
    assert oob("backup", "show", "edge1", "2019").code == 7
    assert oob("backup", "list", "../..").code == 7


def test_a_backup_is_shown_with_its_files(oob: Oob, keep: Keep) -> None:
    keep()
    said = oob("backup", "show", "edge1")
    assert "change        CHG0012345" in said.out
    assert "config.txt" in said.out
    assert oob("backup", "show", "edge1", "--json").document["serial"] == "9ABC123"


def test_verification_says_for_each_backup_what_is_wrong_with_it(oob: Oob, keep: Keep) -> None:
    keep()
    assert oob("backup", "verify").out == f"edge1  {OLD}  intact\n"
    damaged = keep(1) / "config.txt"
    damaged.write_text(damaged.read_text().replace("area 0", "area 1"))
    said = oob("backup", "verify", "edge1", "--json")
    assert said.code == 7
    assert [[each["kind"] for each in row["problems"]] for row in said.document] == [["changed"], []]
    assert oob("backup", "verify", "edge1", "good").code == 7
    assert oob("backup", "verify", "edge1", OLD).code == 0


def test_only_a_backup_that_can_prove_something_is_marked_good(oob: Oob, keep: Keep, home: Path) -> None:
    keep()
    keep(1, routes=None)
    refused = oob("backup", "mark-good", "edge1")
    assert (refused.code, "the routing table was not read into it" in refused.err) == (7, True)
    assert oob("backup", "mark-good", "edge1", OLD, "--json").document["known_good"] is True
    assert oob("backup", "unmark", "edge1", "good", "--json").document["known_good"] is False
    assert "no backup is marked known-good" in oob("backup", "unmark", "edge1", "good").err


def test_marking_asks_with_the_difference_where_the_baseline_differs(
    oob: Oob, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep()
    assert oob("backup", "mark-good", "edge1").code == 0
    keep(1)
    assert oob("backup", "mark-good", "edge1").code == 0  # the same state: nothing to ask
    assert READING.routes
    keep(2, configuration=READING.configuration.replace("router ospf 1", "router ospf 2"), routes=READING.routes[:1])
    said = oob("backup", "mark-good", "edge1")
    assert (said.code, f"it differs from the baseline {NEW}" in said.err) == (7, True)
    assert "-router ospf 1\n+router ospf 2" in said.err
    assert "198.51.100.0/24" in said.err
    assert "good" not in oob("backup", "list", "edge1").out.splitlines()[0]

    monkeypatch.setattr(backup_commands, "is_attended", lambda: True)
    monkeypatch.setattr(click, "confirm", lambda text, **_: False)
    assert oob("backup", "mark-good", "edge1").code == 7
    monkeypatch.setattr(click, "confirm", lambda text, **_: True)
    assert oob("backup", "mark-good", "edge1").code == 0


def test_a_broken_state_is_marked_good_only_on_the_word_of_a_person(oob: Oob, keep: Keep) -> None:
    keep(1, found_by="20260304-053000Z-abcd")
    assert oob("backup", "mark-good", "edge1").code == 7
    said = oob("backup", "mark-good", "edge1", "found")
    assert (said.code, "broken state that run 20260304-053000Z-abcd found" in said.err) == (7, True)
    assert "found broken" in oob("backup", "list", "edge1").out
    assert oob("backup", "mark-good", "edge1", NEW, "--yes").code == 0


def test_marking_warns_of_a_configuration_that_locks_out_while_aaa_is_down(oob: Oob, keep: Keep) -> None:
    aaa = "aaa new-model\naaa authentication login default group tacacs+\nline con 0\n!\nend\n"
    keep(configuration=READING.configuration.replace("end\n", aaa))
    said = oob("backup", "mark-good", "edge1")
    assert (said.code, "lock you out of the console" in said.err) == (0, True)


def test_a_difference_covers_configuration_and_routes_and_hides_secrets(oob: Oob, keep: Keep) -> None:
    changed = READING.configuration.replace("hostname edge1", "hostname edge1\nenable secret 9 $9$old")
    keep(configuration=changed)
    assert READING.routes
    moved = READING.routes[1]._replace(next_hops=(NextHop(address="192.0.2.9"),))
    keep(1, configuration=changed.replace("$old", "$new"), routes=(READING.routes[0], moved))
    said = oob("backup", "diff", "edge1", OLD, NEW)
    assert said.code == 1
    assert "-enable secret 9 ****\n+enable secret 9 ****" in said.out
    assert "$9$" not in said.out
    assert "198.51.100.0/24: next hop 192.0.2.2 (Gi0/0)" in said.out
    document = oob("backup", "diff", "edge1", OLD, NEW, "--json").document
    assert document["routes"]["counts"] == {"next hop changed": 1}


def test_two_backups_that_say_the_same_are_equal(oob: Oob, keep: Keep) -> None:
    keep()
    keep(1, configuration=READING.configuration.replace("1234 bytes", "1250 bytes"))
    oob("backup", "mark-good", "edge1", OLD)
    said = oob("backup", "diff", "edge1")
    assert (said.code, said.out) == (0, f"equal: {OLD} and {NEW}\n")


def test_a_platform_without_a_profile_can_still_be_compared(oob: Oob, keep: Keep) -> None:
    keep(platform="comware", routes=None)
    keep(1, platform="comware", routes=None)
    said = oob("backup", "diff", "edge1", OLD, NEW)
    assert (said.code, said.out) == (0, "the routes cannot be compared: not read into both\n")


def test_a_backup_that_was_not_verified_is_a_baseline_only_on_the_word_of_a_person(oob: Oob, keep: Keep) -> None:
    keep(verified={"facts": "2 equal readings", "configuration": "2 equal readings"})
    assert "NOT VERIFIED" in oob("backup", "list", "edge1").out
    refused = oob("backup", "mark-good", "edge1")
    assert (refused.code, "routes, neighbours" in refused.err) == (7, True)
    marked = oob("backup", "mark-good", "edge1", "--unverified", "--json").document
    assert (marked["known_good"], marked["unverified"]) == (True, ["routes", "neighbours"])
    assert "configuration: 2 equal readings" in oob("backup", "show", "edge1").out


def test_a_backup_of_an_older_oob_is_marked_good_with_a_warning(oob: Oob, keep: Keep) -> None:
    folder = keep()
    (folder / "manifest.json").write_bytes(replace(read_manifest(folder), verified=None).render())
    marked = oob("backup", "mark-good", "edge1")
    assert (marked.code, "did not verify what it read" in marked.err) == (0, True)


def test_a_difference_goes_by_the_rules_of_the_proof(oob: Oob, keep: Keep) -> None:
    rules = "access-list 101 permit tcp any any eq 22\naccess-list 101 deny ip any any\n"
    users = "username a privilege 15\nusername b privilege 15\n"
    keep(configuration=READING.configuration.replace("hostname", f"{rules}{users}hostname"))
    users = "".join(reversed(users.splitlines(keepends=True)))
    keep(1, configuration=READING.configuration.replace("hostname", f"{rules}{users}hostname"))
    assert oob("backup", "diff", "edge1", OLD, NEW).code == 0
    rules = "".join(reversed(rules.splitlines(keepends=True)))
    newest = keep(2, configuration=READING.configuration.replace("hostname", f"{rules}{users}hostname"))
    said = oob("backup", "diff", "edge1", OLD, newest.name)
    assert (said.code, "+access-list 101 deny ip any any" in said.out) == (1, True)


def test_a_difference_shows_a_policy_community_and_hides_one_of_snmp(oob: Oob, keep: Keep) -> None:
    before = (
        "policy-options {\n    policy-statement P {\n        from {\n            community CUST;\n        }\n"
        "        then {\n            community add NO-EXPORT;\n        }\n    }\n}\nsnmp {\n    community hide-me;\n}\n"
    )
    after = before.replace("CUST", "PEER").replace("add", "delete").replace("hide-me", "hide-too")
    keep(platform="juniper_junos", configuration=before, complete_start="", complete_end="")
    keep(1, platform="juniper_junos", configuration=after, complete_start="", complete_end="")
    shown = oob("backup", "diff", "edge1", OLD, NEW).out
    assert ("CUST;" in shown, "PEER;" in shown) == (True, True)
    assert ("community add NO-EXPORT;" in shown, "community delete NO-EXPORT;" in shown) == (True, True)
    assert ("hide-" in shown, "community ****;" in shown) == (False, True)


def test_pruning_asks_and_keeps_what_a_plan_and_an_open_run_refer_to(oob: Oob, keep: Keep, home: Path) -> None:
    for hours in range(5):
        keep(hours)
    (home / "tonight.json").write_text(f'{{"target": "{OLD}"}}')
    run = home / "runs" / "20260304-100000Z-aaaa"
    run.mkdir(parents=True)
    (run / "journal.jsonl").write_text(f"damaged, of {NEW}\n")

    assert "--yes removes them" in oob("backup", "prune", "--keep", "1").err
    said = oob("backup", "prune", "--keep", "1", "--yes", "--json")

    assert [row["id"] for row in said.document] == ["20260304-080607Z", "20260304-070607Z"]
    assert len(oob("backup", "list", "--json").document) == 3
