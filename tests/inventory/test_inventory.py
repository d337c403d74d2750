from __future__ import annotations

import os
import re
import time
from datetime import date
from pathlib import Path
from textwrap import dedent
from traceback import format_exception

import pytest

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.device import ConsolePath, Critical, Expect, RouteRule
from oob.inventory.home import Home
from oob.inventory.inventory import Inventory, from_lab

HOSTS = """\
    edge1:
      hostname: 192.0.2.1
      groups: [berlin, routers]
      data:
        site: berlin
        oob:
          paths:
            - telnet://192.0.2.10:2007
            - url: ssh://ops@192.0.2.20/port07
              name: cellular
              carrier: other
              byte_budget: 50M
              via: core1
          expect: {hostname: edge1, serial: 9ABC123}
          critical_prefixes: [0.0.0.0/0, {prefix: 198.51.100.0/24, vrf: blue}]
          critical_addresses: [192.0.2.2, {address: "2001:db8::1"}]
          ignore_routes: [203.0.113.0/24, {protocol: kernel}]
    core1:
      platform: juniper_junos
      groups: [routers]
      data: {oob: {paths: ["serial:///dev/ttyUSB0?baud=9600"]}}
    plain:
"""
GROUPS = """\
    berlin:
      groups: [germany]
      data: {oob: {authorised: ada}}
    germany:
      platform: cisco_ios
      data: {oob: {authorised: [bob], ignore_routes: [10.0.0.0/8]}}
    routers:
      platform: cisco_xr
      data:
        oob:
          hosts:
            taken: 2026-05-01
            names: {cs1.example: 192.0.2.10}
"""


def load(folder: Path, hosts: str, groups: str = "", defaults: str = "") -> Inventory:
    home = Home(folder)
    home.create(home.inventory)
    for name, text in (("hosts", hosts), ("groups", groups), ("defaults", defaults)):
        if text:
            (home.inventory / f"{name}.yaml").write_text(dedent(text))
    return Inventory.load(home)


def test_a_device_has_all_that_its_block_says(tmp_path: Path) -> None:
    edge1 = load(tmp_path, HOSTS, GROUPS).device("edge1")
    assert edge1.hostname == "192.0.2.1"
    assert edge1.paths == (
        ConsolePath(url="telnet://192.0.2.10:2007", name="1"),
        ConsolePath(
            url="ssh://ops@192.0.2.20/port07", name="cellular", carrier="other", byte_budget=50_000_000, via="core1"
        ),
    )
    assert edge1.expect == Expect(hostname="edge1", serial="9ABC123")
    assert edge1.critical_prefixes == (Critical(target="0.0.0.0/0"), Critical(target="198.51.100.0/24", vrf="blue"))
    assert edge1.critical_addresses == (Critical(target="192.0.2.2"), Critical(target="2001:db8::1"))
    assert edge1.ignore_routes == (RouteRule(prefix="203.0.113.0/24"), RouteRule(protocol="kernel"))
    assert edge1.path("cellular").carrier == "other"


def test_each_key_is_inherited_from_the_nearest_that_has_it(tmp_path: Path) -> None:
    inventory = load(tmp_path, HOSTS, GROUPS, "platform: frr\ndata: {oob: {authorised: [everybody]}}")
    edge1, core1, plain = inventory
    assert edge1.groups == ("berlin", "germany", "routers")
    assert (edge1.platform, core1.platform, plain.platform) == ("cisco_ios", "juniper_junos", "frr")
    assert edge1.authorised == ("ada",)
    assert core1.authorised == ("everybody",)
    assert core1.hosts is not None
    assert core1.hosts.taken == date(2026, 5, 1)
    assert core1.hosts.names == {"cs1.example": "192.0.2.10"}
    assert plain.paths == ()


def test_platforms_and_groups_are_inherited_as_nornir_does(tmp_path: Path) -> None:
    simple = pytest.importorskip("nornir.plugins.inventory.simple")
    ours = load(tmp_path, HOSTS.replace("plain:", "plain: {}"), GROUPS, "platform: frr")
    folder = Home(tmp_path).inventory
    theirs = simple.SimpleInventory(*(str(folder / f"{name}.yaml") for name in ("hosts", "groups", "defaults"))).load()
    for device in ours:
        host = theirs.hosts[device.name]
        assert device.platform == host.platform
        assert device.groups == tuple(group.name for group in host.extended_groups())


def test_an_unknown_device_is_answered_with_the_nearest_names(tmp_path: Path) -> None:
    inventory = load(tmp_path, HOSTS, GROUPS)
    with pytest.raises(InventoryError, match=r"^edeg1: unknown device; did you mean edge1"):
        inventory.device("edeg1")
    with pytest.raises(InventoryError, match=r"^zzz: unknown device: not in hosts.yaml, and not a console URL"):
        inventory.device("zzz")


def test_an_inventory_that_is_not_there_is_empty_and_says_so(tmp_path: Path) -> None:
    inventory = Inventory.load(Home(tmp_path))
    assert len(inventory) == 0
    with pytest.raises(InventoryError, match=r"unknown device: there is no .*hosts.yaml"):
        inventory.device("edge1")


def test_an_unknown_path_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match="edge1: there is no path 'sat'; there are: 1, cellular"):
        load(tmp_path, HOSTS, GROUPS).device("edge1").path("sat")


BAD_BLOCKS = {
    "{patsh: []}": "patsh: there is no such key; did you mean paths?",
    "{zzz: []}": "zzz: there is no such key; there are after, authorised, contacts, critical_addresses, ",
    "{expect: {serail: a}}": "expect.serail: there is no such key; did you mean serial?",
    "{expect: {serial: 12345}}": "expect.serial: should be text; YAML takes it for 12345, put it into",
    "{expect: {hostname: 2026-01-01}}": "expect.hostname: .*put it into quotes",
    "{paths: [192.0.2.1]}": r"paths\[0\].url: '192.0.2.1' is not a console URL, such as telnet://",
    "{paths: ['ssh://a:hunter2@192.0.2.1']}": r"paths\[0\].url: .*holds a password",
    "{paths: [{name: a}]}": r"paths\[0\].url: is missing",
    "{paths: [{url: 'tcp://192.0.2.1:1', byte_budget: lots}]}": r"paths\[0\].byte_budget: should be a whole number",
    "{paths: tcp://192.0.2.1:1}": "paths: should be a list",
    "{paths: ['tcp://192.0.2.1:1', {url: 'tcp://192.0.2.1:2', name: '1'}]}": r"paths\[1\].name: there are two paths",
    "{paths: [{url: 'tcp://192.0.2.1:1', via: edge}]}": r"paths\[0\].via: there is no device 'edge'; did you mean edge",
    "{critical_prefixes: [10.0.0.1/8]}": r"critical_prefixes\[0\].prefix: '10.0.0.1/8' is not a prefix: .*host bits",
    "{critical_addresses: [cs1]}": r"critical_addresses\[0\].address: 'cs1' is not an IP address",
    "{hosts: {taken: 2026-01-01, names: {cs1: cs2}}}": r"hosts.names.cs1: 'cs2' is not an IP address",
    "{hosts: {names: {}}}": "hosts.taken: is missing",
    "[paths]": ": should be a mapping",
    "{a: 1, b: 2}": r"there is no such key; .* \(and 1 more\)",
}


@pytest.mark.parametrize(("block", "reason"), BAD_BLOCKS.items())
def test_a_block_that_is_wrong_is_refused_with_file_key_and_reason(tmp_path: Path, block: str, reason: str) -> None:
    with pytest.raises(InventoryError, match=rf"^hosts.yaml:2: edge1.data.oob.*{reason}") as caught:
        load(tmp_path, f"edge2:\nedge1: {{data: {{oob: {block}}}}}").device("edge1")
    assert "hunter2" not in "".join(format_exception(caught.value))


@pytest.mark.parametrize(
    ("hosts", "reason"),
    [
        ("- edge1", "hosts.yaml: should be a mapping of names"),
        ("? [a]\n: {}", "hosts.yaml:1: found unhashable key"),
        ("{edge1: {}", "hosts.yaml:2: did not find expected"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_place_and_reason(tmp_path: Path, hosts: str, reason: str) -> None:
    with pytest.raises(InventoryError, match=f"^{reason}"):
        load(tmp_path, hosts, GROUPS)


BAD_ENTRIES = {
    "edge1: [": "hosts.yaml:3: did not find expected node content",
    "edge1: {\n  platform: cisco_ios": "hosts.yaml:[34]: did not find expected",
    "edge1:\n    a: b\n  c: d": "hosts.yaml:4: did not find expected",
    "edge1: *nowhere": "hosts.yaml:2: found undefined alias",
    "edge1: {}\nedge1: {}": "hosts.yaml:3: edge1: occurs twice, first on line 2",
    "1: {}": "hosts.yaml:2: 1: YAML takes the name for 1, put it into quotes",
    "edge1: text": "hosts.yaml:2: edge1: should be a mapping",
    "edge1:\n  data: text": "hosts.yaml:3: edge1.data: should be a mapping",
    "edge1:\n  groups: [berlin]\n  platform: 1": "hosts.yaml:4: edge1.platform: should be text",
    "edge1: {groups: berlin}": "hosts.yaml:2: edge1.groups: should be a list",
    "edge1: {groups: [belrin]}": "hosts.yaml:2: edge1.groups: there is no group 'belrin' in groups.yaml; did you mean",
    "'../edge1': {}": "hosts.yaml:2: ../edge1: this name contains a slash",
    "/etc/passwd: {}": "hosts.yaml:2: /etc/passwd: this name contains a slash",
    "a/b: {}": "hosts.yaml:2: a/b: this name contains a slash",
    "'..': {}": "hosts.yaml:2: ..: this name stands for a folder",
    ".: {}": "hosts.yaml:2: .: this name stands for a folder",
    "'': {}": "hosts.yaml:2: : this name is empty",
    '"edge\\e[2J": {}': r"hosts.yaml:2: 'edge\\x1b\[2J': this name contains a control",
    '"edge\\u202e1": {}': r"hosts.yaml:2: 'edge\\u202e1': this name contains a control",
    f"{'x' * 300}: {{}}": "hosts.yaml:2: x+: this name is too long: 300 of at most 200",
    "GOOD: {}": "hosts.yaml:2: GOOD: this name differs from good in case only",
}


@pytest.mark.parametrize(("entry", "reason"), BAD_ENTRIES.items())
def test_an_entry_that_is_wrong_disables_only_itself(tmp_path: Path, entry: str, reason: str) -> None:
    hosts = f"good: {{platform: cisco_ios}}\n{entry}\nlast: {{platform: cisco_ios}}\n"
    inventory = load(tmp_path, hosts, GROUPS)
    assert inventory.device("good").platform == inventory.device("last").platform == "cisco_ios"
    assert [device.name for device in inventory] == ["good", "last"]
    (name, problem) = next(iter(inventory.problems().items()))
    assert re.match(reason, str(problem)), problem
    with pytest.raises(InventoryError, match=f"^{reason}"):
        inventory.device(name)


def test_a_bad_group_disables_its_members_only(tmp_path: Path) -> None:
    inventory = load(tmp_path, "a: {groups: [bad]}\nb: {groups: [fine]}", "bad: {platform: 1}\nfine: {platform: frr}")
    assert [device.name for device in inventory] == ["b"]
    assert str(inventory.problems()["a"]).startswith("groups.yaml:1: bad.platform: should be text")


SHAPES = {
    "anchors": "base: &base {platform: frr}\nedge1: *base\nedge2: {<<: *base, hostname: 192.0.2.1}",
    "braces": "{base: {platform: frr}, edge1: {platform: frr}, edge2: {platform: frr, hostname: 192.0.2.1}}",
    "a brace closed in the first column": (
        "base: {platform: frr}\nedge1: {platform: frr\n}\nedge2: {platform: frr,\nhostname: 192.0.2.1}"
    ),
    "a document": "---\n# all\nbase: {platform: frr}\n\n# more\n'edge1':\n  platform: frr\n"
    '"edge2" : {platform: "frr", hostname: 192.0.2.1}\n',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_form_of_yaml_reads_the_same(tmp_path: Path, shape: str) -> None:
    inventory = load(tmp_path, SHAPES[shape])
    assert {device.name: device.platform for device in inventory} == {"base": "frr", "edge1": "frr", "edge2": "frr"}
    assert inventory.device("edge2").hostname == "192.0.2.1"
    assert not inventory.problems()


@pytest.mark.parametrize("name", ["hosts", "groups", "defaults"])
def test_a_pipe_in_place_of_a_file_is_refused_at_once(tmp_path: Path, name: str) -> None:
    (tmp_path / "inventory").mkdir()
    os.mkfifo(tmp_path / "inventory" / f"{name}.yaml")
    with pytest.raises(InventoryError, match=rf"^{name}.yaml: cannot be read: it is not a plain file"):
        Inventory.load(Home(tmp_path))


def test_one_device_of_many_is_read_without_the_others(tmp_path: Path) -> None:
    hosts = "".join(f"edge{number}: {{platform: frr, hostname: 192.0.2.1}}\n" for number in range(50_000))
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "hosts.yaml").write_text(hosts)
    began = time.process_time()
    assert Inventory.load(Home(tmp_path)).device("edge49999").platform == "frr"
    assert time.process_time() - began < 3  # 0.4 s; all of them took 30


def test_a_group_in_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match=r"^groups.yaml:1: a.groups: a is in b is in a$"):
        load(tmp_path, "edge1: {groups: [a]}", "a: {groups: [b]}\nb: {groups: [a]}").device("edge1")


def test_a_mistake_in_the_defaults_is_found_there(tmp_path: Path) -> None:
    with pytest.raises(InventoryError, match=r"^defaults.yaml:data.oob.path: .*did you mean paths"):
        load(tmp_path, "edge1:", defaults="data: {oob: {path: []}}")


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "hosts.yaml").write_bytes(b"edge\xff: {}")
    with pytest.raises(InventoryError, match=r"^hosts.yaml:1: is not UTF-8"):
        Inventory.load(Home(tmp_path))


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    inventory = load(tmp_path / "a", HOSTS, GROUPS)
    copy = Home(tmp_path / "b")
    path = inventory.save(copy)
    assert path.stat().st_mode & 0o777 == 0o600
    for device, again in zip(inventory, Inventory.load(copy), strict=True):
        assert again == type(device)(**{**_fields(device), "groups": ()})


def _fields(device: object) -> dict[str, object]:
    return {name: getattr(device, name) for name in device.__dataclass_fields__}  # type: ignore[attr-defined]


def test_the_labs_list_is_an_inventory_without_its_credentials(tmp_path: Path) -> None:
    routers = [
        {
            "name": "edge1",
            "platform": "cisco_ios",
            "consoles": ["serial:///dev/pts/3?baud=9600", "telnet://127.0.0.1:2001"],
            "username": "ops",
            "password": "hunter2",
        }
    ]
    home = Home(tmp_path)
    text = from_lab(routers).save(home).read_text()
    assert "hunter2" not in text
    edge1 = Inventory.load(home).device("edge1")
    assert edge1.platform == "cisco_ios"
    assert [path.url for path in edge1.paths] == routers[0]["consoles"]


@pytest.mark.parametrize(
    ("written", "count"),
    [("5K", 5_000), ("5 kB", 5_000), ("20MB", 20_000_000), ("20 mb", 20_000_000), ("1GiB", 2**30), ("1Ki", 1024)],
)
def test_a_byte_budget_takes_any_usual_unit(tmp_path: Path, written: str, count: int) -> None:
    paths = f"[{{url: 'tcp://192.0.2.1:1', byte_budget: {written}}}]"
    inventory = load(tmp_path, hosts=f"edge1: {{data: {{oob: {{paths: {paths}}}}}}}")
    assert [path.byte_budget for device in inventory for path in device.paths] == [count]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("ios", "cisco_ios"),
        ("nxos_ssh", "cisco_nxos"),
        ("nxos", "cisco_nxos"),
        ("iosxr", "cisco_xr"),
        ("junos", "juniper_junos"),
        ("eos", "arista_eos"),
        ("cisco_xe", "cisco_xe"),
        ("acme_os", "acme_os"),
    ],
)
def test_the_platform_names_of_napalm_are_understood(tmp_path: Path, theirs: str, ours: str) -> None:
    inventory = load(tmp_path, hosts=f"edge1: {{platform: {theirs}}}")
    assert [device.platform for device in inventory] == [ours]


REGION = """\
    core1: {groups: [site], data: {oob: {tier: core}}}
    edge1:
      groups: [site]
      data: {oob: {tags: [dual, mpls], paths: ["tcp://192.0.2.1:1", {url: "tcp://192.0.2.2:1", via: edge2}]}}
    edge2: {groups: [site], data: {oob: {after: [core1, edge1]}}}
"""
SITE = "    site: {data: {oob: {site: berlin, via: core1, after: core1}}}\n"


def test_site_tier_tags_and_dependencies_are_read_and_inherited(tmp_path: Path) -> None:
    inventory = load(tmp_path, REGION, SITE)
    core1, edge1, edge2 = inventory
    assert (core1.site, core1.tier, edge1.tags) == ("berlin", "core", ("dual", "mpls"))
    assert (edge1.after, edge2.after) == (("core1",), ("core1", "edge1"))
    assert [path.via for path in edge1.paths] == ["core1", "edge2"]


def test_a_site_whose_way_in_is_one_of_its_own_devices_does_not_lead_through_itself(tmp_path: Path) -> None:
    core1 = load(tmp_path, REGION, SITE).device("core1")
    assert (core1.via, core1.after) == ("", ())


@pytest.mark.parametrize(
    ("hosts", "groups", "reason"),
    [
        ("    edge1:\n      data:\n        oob:\n          after: [edge1x]\n    edge1y:\n", "", "hosts.yaml:4: edge1"),
        (
            "    edge1:\n      groups: [g]\n    edge1y:\n",
            "    g:\n      data: {oob: {via: edge1x}}\n",
            "groups.yaml:2: g",
        ),
    ],
)
def test_an_unknown_dependency_is_named_where_it_stands(tmp_path: Path, hosts: str, groups: str, reason: str) -> None:
    with pytest.raises(InventoryError, match=rf"^{reason}\.data.*no device 'edge1x'; did you mean edge1 or edge1y"):
        load(tmp_path, hosts, groups).device("edge1")


def test_an_unknown_dependency_of_the_defaults_is_named_there(tmp_path: Path) -> None:
    inventory = load(tmp_path, "    edge1:\n", defaults="    data:\n      oob:\n        via: nowhere\n")
    with pytest.raises(InventoryError, match=r"^defaults.yaml:3: data.oob.via: there is no device 'nowhere'"):
        inventory.device("edge1")


def more(folder: Path, **files: bytes) -> Inventory:
    load(folder, "    edge1:\n")
    (folder / "inventory" / "hosts.d").mkdir()
    for name, content in files.items():
        (folder / "inventory" / "hosts.d" / f"{name}.yaml").write_bytes(content)
    return Inventory.load(Home(folder))


def test_files_of_hosts_d_add_devices(tmp_path: Path) -> None:
    inventory = more(tmp_path, b=b"edge3: {}\n", a=b"edge2: {data: {oob: {after: edge1}}}\n")
    assert [device.name for device in inventory] == ["edge1", "edge2", "edge3"]


def test_a_name_in_two_files_is_an_error_of_that_device_alone(tmp_path: Path) -> None:
    inventory = more(tmp_path, a=b"# none\nedge1:\nedge2:\n")
    with pytest.raises(InventoryError, match=r"^hosts.d/a.yaml:2: edge1: occurs twice, first in hosts.yaml:1"):
        inventory.device("edge1")
    assert [device.name for device in inventory] == ["edge2"]


def test_a_file_of_hosts_d_that_cannot_be_read_disables_only_its_own_devices(tmp_path: Path) -> None:
    inventory = more(tmp_path, a=b"\xff\xfe", b=b"edge2:\n")
    assert [device.name for device in inventory] == ["edge1", "edge2"]
    assert list(inventory.problems()) == ["hosts.d/a.yaml"]
    with pytest.raises(InventoryError, match=r"edge9: unknown device.*left out: hosts.d/a.yaml:1: is not UTF-8"):
        inventory.device("edge9")


@pytest.mark.parametrize("deep", ["[" * 60_000, "- " * 60_000 + "a", "{b: " * 60_000], ids=["[", "-", "{"])
def test_a_file_that_is_nested_without_end_is_refused_and_ends_no_process(deep: str) -> None:
    with pytest.raises(InventoryError, match=r"hosts\.yaml:1: cannot be understood: nested too deeply"):
        document.parsed(f"edge1:\n  {deep}\n", "hosts.yaml")
    assert document.line_of(f"edge1:\n  {deep}\n", ("edge1",)) == 1
