from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from oob.secret.store import SecretsFile, SecretsKey
from tests.cli.conftest import Oob, Said

Hosts = Callable[[str], None]

GOOD = """\
edge1:
  platform: cisco_ios
  data:
    oob:
      expect: {serial: 9ABC123}
      paths:
        - {url: 'serial:///dev/ttyUSB0', carrier: none}
        - {url: 'telnet://192.0.2.10:2007', carrier: dsl}
"""


def device(name: str, *paths: str, block: str = "") -> str:
    entries = "".join(f"\n        - {path}" for path in paths) or " []"
    return f"{name}:\n  platform: cisco_ios\n  data:\n    oob:\n      paths:{entries}\n{block}"


def kinds(oob: Oob, level: str = "") -> list[tuple[str, str]]:
    found = oob("inventory", "check", "--json").document["findings"]
    return [(each["device"], each["kind"]) for each in found if level in ("", each["level"])]


def test_devices_are_listed_with_their_paths_and_one_is_shown_whole(oob: Oob, hosts: Hosts) -> None:
    hosts(GOOD)
    assert "serial:///dev/ttyUSB0  telnet://192.0.2.10:2007" in oob("inventory", "list").out
    assert [row["name"] for row in oob("inventory", "list", "--json").document] == ["edge1"]
    assert "serial 9ABC123" in oob("inventory", "show", "edge1").out
    assert oob("inventory", "show", "edge1", "--json").document["paths"][1]["carrier"] == "dsl"


def test_an_unknown_device_is_answered_with_the_nearest(oob: Oob, hosts: Hosts) -> None:
    hosts(GOOD)
    said = oob("inventory", "show", "egde1")
    assert (said.code, "did you mean edge1?" in said.err) == (2, True)


def test_an_empty_home_says_what_to_do(oob: Oob) -> None:
    for words in ("list", "check"):
        said = oob("inventory", words)
        assert (said.code, "oob inventory import" in said.out) == (0, True)


def test_an_inventory_in_which_nothing_is_missing(oob: Oob, hosts: Hosts, home: Path, identity: Path) -> None:
    hosts(GOOD)
    SecretsFile(home / "secrets.age", SecretsKey(identity=identity)).write("default: {username: ops, password: x}\n")
    said = oob("inventory", "check")
    assert (said.code, said.out, said.err) == (0, "1 devices, nothing is missing\n", "")


def test_what_keeps_oob_from_a_console_is_a_problem(oob: Oob, hosts: Hosts, home: Path, identity: Path) -> None:
    hosts(
        device("r1")
        + device("r2", "telnet://cs1.example.com:2001")
        + device("r3", "telent://192.0.2.1:2001")
        + device("r4", "tcp://192.0.2.1")
        + device("r5", "{url: 'tcp://192.0.2.1:4001', via: r5}")
        + device("r6", "tcp://192.0.2.1:4002").replace("cisco_ios", "cisco_i0s")
        + device("r7", "tcp://192.0.2.1:4003").replace("  platform: cisco_ios\n", "")
        + device("r8", "tcp://192.0.2.1:4004")
        + device("r9", "tcp://192.0.2.1:4004")
    )
    SecretsFile(home / "secrets.age", SecretsKey(identity=identity)).write(
        "devices: {r1: {username: a, password: b}}\n"
    )
    found = kinds(oob, "problem")
    assert sorted(each for each in found if each[1] != "credentials") == [
        ("r1", "path"),
        ("r2", "name"),
        ("r3", "url"),
        ("r5", "via"),
        ("r6", "platform"),
        ("r7", "platform"),
        ("r8", "shared-console"),
        ("r9", "shared-console"),
    ]
    assert [name for name, kind in found if kind == "credentials"] == [f"r{number}" for number in range(2, 10)]
    assert oob("inventory", "check").code == 1


def test_families_of_console_servers_are_known_and_so_are_the_logins_they_want(
    oob: Oob, hosts: Hosts, home: Path, identity: Path
) -> None:
    hosts(
        device("r1", "opengear://ops@192.0.2.10/7", "cisco_async://192.0.2.11/3")
        + device("r2", "ssh://192.0.2.12/port07", "sol://admin@192.0.2.13")
        + device("r3", "opengear://ops@192.0.2.10/7?way=nothing", "digi_portserver://192.0.2.14/eleven")
        + device("r4", "ssh://ops@192.0.2.15:3007")
    )
    text = "default: {username: ops, password: x}\ndevices: {r4: {server_username: c, server_password: y}}\n"
    SecretsFile(home / "secrets.age", SecretsKey(identity=identity)).write(text)
    answer = oob("inventory", "check", "--json")
    assert answer.code == 1, answer.err
    found = answer.document["findings"]
    said = {(each["level"], each["device"], each["kind"]): each["text"] for each in found}
    assert "only a key of an agent lets oob in" in said["warning", "r1", "server-login"]
    assert "no server_password" in said["warning", "r2", "server-login"]
    assert "path 1 has no user for its server" in said["problem", "r2", "server-user"]
    assert "the server of path 2" in said["problem", "r2", "server-login"]
    assert [each["device"] for each in found if each["kind"] == "url"] == ["r3", "r3"]
    assert not [key for key in said if key[1:] == ("r4", "server-login")]


def test_what_lessens_the_chance_is_a_warning(oob: Oob, hosts: Hosts) -> None:
    old = date.today() - timedelta(days=200)
    table = f"      hosts: {{taken: {old}, names: {{cs1: 192.0.2.3}}}}\n"
    hosts(
        device("r1", "tcp://192.0.2.1:1")
        + device("r2", "{url: 'tcp://192.0.2.1:2', carrier: lte}", "{url: 'tcp://192.0.2.2:2', carrier: lte}")
        + device("r3", "tcp://192.0.2.1:3", "tcp://192.0.2.1:4")
        + device("r4", "{url: 'tcp://192.0.2.1:5', via: r1}", "{url: 'tcp://cs1:6', via: r1}", block=table)
    )
    warnings = kinds(oob, "warning")
    assert ("r1", "second-path") in warnings
    assert ("r2", "shared-carrier") in warnings
    assert ("r3", "shared-server") in warnings
    assert ("r3", "carrier") in warnings
    assert ("r4", "via") in warnings
    assert ("r4", "old-names") in warnings
    assert [name for name, kind in warnings if kind == "expect"] == ["r1", "r2", "r3", "r4"]
    said = oob("inventory", "check")
    assert (said.code, "credentials were not checked" in said.err) == (0, True)


def texts(oob: Oob, kind: str) -> list[str]:
    found = oob("inventory", "check", "--json").document["findings"]
    return [each["text"] for each in found if each["kind"] == kind]


def test_paths_that_end_at_one_server_are_told_from_those_that_do_not(oob: Oob, hosts: Hosts, home: Path) -> None:
    paths = (
        "{url: 'telnet://192.0.2.10:2007', name: dsl}",
        "{url: 'ssh://ops@192.0.2.10/port07', name: lte}",
        "{url: 'telnet://192.0.2.20:2007', name: sat}",
    )
    apart = ("tcp://127.0.0.1:7001", "tcp://127.0.0.1:7002", "telnet://192.0.2.30")
    jumps = ("{url: 'ssh://ops@192.0.2.1?jump=ops@192.0.2.9', name: a}", "{url: 'ssh://ops@192.0.2.9/3', name: b}")
    keys = ("{url: 'ssh://ops@192.0.2.41/port07', name: a}", "{url: 'ssh://ops@198.51.100.41/port07', name: b}")
    hosts(device("r1", *paths) + device("r2", *apart) + device("r3", *jumps) + device("r4", *keys))
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEa"
    (home / "known_hosts").write_text(f"192.0.2.41 {key}\n[198.51.100.41]:22 {key}\n")

    assert texts(oob, "shared-server") == [
        "paths dsl, lte depend on server 192.0.2.10: without it only path sat is left",
        "paths a, b depend on server 192.0.2.9: all paths share it",
        "paths a, b depend on server 192.0.2.41: all paths share it",
    ]


def test_a_path_without_a_user_for_its_server_is_named_first(oob: Oob, hosts: Hosts) -> None:
    hosts(
        device("r1", "tcp://192.0.2.1:2")
        + device("r2", "tcp://192.0.2.1:1", "ssh://192.0.2.10/port07", "console:///r2?server=192.0.2.11")
    )

    assert kinds(oob)[:2] == [("r2", "server-user"), ("r2", "server-user")]
    assert "no user for its server in its URL" in texts(oob, "server-user")[0]


def test_an_import_says_what_it_added_and_what_it_left_behind(oob: Oob, tmp_path: Path) -> None:
    samples = Path(__file__).parents[2] / "data" / "inventories"
    said = oob("inventory", "import", "oxidized", samples / "oxidized" / "router.db", "--json")
    assert said.code == 0
    assert said.document["added"][0] == "edge1.example.com"
    assert "oob: passwords of edge1.example.com were not taken over" in said.err
    assert "not here" not in said.out + said.err
    again = oob("inventory", "import", "oxidized", samples / "oxidized" / "router.db")
    assert again.out.startswith("0 devices added")
    assert oob("inventory", "show", "core1.example.com", "--json").document["hostname"] == "192.0.2.2"


def test_an_imported_lab_is_put_where_its_server_is(oob: Oob) -> None:
    sample = Path(__file__).parents[2] / "data" / "inventories" / "eve_ng" / "site.unl"
    assert oob("inventory", "import", "eve-ng", sample, "--server", "192.0.2.50").code == 0
    assert oob("inventory", "show", "R1", "--json").document["paths"][0]["url"] == "telnet://192.0.2.50:32769"


def test_an_import_of_nothing_that_is_there_is_one_sentence(oob: Oob, tmp_path: Path) -> None:
    for words in (("rancid", tmp_path / "absent"), ("rancid", tmp_path), ("rncid", tmp_path)):
        assert oob("inventory", "import", *words).code == 2


def test_names_are_looked_up_only_when_that_is_asked_for_and_then_kept(oob: Oob, hosts: Hosts, home: Path) -> None:
    hosts(device("r1", "tcp://localhost:4001", "tcp://a..b:4001"))
    assert kinds(oob, "problem") == [("r1", "name"), ("r1", "name")]
    assert not (home / "inventory" / "defaults.yaml").exists()
    said = oob("inventory", "check", "--resolve", "--json")
    assert list(said.document["names"]) == ["localhost"]
    assert "a..b: no address" in said.err
    assert kinds(oob, "problem") == [("r1", "name")]
    assert oob("inventory", "show", "r1", "--json").document["hosts"]["taken"] == str(date.today())
    assert oob("inventory", "check", "--resolve").code == 1


def test_a_name_without_an_address_today_keeps_the_one_it_had(oob: Oob, hosts: Hosts, home: Path) -> None:
    hosts(device("r1", "tcp://localhost:4001", "tcp://a..b:4001"))
    defaults = home / "inventory" / "defaults.yaml"
    defaults.write_text("data: {oob: {hosts: {taken: 2026-01-02, names: {a..b: 192.0.2.9}}}}\n")
    said = oob("inventory", "check", "--resolve", "--json")
    assert said.document["names"]["a..b"] == "192.0.2.9"
    assert "taken: 2026-01-02" in defaults.read_text()


def test_a_file_with_other_things_in_it_is_left_alone(oob: Oob, hosts: Hosts, home: Path) -> None:
    hosts(device("r1", "tcp://localhost:4001"))
    defaults = home / "inventory" / "defaults.yaml"
    defaults.write_text("platform: cisco_ios\n")
    said = oob("inventory", "check", "--resolve")
    assert "put this into it:" in said.err
    assert defaults.read_text() == "platform: cisco_ios\n"


@pytest.mark.parametrize(
    "text", ["edge1: [", "[]", "edge1: {data: {oob: {pahts: []}}}", "1: {}", "\x00", "a: !!python/x"]
)
def test_an_inventory_that_makes_no_sense_is_one_sentence(oob: Oob, hosts: Hosts, text: str) -> None:
    hosts(text)
    said = oob("inventory", "list")
    assert (said.code, len(said.err.splitlines())) == (2, 1)
    assert oob("inventory", "check").code in (1, 2)  # a finding, or no file of names at all


def test_one_bad_entry_stops_no_other_device(oob: Oob, hosts: Hosts) -> None:
    hosts(f"{GOOD}edge2: {{platform: [\nedge3: {{platform: frr}}\n'../edge4': {{}}\n")
    assert "9ABC123" in oob("inventory", "show", "edge1").out
    said = oob("inventory", "show", "edge2")
    assert (said.code, "hosts.yaml:1" in said.err) == (2, True)
    listed = oob("inventory", "list")
    assert ("edge1" in listed.out, "edge3" in listed.out, listed.err.count("left out: hosts.yaml:")) == (True, True, 2)
    assert kinds(oob, "problem")[:2] == [("edge2", "entry"), ("../edge4", "entry")]


LAB = (
    "name: x\ntopology:\n  nodes:\n    r1: {{kind: nokia_srl, mgmt-ipv4: {}}}\n"
    "    r2: {{kind: arista_ceos, mgmt-ipv4: {}}}\n"
)


def imported_lab(oob: Oob, tmp_path: Path, one: str, two: str, *words: str) -> Said:
    source = tmp_path / "lab.clab.yml"
    source.write_text(LAB.format(one, two))
    return oob("inventory", "import", "containerlab", source, *words)


def test_a_second_import_changes_what_the_source_moved_and_nothing_else(oob: Oob, tmp_path: Path) -> None:
    imported_lab(oob, tmp_path, "192.0.2.1", "192.0.2.2")
    hosts = tmp_path / "home" / "inventory" / "hosts.yaml"
    by_hand = hosts.read_text().replace("    oob:\n", "    oob:\n      critical_addresses: [192.0.2.1]  # its own\n", 1)
    hosts.write_text(f"# kept by hand\n{by_hand}mine:\n  hostname: 192.0.2.1\n")
    before = hosts.read_text()

    shown = imported_lab(oob, tmp_path, "192.0.2.9", "192.0.2.2", "--dry-run")
    assert "clab-x-r1: hostname 192.0.2.1 -> 192.0.2.9" in shown.err
    assert hosts.read_text() == before
    unasked = imported_lab(oob, tmp_path, "192.0.2.9", "192.0.2.2")
    assert "--yes changes them" in unasked.out
    assert hosts.read_text() == before

    assert imported_lab(oob, tmp_path, "192.0.2.9", "192.0.2.2", "--yes").code == 0
    after = hosts.read_text()
    assert "telnet://192.0.2.9:5000" in after
    assert "telnet://192.0.2.1:5000" not in after
    for kept in ("# kept by hand", "critical_addresses: [192.0.2.1]  # its own", "mine:\n  hostname: 192.0.2.1"):
        assert kept in after
    assert imported_lab(oob, tmp_path, "192.0.2.9", "192.0.2.2", "--json").document["changes"] == []


def test_an_address_that_was_edited_here_is_named_and_kept(oob: Oob, tmp_path: Path) -> None:
    imported_lab(oob, tmp_path, "192.0.2.1", "192.0.2.2")
    hosts = tmp_path / "home" / "inventory" / "hosts.yaml"
    hosts.write_text(
        hosts.read_text().replace("clab-x-r2:\n  hostname: 192.0.2.2", "clab-x-r2:\n  hostname: 192.0.2.77")
    )
    before = hosts.read_text()
    said = imported_lab(oob, tmp_path, "192.0.2.1", "192.0.2.3", "--yes")
    assert "192.0.2.77 here and 192.0.2.3 in the source" in said.err
    assert hosts.read_text() == before


def test_a_device_that_depends_on_itself_is_a_problem(oob: Oob, hosts: Callable[[str], None]) -> None:
    hosts('r1: {platform: cisco_ios, data: {oob: {after: r1, paths: ["tcp://192.0.2.1:1"]}}}\n')
    said = oob("inventory", "check")
    assert said.code == 1
    assert "problem: r1: it has to come back after itself" in said.out
