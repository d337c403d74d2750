from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from oob.errors import InventoryError, UsageError
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.home import Home
from oob.inventory.importer import lab
from oob.inventory.importer.imported import Imported
from oob.inventory.importer.merge import merge
from oob.transport.opening import check
from oob.transport.url import parse
from tests.inventory.importer.reading import read, summary, through_an_inventory

SAMPLES = Path(__file__).parents[2] / "data" / "inventories"
FILES = {
    "ansible/hosts.ini",
    "ansible/hosts.yml",
    "ansible/list.json",
    "oxidized/config",
    "oxidized/router.db",
    "rancid/edge/router.db",
    "containerlab/site.clab.yml",
    "containerlab/topology-data.json",
    "containerlab/machine.json",
    "gns3/lab.gns3",
    "netbox/devices.csv",
    "netbox/devices.json",
    "consolepi/ConsolePi.yaml",
    "eve_ng/site.unl",
    "cml/lab.yaml",
    "oob_lab/lab.json",
}


def sample(file: str) -> Imported:
    return read(SAMPLES / file, file.partition("/")[0])


def test_ansible_ini_with_ranges_groups_and_variables_beside() -> None:
    imported = sample("ansible/hosts.ini")
    assert summary(imported) == {
        "standalone.example.com": ("vyos", "192.0.2.99", []),
        "edge1": ("cisco_ios", "edge1", []),
        "edge2": ("cisco_ios", "edge2", []),
        "edge9.example.com": ("", "192.0.2.9", []),
        "core1": ("juniper_junos", "2001:db8::1", ["telnet://192.0.2.40:2003"]),
    }
    core1 = imported.devices[-1]
    assert core1.groups == ("core", "routers")
    assert (core1.expect.serial, core1.paths[0].carrier) == ("JN12A34BCAFB", "lte")
    assert imported.notes == (
        "host_vars/edge1.yml is encrypted; what it says was not taken over",
        "passwords of edge9.example.com, core1 were not taken over; oob secrets edit keeps them encrypted",
        "no platform is known for edge9.example.com; give it in hosts.yaml",
    )


def test_ansible_yaml_takes_the_word_of_the_innermost_group() -> None:
    imported = sample("ansible/hosts.yml")
    platforms = {device.name: device.platform for device in imported.devices}
    assert platforms == {
        "leaf01": "arista_eos",
        "leaf02": "arista_eos",
        "leaf09": "arista_eos",
        "spine1": "cisco_nxos",
        "spine9": "cisco_xr",
        "console1": "",
    }
    assert imported.notes[0] == "leaf09: ansible_host is a template, which only Ansible works out"


def test_ansible_json_as_ansible_inventory_lists_it() -> None:
    imported = sample("ansible/list.json")
    assert summary(imported) == {"r1": ("cisco_ios", "192.0.2.1", []), "r2": ("", "r2", [])}
    assert imported.devices[0].groups == ("berlin",)


@pytest.mark.parametrize("file", ["oxidized/config", "oxidized/router.db"])
def test_oxidized_with_the_columns_of_its_configuration(file: str) -> None:
    imported = sample(file)
    assert summary(imported) == {
        "edge1.example.com": ("cisco_ios", "192.0.2.1", []),
        "core1.example.com": ("juniper_junos", "192.0.2.2", []),
        "leaf1.example.com": ("arista_eos", "192.0.2.3", []),
        "old1.example.com": ("", "192.0.2.4", []),
    }
    assert imported.devices[0].groups == ("berlin",)
    assert "passwords of edge1.example.com were not taken over" in imported.notes[0]


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("edge1:2001:db8::1:ios", "2001:db8::1"),
        ("edge1:2001:db8::1:ios:a:b:c", "2001:db8::1"),
        ("edge1:2001:db8:0:0:0:0:0:1:ios:a:b:c", "2001:db8:0:0:0:0:0:1"),
        ("edge1:fe80::1:2:ios", "fe80::1:2"),
        ("edge1:::1:ios", "::1"),
        ("edge1:ios:a:b", "edge1"),
    ],
)
def test_an_address_of_ipv6_between_colons_ends_where_a_model_follows(tmp_path: Path, line: str, address: str) -> None:
    (tmp_path / "router.db").write_text(f"{line}\n")
    assert summary(read(tmp_path / "router.db", "oxidized")) == {"edge1": ("cisco_ios", address, [])}


@pytest.mark.parametrize(
    ("columns", "line", "address"),
    [
        ("{name: 0, model: 1, ip: 2}", "edge1:ios:2001:db8::1:2", "2001:db8::1:2"),
        ("{name: 0, ip: 1, model: 2, group: 3}", "edge1:fe80::1:2:unheard:oslo", "fe80::1:2"),
    ],
)
def test_an_address_of_ipv6_between_colons_leaves_the_columns_that_there_are(
    tmp_path: Path, columns: str, line: str, address: str
) -> None:
    (tmp_path / "config").write_text(f"source: {{csv: {{file: router.db, map: {columns}}}}}\n")
    (tmp_path / "router.db").write_text(f"{line}\n")
    (device,) = read(tmp_path / "router.db", "oxidized").devices
    assert device.hostname == address


def test_rancid_leaves_out_what_is_not_collected() -> None:
    imported = sample("rancid/edge/router.db")
    assert summary(imported) == {
        "edge1.example.com": ("cisco_ios", "edge1.example.com", []),
        "core1.example.com": ("juniper_junos", "core1.example.com", []),
        "2001:db8::7": ("arista_eos", "2001:db8::7", []),
    }
    assert {device.groups for device in imported.devices} == {("edge",)}
    assert imported.notes == ("left out, since RANCID does not collect them: old1.example.com is down (ticket 4711)",)


def test_containerlab_knows_virtual_machines_from_containers() -> None:
    docker = "exec:///usr/bin/docker?arg=exec&arg=-it&arg=clab-site-"
    assert summary(sample("containerlab/site.clab.yml")) == {
        "clab-site-srl1": ("nokia_srl", "clab-site-srl1", [f"{docker}srl1&arg=sr_cli"]),
        "clab-site-edge1": (
            "cisco_ios",
            "172.20.20.11",
            ["exec:///usr/bin/docker?arg=attach&arg=--sig-proxy%3Dfalse&arg=clab-site-edge1"],
        ),
        "clab-site-core1": ("juniper_junos", "172.20.20.12", ["telnet://172.20.20.12:5000"]),
        "clab-site-leaf1": ("arista_eos", "clab-site-leaf1", [f"{docker}leaf1&arg=Cli"]),
    }
    assert summary(sample("containerlab/topology-data.json")) == {
        "clab-site-core1": ("juniper_junos", "172.20.20.3", ["telnet://172.20.20.3:5000"])
    }


def test_vrnetlab_has_its_consoles_on_port_5000() -> None:
    imported = sample("containerlab/machine.json")
    assert summary(imported) == {
        "ams1": ("cisco_xr", "ams1", ["telnet://ams1:5000"]),
        "fra1": ("juniper_junos", "fra1", ["telnet://fra1:5000"]),
    }
    assert "oob inventory check --resolve" in imported.notes[0]


def test_gns3_consoles_are_ports_of_the_server_that_a_node_runs_on() -> None:
    imported = sample("gns3/lab.gns3")
    assert summary(imported) == {
        "R1": ("cisco_ios", "", ["telnet://127.0.0.1:5000"]),
        "vMX": ("juniper_junos", "", ["telnet://192.0.2.60:5004"]),
        "Box": ("", "", ["telnet://192.0.2.60:5006"]),
    }
    assert imported.notes[0] == "left out, since their console is not a telnet port: Desk"


def test_eve_ng_consoles_are_ports_counted_from_the_number_of_the_node() -> None:
    imported = sample("eve_ng/site.unl")
    assert summary(imported) == {
        "R1": ("cisco_ios", "", ["telnet://eve-ng:32769"]),
        "vMX": ("juniper_junos", "", ["telnet://eve-ng:32770"]),
        "leaf1": ("arista_eos", "", ["telnet://eve-ng:32771"]),
        "R7": ("cisco_ios", "", ["telnet://eve-ng:32775"]),
    }
    assert imported.notes == (
        "eve-ng stands for the server: --server says where it is",
        "the ports are those of its first user",
        "left out, since their console is not a telnet port: Desk",
    )


def test_cml_consoles_are_tagged_ports_or_the_controllers_console_server() -> None:
    assert summary(sample("cml/lab.yaml")) == {
        "edge1": ("cisco_ios", "", ["telnet://cml:5041"]),
        "pe1": ("cisco_xr", "", ["ssh://cml?menu=open%20/change%20rehearsal/pe1/0"]),
    }


def test_a_lab_of_oobs_own_is_known_by_its_state() -> None:
    imported = sample("oob_lab/lab.json")
    urls = ["serial:///home/ada/.oob/lab/edge1.tty?baud=9600", "telnet://127.0.0.1:35133"]
    assert summary(imported) == {"edge1": ("cisco_ios", "", urls)}
    assert imported.devices[0].expect.serial == "FCZ2711R0AB"


@pytest.mark.parametrize(
    ("file", "first"),
    [
        ("gns3/lab.gns3", "telnet://[2001:db8::5]:5000"),
        ("eve_ng/site.unl", "telnet://[2001:db8::5]:32769"),
        ("cml/lab.yaml", "telnet://[2001:db8::5]:5041"),
    ],
)
def test_a_lab_is_told_by_its_file_and_put_where_its_server_is(file: str, first: str) -> None:
    imported = lab.read(SAMPLES / file, "2001:db8::5")
    assert imported.devices[0].paths[0].url == first
    check(parse(first))
    assert not any("--server" in note for note in imported.notes)


def test_a_project_of_gns3_is_put_where_the_gns3_vm_is_if_nodes_run_on_it(tmp_path: Path) -> None:
    node = '{"console": %d, "console_type": "telnet", "name": "R%d", "node_type": "qemu", "compute_id": "%s"}'
    nodes = ", ".join(node % each for each in ((5001, 1, "local"), (5002, 2, "vm")))
    (tmp_path / "x.gns3").write_text(f'{{"revision": 9, "type": "topology", "topology": {{"nodes": [{nodes}]}}}}')
    imported = lab.read(tmp_path / "x.gns3", "192.0.2.60")
    assert [device.paths[0].url for device in imported.devices] == [
        "telnet://127.0.0.1:5001",
        "telnet://192.0.2.60:5002",
    ]


def test_a_lab_that_says_where_its_routers_are_takes_no_server() -> None:
    file = SAMPLES / "containerlab" / "site.clab.yml"
    assert lab.read(file) == sample("containerlab/site.clab.yml")
    with pytest.raises(UsageError, match="containerlab says itself where things are"):
        lab.read(file, "192.0.2.1")


def test_netbox_csv_and_json() -> None:
    imported = sample("netbox/devices.csv")
    urls = ["telnet://192.0.2.40:2001", "tcp://198.51.100.4:4001"]
    assert summary(imported) == {
        "edge1": ("cisco_ios", "192.0.2.1", urls),
        "core1": ("juniper_junos", "2001:db8::1", []),
    }
    assert [device.expect.serial for device in imported.devices] == ["FCZ2711R0AB", "JN12A34BCAFB"]
    assert imported.devices[1].groups == ("Berlin, old",)
    assert imported.notes == ("left out: 1 device without a name",)
    assert summary(sample("netbox/devices.json")) == {"edge1": ("cisco_xe", "192.0.2.1", urls[:1])}


def test_netbox_answers_for_one_device(tmp_path: Path) -> None:
    path = tmp_path / "device.json"
    path.write_text(
        """{"id": 1, "name": "edge1", "platform": {"slug": "cisco-ios"}, "device_type": {"model": "x"},
        "primary_ip4": {"address": "192.0.2.5/24"}}"""
    )
    assert summary(read(path, "netbox")) == {"edge1": ("cisco_ios", "192.0.2.5", [])}


def test_netbox_devices_of_one_name_at_two_sites_are_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    path.write_text("Name,Site,Platform\npanel,a,\npanel,b,\nedge1,a,cisco-ios\n")
    imported = read(path, "netbox")
    assert [device.name for device in imported.devices] == ["edge1"]
    assert imported.notes == ("left out, because NetBox has several devices of this name: panel (2 devices)",)


@pytest.mark.parametrize("address", ["192.0.2.2", "2001:db8::2"])
@pytest.mark.parametrize("line", ["core1:{}:routeros:ops:word", "core1:routeros:{}:ops:word", "core1:routeros:{}"])
def test_oxidized_without_a_configuration_finds_the_address_by_its_form(
    tmp_path: Path, line: str, address: str
) -> None:
    path = tmp_path / "router.db"
    path.write_text(line.format(address) + "\n")
    assert summary(read(path, "oxidized")) == {"core1": ("mikrotik_routeros", address, [])}


def test_a_containerlab_node_belongs_to_the_group_of_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "lab.clab.yml"
    path.write_text(
        "name: g\ntopology:\n  defaults: {group: g1}\n  groups: {g1: {kind: nokia_srlinux}}\n  nodes: {n1: {}}\n"
    )
    assert [(device.name, device.platform) for device in read(path, "containerlab").devices] == [
        ("clab-g-n1", "nokia_srl")
    ]


def test_consolepi_entries_of_one_device_are_joined() -> None:
    imported = sample("consolepi/ConsolePi.yaml")
    assert summary(imported) == {
        "edge1": ("", "192.0.2.1", ["telnet://digi.example.com:7007"]),
        "core1": ("", "", ["ssh://ops@192.0.2.40:3002"]),
    }
    assert imported.devices[0].paths[0].name == "Console"


def test_an_import_that_the_inventory_could_not_be_read_with_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    paths = tuple(ConsolePath(url=f"tcp://192.0.2.1:{port}", name="lte") for port in (1, 2))
    with pytest.raises(InventoryError, match=r"edge1\.data\.oob\.paths\[1\]\.name: there are two paths called 'lte'"):
        through_an_inventory(home, Imported(devices=(InventoryDevice(name="edge1", paths=paths),)))
    assert list(home.inventory.iterdir()) == []


@pytest.mark.parametrize("file", sorted(FILES))
def test_what_was_imported_is_read_back_from_the_inventory_as_it_was(tmp_path: Path, file: str) -> None:
    imported = sample(file)
    home = Home(tmp_path)
    merged, devices = through_an_inventory(home, imported)
    assert devices == imported.devices
    assert merged.added == tuple(device.name for device in imported.devices)
    assert "&id" not in (home.inventory / "hosts.yaml").read_text()
    again, _ = through_an_inventory(home, imported, day=5)
    assert (again.added, again.kept, again.differing) == ((), merged.added, ())


def test_every_sample_is_used() -> None:
    beside = {"ansible/group_vars/core/system.yml", "ansible/host_vars/core1.yml", "ansible/host_vars/edge1.yml"}
    found = {str(path.relative_to(SAMPLES)) for path in SAMPLES.rglob("*") if path.is_file()}
    assert found == FILES | beside


def test_an_import_adds_and_never_changes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create(home.inventory)
    mine = "# My own words.\nedge1:  # as it is\n  platform: cisco_xe\n  data: {oob: {paths: ['tcp://192.0.2.1:1']}}"
    (home.inventory / "hosts.yaml").write_text(mine)
    theirs = InventoryDevice(
        name="edge1", platform="cisco_ios", paths=(ConsolePath(url="tcp://192.0.2.1:2", name="1"),)
    )
    new = InventoryDevice(name="edge2", platform="cisco_ios", groups=("berlin",))
    merged = merge(home, Imported(devices=(theirs, new)), tool="netbox", source=Path("x.csv"), today=date(2026, 3, 4))
    assert (merged.added, merged.kept) == (("edge2",), ("edge1",))
    assert merged.differing == (
        "edge1: platform is cisco_xe here and cisco_ios in the source",
        "edge1: the source has the path tcp://192.0.2.1:2",
    )
    text = (home.inventory / "hosts.yaml").read_text()
    assert text.startswith(f"{mine}\n# Imported from netbox, x.csv, on 2026-03-04.\n")
    assert yaml.safe_load(text)["edge2"]["data"]["imported"]["date"] == date(2026, 3, 4)


def test_a_file_that_nothing_can_be_put_behind_is_left_as_it_is(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create(home.inventory)
    (home.inventory / "hosts.yaml").write_text("{edge1: {}}\n")
    device = InventoryDevice(name="edge2", groups=("berlin",))
    with pytest.raises(InventoryError, match=r"^hosts.yaml: nothing can be added"):
        merge(home, Imported(devices=(device,)), tool="netbox", source=Path("x"), today=date(2026, 3, 4))
    assert [path.name for path in home.inventory.iterdir()] == ["hosts.yaml"]


FAULTS = [
    ("ansible", "hosts", "[edge\n", r"hosts:1: "),
    ("ansible", "hosts", "[edge]\nedge1 host\n", r"hosts:2: .*name=value"),
    ("ansible", "hosts", "\nedge[1:x]\n", r"hosts:2: .*from a number to a letter"),
    ("ansible", "hosts", "edge1 a='b\n", r"hosts:1: No closing quotation"),
    ("ansible", "hosts", "[edge:parents]\n", r"hosts:1: .*:parents"),
    ("ansible", "hosts", "[edge]\nr1\n[egde:vars]\na=1\n", r"hosts:3: there is no group 'egde'"),
    ("ansible", "hosts", "[edge:children]\n# none\nberlin\n", r"hosts:3: there is no group 'berlin'"),
    ("ansible", "hosts", "r[08:101]\n", r"hosts:1: \[08:101\] has more digits on one side"),
    ("ansible", "hosts", "r[c:a]\n", r"hosts:1: \[c:a\] is not a range"),
    ("ansible", "hosts", "---\nall:\n", r"hosts:1: '---' is not a host; an inventory in YAML is called .yml"),
    ("ansible", "hosts", "all:\n  hosts:\n", r"hosts:1: 'all:' is not a host"),
    ("ansible", "hosts.toml", "[all.hosts]\n", r"hosts.toml: is TOML: import what `ansible-inventory --list`"),
    ("ansible", "hosts.yml", "all:\n  hosts:\n    - r1\n", r"hosts.yml:2: all.hosts: should be a mapping"),
    ("ansible", "hosts.yml", "all:\n  hosts: [\n", r"hosts.yml:3: "),
    ("ansible", "hosts.yml", "all:\n  members: {}\n", r"hosts.yml:2: all.members: a group has"),
    ("ansible", "hosts.yml", "plugin: netbox.netbox.nb_inventory\n", r"hosts.yml:1: plugin: configures a plugin"),
    ("ansible", "hosts.yml", "all: &x\n  children:\n    a: *x\n", r"nested without end"),
    ("ansible", "hosts.yml", "all:\n  hosts:\n    r1:\n      oob: {pahts: []}\n", r"hosts.yml:r1.oob.pahts: .*paths"),
    ("oxidized", "router.db", "edge1:ios\n:ios\n", r"router.db:2: has no name"),
    ("oxidized", "config", "source:\n  default: sql\n", r"config:2: source.default: sql is not a file"),
    (
        "oxidized",
        "config",
        "source:\n  csv:\n    file: x\n    map:\n      name: one\n",
        r"config:5: .*number of a column",
    ),
    ("oxidized", "config", "source:\n  csv:\n    file: x\n    delimiter: /(/\n", r"config:4: .*regular expression"),
    ("oxidized", "router.db", "a:ios\nb:192.0.2.1:ios:a:b:c:d\n", r"router.db:2: has 7 columns: which are what"),
    ("oxidized", "router.db", "a:ios\nedge1,192.0.2.1,ios\n", r"router.db:2: has no colon: what separates"),
    ("oxidized", "router.db", "edge1:fe80::1:2:3\n", r"router.db:1: it cannot be told where the address of IPv6 ends"),
    ("oxidized", "router.db", "a:ios\na:ios\n", r"router.db:2: a is there twice"),
    ("oxidized", "router.db", "-----BEGIN PGP MESSAGE-----\n\nhQEM\n", r"router.db:1: is encrypted: decrypt it first"),
    (
        "oxidized",
        "config",
        "source:\n  csv:\n    file: x\n    gpg: true\n",
        r"config:4: source.csv.gpg: the file is encr",
    ),
    ("oxidized", "router.json", '[{"name": "a"},\n{"model": "ios"}]', r"router.json:2: 1: has no name"),
    ("oxidized", "router.json", '["a"]', r"router.json:1: 0: should be a mapping"),
    (
        "oxidized",
        "config",
        "source: {csv: {file: x}}\nmodel_map:\n  a: [b]\n",
        r"config:3: model_map.a: should be text",
    ),
    ("rancid", "router.db", "# none\nedge1;cisco\n", r"router.db:2: should be name;type;state"),
    ("rancid", "router.db", "edge1;;up\n", r"router.db:1: name, type or state is empty"),
    ("rancid", "router.db", "edge1:cisco\n", r"router.db:1: should be name;type;state"),
    ("rancid", "router.db", "2001:db8::1:f5:down:x\n", r"router.db:1: it cannot be told where the address of IPv6 end"),
    (
        "containerlab",
        "x.clab.yml",
        "prefix: [a]\ntopology: {nodes: {r1: {kind: ceos}}}\n",
        r"x.clab.yml:1: prefix: should be text",
    ),
    (
        "containerlab",
        "machine.json",
        '{"routers": {\n"r1": {"id": 1}}}',
        r"machine.json:2: routers.r1: there is no type",
    ),
    (
        "containerlab",
        "topology-data.json",
        '{"nodes": {\n"r1": {}}}',
        r"topology-data.json:2: nodes.r1: there is no kind",
    ),
    ("containerlab", "x.clab.yml", "name: x\n", r"x.clab.yml:1: topology: there are no nodes"),
    (
        "containerlab",
        "x.clab.gotmpl",
        "name: x\ntopology:\n  nodes:\n  {{- range .routers }}\n    r{{ . }}:\n",
        r"x.clab.gotmpl:4: is a template; import topology-data.json",
    ),
    (
        "containerlab",
        "x.clab.yml",
        "name: x\ntopology:\n  nodes:\n    r1:\n      kind: ${KIND:=ceos}\n",
        r"x.clab.yml:5: topology.nodes.r1.kind: \$\{KIND:=ceos\} is known to containerlab alone",
    ),
    ("containerlab", "x.clab.yml", "topology:\n  nodes:\n    r1: {}\n", r"x.clab.yml:3: .*there is no kind"),
    ("containerlab", "x.clab.yml", "topology:\n  nodes:\n    r1: ceos\n", r"x.clab.yml:3: .*should be a mapping"),
    ("gns3", "x.gns3", '{"revision": 9,\n "type" "topology"}', r"x.gns3:2: is not JSON: Expecting ':'"),
    ("gns3", "x.gns3", '{"revision": 4,\n "type": "topology"}', r"x.gns3:1: revision: is of GNS3 1"),
    ("gns3", "x.gns3", "{}", r"x.gns3:1: this is not a GNS3 project"),
    (
        "gns3",
        "x.gns3",
        '{"revision": 9, "type": "topology", "topology": {"nodes": [\n'
        '{"name": "a", "node_type": "cloud"},\n{"name": "a", "node_type": "cloud"}]}}',
        r"x.gns3:3: topology.nodes.1: a is there twice",
    ),
    (
        "gns3",
        "x.gns3",
        '{"revision": 9, "type": "topology", "topology": {"nodes": [\n'
        '{"name": "a", "console_type": "telnet", "console": 5000, "compute_id": "b"}]}}',
        r"x.gns3:2: topology.nodes.0.compute_id: there is no server 'b'",
    ),
    (
        "gns3",
        "x.gns3",
        '{"revision": 9, "type": "topology", "topology": {"nodes": [\n'
        '{"name": "a", "console_type": "telnet", "console": 70000}]}}',
        r"x.gns3:2: topology.nodes.0.console: is not a port",
    ),
    (
        "gns3",
        "x.gns3",
        '{"revision": 9, "type": "topology", "topology": {"nodes": [\n{"name": "a", "node_type": ["qemu"]}]}}',
        r"x.gns3:2: topology.nodes.0.node_type: should be text",
    ),
    ("eve_ng", "x.unl", "<lab>\n<topology>\n</lab>", r"x.unl:3: is not XML: mismatched tag"),
    ("eve_ng", "x.unl", "<lab/>", r"x.unl:1: there are no nodes"),
    (
        "eve_ng",
        "x.unl",
        '<lab><topology><nodes>\n<node id="200" name="a"/></nodes></topology></lab>',
        r"x.unl:2: '200' is not a number of a node",
    ),
    ("eve_ng", "x.unl", '<lab><topology><nodes><node id="1"/></nodes></topology></lab>', r"x.unl:1: .*has no name"),
    ("cml", "x.yaml", "lab: {title: x}\n", r"x.yaml:1: lab: there are no nodes"),
    ("cml", "x.yaml", "nodes:\n  - label: a\n", r"x.yaml:2: nodes.0: has no node_definition"),
    (
        "cml",
        "x.yaml",
        "nodes:\n  - {label: a, node_definition: iosv}\n  - {label: a, node_definition: iosv}\n",
        r"x.yaml:3: nodes.1: a is there twice",
    ),
    (
        "cml",
        "x.yaml",
        "nodes:\n  - label: a\n    node_definition: iosv\n    tags: [serial:x]\n",
        r"x.yaml:4: .*'serial:x' names no port",
    ),
    ("oob_lab", "lab.json", "{}", r"lab.json:1: this is not a lab of oob"),
    ("oob_lab", "lab.json", '{"routers": [\n{}]}', r"lab.json:2: routers.0: has no name"),
    ("oob_lab", "lab.json", '{"routers": [{"name": "a"},\n{"name": "a"}]}', r"lab.json:2: routers.1: a is there twice"),
    ("netbox", "x.csv", "Device,Site\n", r"x.csv:1: there is no column Name"),
    ("netbox", "x.csv", "", r"x.csv:1: there is no heading"),
    ("netbox", "x.json", '{"detail": "No token."}', r"x.json:1: NetBox answered: No token\."),
    ("netbox", "x.json", '{"tenants": []}', r"x.json:1: this is not a list of devices"),
    ("netbox", "x.csv", 'Name,Platform\nedge1,"ios\n', r"x.csv:2: "),
    ("netbox", "x.csv", "Name,Platform\nedge1\n", r"x.csv:2: has 1 columns"),
    ("netbox", "x.csv", "Name,Console URL\nedge1,192.0.2.1\n", r"x.csv:2: '192.0.2.1' is not a console URL"),
    ("netbox", "x.json", '{"results": [\n{"name": "a"}]}', r"x.json:2: results.0: is not a device"),
    ("consolepi", "x.yaml", "HOSTS:\n  a: {method: rsh}\n", r"x.yaml:2: HOSTS.a.method: the method is neither"),
    ("consolepi", "hosts.json", '{"a": {},\n "b": []}', r"hosts.json:1: a.address: should be an address"),
    (
        "consolepi",
        "x.yaml",
        "HOSTS:\n  a(c): {address: '192.0.2.1', method: telnet}\n  b/a(c): {address: '192.0.2.2', method: telnet}\n",
        r"x.yaml:3: HOSTS.b/a\(c\): a\(c\) is there twice",
    ),
    ("consolepi", "x.yaml", "HOSTS:\n  a: {method: ssh}\n", r"x.yaml:2: HOSTS.a.address: should be an address"),
    (
        "consolepi",
        "x.yaml",
        "HOSTS:\n  1:\n    method: telnet\n    address: 192.0.2.1:70000\n",
        r"x.yaml:4: HOSTS.1.address: should be an address",
    ),
    ("consolepi", "x.yaml", "CONFIG: {}\n", r"x.yaml:1: there are no HOSTS"),
]


@pytest.mark.parametrize(("tool", "name", "text", "said"), FAULTS)
def test_a_malformed_file_is_refused_with_its_name_line_and_reason(
    tmp_path: Path, tool: str, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InventoryError, match=said):
        read(tmp_path / name, tool)


MARKED = [
    ("ansible", "hosts", "[edge]\nedge1 ansible_network_os=ios\n"),
    ("oxidized", "router.db", "edge1:ios\r\n"),
    ("rancid", "router.db", "edge1;cisco;up\n"),
    ("netbox", "x.csv", "Name,Platform\nedge1,ios\n"),
    ("netbox", "x.json", '[{"name": "edge1", "device_type": {}, "platform": {"slug": "ios"}}]'),
    ("oob_lab", "lab.json", '{"routers": [{"name": "edge1", "platform": "cisco_ios"}]}'),
]


@pytest.mark.parametrize(("tool", "name", "text"), MARKED)
def test_the_mark_that_windows_puts_first_is_no_part_of_what_a_file_says(
    tmp_path: Path, tool: str, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8-sig")
    ((device, (platform, _, _)),) = summary(read(tmp_path / name, tool)).items()
    assert (device, platform) == ("edge1", "cisco_ios")


def test_what_stands_for_a_thousand_million_words_is_not_written_out(tmp_path: Path) -> None:
    path = tmp_path / "hosts.yml"
    lists = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n    " for n in range(1, 12))
    path.write_text(f"all:\n  vars:\n    a0: &a0 [x]\n    {lists}ansible_host: *a11\n  hosts:\n    edge1:\n")
    imported = read(path, "ansible")
    assert list(summary(imported)) == ["edge1"]
    assert "edge1: ansible_host is not text" in imported.notes


ODD = [b"", b"\xff\xfe", b"[" * 500, b"\x00\x01", b"null", b"[]", b"1:2:3\n", b"- a\n- b\n", b'""']


@pytest.mark.parametrize("tool", sorted({file.partition("/")[0] for file in FILES}))
@pytest.mark.parametrize("data", ODD)
def test_whatever_a_file_holds_it_is_understood_or_refused(tmp_path: Path, tool: str, data: bytes) -> None:
    for name in ("file", "file.json", "file.yml"):
        (tmp_path / name).write_bytes(data)
        assert said_of(tmp_path / name, tool).startswith((f"{name}:", "Imported("))


def said_of(path: Path, tool: str) -> str:
    try:
        return repr(read(path, tool))
    except InventoryError as error:
        return str(error)
