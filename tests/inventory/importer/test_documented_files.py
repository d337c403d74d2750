"""Files with the shape that each project documents or ships as its example; names and addresses are our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from oob.inventory.home import Home
from oob.inventory.importer.imported import Imported
from tests.inventory.importer.reading import Summary, read, summary, through_an_inventory


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Files of which the first is imported, and what is to come of it."""

    tool: str
    files: Mapping[str, str]
    devices: Summary
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


DOCKER = "exec:///usr/bin/docker?arg=exec&arg=-it&arg="

CASES = {
    # ansible-core, plugins/inventory/ini.py (EXAMPLES) and the guide "How to build your inventory": hosts before any
    # group, ranges, ports, values that are Python, a host of two groups, comments behind everything.
    "Ansible INI": Case(
        tool="ansible",
        files={
            "hosts": """\
jump # of no group
[2001:db8::9]:2222 ansible_network_os=vyos.vyos.vyos

[edge]
edge[01:03:2].example.net:8022 ansible_host=192.0.2.1 # two of them
edge-[a:b] secret="'03#pa33'"

[spine]
spine1
edge-a # in two groups

[fabric:children] # groups are declared later, too
spine
leaf

[leaf]
leaf[:1]

[spine:vars]
ansible_network_os = cisco.nxos.nxos

[fabric:vars]
ansible_network_os=arista.eos.eos

[all:vars]
ansible_network_os=cisco.ios.ios
""",
        },
        devices={
            "jump": ("cisco_ios", "jump", []),
            "2001:db8::9": ("vyos", "2001:db8::9", []),
            "edge01.example.net": ("cisco_ios", "192.0.2.1", []),
            "edge03.example.net": ("cisco_ios", "192.0.2.1", []),
            "edge-a": ("cisco_nxos", "edge-a", []),
            "edge-b": ("cisco_ios", "edge-b", []),
            "spine1": ("cisco_nxos", "spine1", []),
            "leaf0": ("arista_eos", "leaf0", []),
            "leaf1": ("arista_eos", "leaf1", []),
        },
        groups={"jump": (), "edge-a": ("spine", "edge", "fabric"), "leaf0": ("leaf", "fabric")},
    ),
    # ansible-core, plugins/inventory/yaml.py (EXAMPLES): a host alone without a colon, a group within a group.
    "Ansible YAML": Case(
        tool="ansible",
        files={
            "hosts.yml": """\
all:
  hosts:
    r1:
    r2: {ansible_host: 192.0.2.2}
    "r[3:4]:8022": {ansible_ssh_host: 192.0.2.3}
  vars:
    ansible_network_os: cisco.ios.ios
  children:
    outer:
      children:
        inner:
          hosts:
            r5
      vars: {ansible_network_os: cisco.iosxr.iosxr}
    last:
      hosts:
        r1
      vars: {ansible_network_os: junipernetworks.junos.junos}
""",
        },
        devices={
            "r1": ("juniper_junos", "r1", []),
            "r2": ("cisco_ios", "192.0.2.2", []),
            "r3": ("cisco_ios", "192.0.2.3", []),
            "r4": ("cisco_ios", "192.0.2.3", []),
            "r5": ("cisco_xr", "r5", []),
        },
        groups={"r5": ("inner", "outer"), "r1": ("last",)},
    ),
    # ansible-core, plugins/vars/host_group_vars.py and "How variables are merged": what stands beside an inventory
    # counts more than what it says, the folder of a group hides the file of its name, priorities decide a tie.
    "Ansible variables": Case(
        tool="ansible",
        files={
            "site": """\
[a]
r1
r2
[b]
r1
r2 ansible_network_os=cisco.ios.ios
[b:vars]
ansible_network_os=cisco.asa.asa
[c:children]
d
[d]
r3
[c:vars]
ansible_group_priority=5
[e]
r3
""",
            "group_vars/all.yml": "ansible_network_os: vyos.vyos.vyos\n",
            "group_vars/a.yml": "ansible_network_os: hidden by the folder\n",
            "group_vars/a/one": "ansible_network_os: arista.eos.eos\n",
            "group_vars/a/.one.yml": "ansible_network_os: a hidden file\n",
            "group_vars/a/two.yml~": "ansible_network_os: an old one\n",
            "group_vars/d.json": '{"ansible_network_os": "frr.frr.frr"}',
            "group_vars/e.yaml": "ansible_network_os: linux\n",
            "host_vars/r2.yml": "ansible_host: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n",
        },
        devices={
            "r1": ("arista_eos", "r1", []),
            "r2": ("cisco_ios", "r2", []),
            "r3": ("frr", "r3", []),
        },
        notes=("r2: ansible_host is encrypted",),
    ),
    # Ansible's guide "Developing dynamic inventory", and what `ansible-inventory --list --export` prints.
    "Ansible JSON": Case(
        tool="ansible",
        files={
            "list.json": """\
{"edge": {"hosts": ["r1"], "vars": {"ansible_network_os": "cisco.ios.ios"}, "children": ["inner"]},
 "inner": ["r2"],
 "_meta": {"hostvars": {"r2": {"ansible_host": {"__ansible_unsafe": "192.0.2.2"}}}}}
""",
        },
        devices={"r1": ("cisco_ios", "r1", []), "r2": ("cisco_ios", "192.0.2.2", [])},
        groups={"r2": ("inner", "edge")},
    ),
    # Oxidized, docs/Sources.md and lib/oxidized/source: CSV with the address, `nil` for what a device does not have,
    # other names for models and groups.
    "Oxidized with addresses": Case(
        tool="oxidized",
        files={
            "config": """\
---
model: junos
source:
  default: csv
  csv:
    file: router.db
    delimiter: !ruby/regexp /\\s*[,;]\\s*/i
    map: {name: 0, ip: 1, model: 2, username: 3, password: 4, group: 6}
    vars_map:
      enable: 5
model_map: {cisco: ios}
group_map: {B: berlin}
groups:
  oslo:
    model: eos
    password: not here
""",
            "router.db": """\
 # a comment
r1.example.net, 192.0.2.1; cisco, ops; not here, nor here; B
r2.example.net; 2001:db8::2; nxos
r3.example.net; nil; nil; nil; nil; true; oslo
r4.example.net
""",
        },
        devices={
            "r1.example.net": ("cisco_ios", "192.0.2.1", []),
            "r2.example.net": ("cisco_nxos", "2001:db8::2", []),
            "r3.example.net": ("arista_eos", "r3.example.net", []),
            "r4.example.net": ("juniper_junos", "r4.example.net", []),
        },
        groups={"r1.example.net": ("berlin",), "r3.example.net": ("oslo",)},
        notes=("passwords of r1.example.net were not taken over; oob secrets edit keeps them encrypted",),
    ),
    # Oxidized, docs/Configuration.md: the columns of the advanced example, here without the configuration.
    "Oxidized without a configuration": Case(
        tool="oxidized",
        files={"router.db": "r1:ios:ops:not here:nor here\nr2:192.0.2.2:eos:ops:not here:nor here\nr3:junos\n"},
        devices={
            "r1": ("cisco_ios", "r1", []),
            "r2": ("arista_eos", "192.0.2.2", []),
            "r3": ("juniper_junos", "r3", []),
        },
        notes=("passwords of r1, r2 were not taken over; oob secrets edit keeps them encrypted",),
    ),
    # Oxidized, docs/Sources.md (JSONFile) and lib/oxidized/source/jsonfile.rb: where the list is, ways into an object.
    "Oxidized JSON": Case(
        tool="oxidized",
        files={
            "config": """\
source:
  default: jsonfile
  jsonfile:
    file: devices.json
    hosts_location: result.nodes
    map: {name: hostname, model: os, ip: "addresses[0].ip", group: site.name}
    vars_map: {enable: enable}
""",
            "devices.json": """\
{"result": {"nodes": [
  {"hostname": "r1", "os": "iosxr", "addresses": [{"ip": "192.0.2.1"}], "site": {"name": "oslo"}, "enable": true},
  {},
  {"hostname": "r2", "os": "routeros"}
]}}
""",
        },
        devices={"r1": ("cisco_xr", "192.0.2.1", []), "r2": ("mikrotik_routeros", "r2", [])},
        groups={"r1": ("oslo",), "r2": ()},
    ),
    # RANCID 3.13, router.db(5) and control_rancid: states, comments, lower case, the first of two lines of a device.
    "RANCID": Case(
        tool="rancid",
        files={
            "router.db": """\
# the edge
R1.example.net ; cisco-nx ; UP ;
;nothing
r2.example.net;juniper;down;tested until 5/5/2026; not before
r3.example.net;paloalto;ticketed;
2001:db8::4;ios-xr7;up
r1.example.net;cisco;up
"""
        },
        devices={
            "r1.example.net": ("cisco_nxos", "r1.example.net", []),
            "2001:db8::4": ("cisco_xr", "2001:db8::4", []),
        },
        notes=(
            "left out, since RANCID does not collect them: r2.example.net is down (tested until 5/5/2026;not before); "
            "r3.example.net is ticketed",
            "line 7 was passed over: r1.example.net is there twice",
        ),
    ),
    # RANCID before 3.0, router.db(5) (HISTORY): colons, which say no end of an address.
    "RANCID 2": Case(
        tool="rancid",
        files={
            "router.db": """\
r1.example.net:cisco:up
r2.example.net:cisco:down:since 12:00; ask
2001:db8::3:juniper:up
2001:db8::f5:f5:up:a comment
fe80::1:2:cisco:down
"""
        },
        devices={
            "r1.example.net": ("cisco_ios", "r1.example.net", []),
            "2001:db8::3": ("juniper_junos", "2001:db8::3", []),
            "2001:db8::f5": ("", "2001:db8::f5", []),
        },
        notes=(
            "left out, since RANCID does not collect them: r2.example.net is down (since 12:00; ask); "
            "fe80::1:2 is down",
            "no platform is known for 2001:db8::f5; give it in hosts.yaml",
        ),
    ),
    # containerlab, docs/manual/topo-def-file.md, docs/manual/kinds and lab-examples (srlceos01, frr01, vr05):
    # kinds from the node, its group or the defaults, images from the kind, addresses of both families.
    "containerlab": Case(
        tool="containerlab",
        files={
            "site.clab.yml": """\
name: site
prefix: __lab-name
mgmt: {network: custom, ipv4-subnet: 172.100.100.0/24}
topology:
  defaults: {kind: vr-sros}
  kinds:
    linux: {image: quay.io/frrouting/frr:9.1.0}
    nokia_srlinux: {type: ixrd2l}
  groups:
    routers: {kind: frr}
    hosts: {kind: linux, image: alpine}
  nodes:
    sr1: {mgmt-ipv6: "2001:db8::11"}
    srl: {kind: nokia_srlinux, startup-config: "set / interface"}
    frr1: {group: routers}
    frr2: {kind: linux}
    pc1: {group: hosts}
    vyos: {kind: vyosnetworks_vyos}
    xr: {kind: cisco_c8000, ports: ["60000:60000"]}
    mx: {kind: vr-juniper_vmx, mgmt-ipv4: 172.100.100.12}
    br: {kind: ovs-bridge}
  links:
    - endpoints: ["srl:e1-1", "frr1:eth1"]
""",
        },
        devices={
            "site-sr1": ("nokia_sros", "2001:db8::11", ["telnet://[2001:db8::11]:5000"]),
            "site-srl": ("nokia_srl", "site-srl", [f"{DOCKER}site-srl&arg=sr_cli"]),
            "site-frr1": ("frr", "site-frr1", [f"{DOCKER}site-frr1&arg=vtysh"]),
            "site-frr2": ("frr", "site-frr2", [f"{DOCKER}site-frr2&arg=vtysh"]),
            "site-pc1": ("linux", "site-pc1", [f"{DOCKER}site-pc1&arg=sh"]),
            "site-vyos": ("vyos", "site-vyos", [f"{DOCKER}site-vyos&arg=su&arg=-&arg=admin"]),
            "site-xr": ("cisco_xr", "site-xr", [f"{DOCKER}site-xr&arg=telnet&arg=0&arg=60000"]),
            "site-mx": ("juniper_junos", "172.100.100.12", ["telnet://172.100.100.12:5000"]),
        },
    ),
    # vrnetlab, topology-machine/example-hltopo.json: versions and arguments beside the types.
    "vrnetlab": Case(
        tool="containerlab",
        files={
            "topology.json": """\
{
\t"routers": {
\t\t"oslo-1": {"id": 1, "type": "xrv", "version": "6.0.0", "run_args": ["--foo", 1]},
\t\t"oslo-2": {"id": 2, "type": "vmx", "version": "17.1R1.8", "run_args": {"--foo": ["bar"]}},
\t\t"bern-1": {"id": 3, "type": "sros", "version": "13.0"}
\t},
\t"p2p": {"oslo-1": ["oslo-2", "bern-1"]},
\t"fullmeshes": {"europe": ["oslo-1", "oslo-2"]},
\t"hubs": {"mgmt": ["bern-1"]}
}
"""
        },
        devices={
            "oslo-1": ("cisco_xr", "oslo-1", ["telnet://oslo-1:5000"]),
            "oslo-2": ("juniper_junos", "oslo-2", ["telnet://oslo-2:5000"]),
            "bern-1": ("nokia_sros", "bern-1", ["telnet://bern-1:5000"]),
        },
    ),
    # GNS3, gns3server/controller/topology.py (`local` and `vm` are never among the computes) and the projects of its
    # own tests (1_5_docker_remote, dynamips_2_0_0_b2, 1_5_iou).
    "GNS3": Case(
        tool="gns3",
        files={
            "lab.gns3": """\
{"name": "lab", "project_id": "0a0b0c0d-0000-4000-8000-000000000002", "revision": 10, "auto_start": false,
 "topology": {
  "computes": [{"compute_id": "A1", "host": "2001:db8::60", "name": "far", "port": 8001, "protocol": "http"}],
  "drawings": [], "links": [],
  "nodes": [
   {"compute_id": "A1", "console": 6001, "console_type": "telnet", "name": "frr-1", "node_type": "docker",
    "properties": {"adapters": 1, "aux": 6002, "image": "frrouting/frr:latest"}},
   {"compute_id": "local", "console": 5001, "console_type": "telnet", "name": "R2", "node_type": "dynamips",
    "properties": {"image": "c7200-is-mz.image", "platform": "c7200", "mac_addr": "ca02.0b1c.0000"}},
   {"compute_id": "vm", "console": 5002, "console_type": "telnet", "name": "IOU1", "node_type": "iou",
    "properties": {"path": "iou.bin", "application_id": 1}},
   {"compute_id": "vm", "console": 5003, "console_type": "telnet", "name": "veos-1", "node_type": "qemu",
    "properties": {"hda_disk_image": "vEOS-lab-4.30.1F.vmdk", "hdb_disk_image": ""}},
   {"compute_id": "vm", "console": null, "console_type": "none", "name": "quiet", "node_type": "qemu"},
   {"compute_id": "vm", "console": 5004, "console_type": "spice+agent", "name": "desk", "node_type": "qemu"}
  ]},
 "type": "topology", "version": "3.0.6"}
""",
        },
        devices={
            "frr-1": ("frr", "", ["telnet://[2001:db8::60]:6001"]),
            "R2": ("cisco_ios", "", ["telnet://127.0.0.1:5001"]),
            "IOU1": ("cisco_ios", "", ["telnet://gns3-vm:5002"]),
            "veos-1": ("arista_eos", "", ["telnet://gns3-vm:5003"]),
        },
        notes=(
            "left out, since their console is not a telnet port: quiet, desk",
            "gns3-vm stands for the GNS3 VM: --server says where it is",
        ),
    ),
    # UNetLab, from which EVE-NG comes: html/includes/__lab.php writes the file, __node.php counts the ports; only a
    # node of QEMU says what its console is.
    "EVE-NG": Case(
        tool="eve_ng",
        files={
            "lab.unl": """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<lab name="lab" id="0a0b0c0d-0000-4000-8000-000000000003" version="1" scripttimeout="300">
  <topology>
    <nodes>
      <node id="1" name="SW1" type="iol" template="iol" image="i86bi-linux-l2-15.2d.bin" ethernet="4" serial="0"/>
      <node id="2" name="SRX" type="qemu" template="vsrxng" image="vsrxng-18.4R1" console="" cpu="2" ram="4096"/>
      <node id="127" name="XR" type="qemu" template="xrv9k" image="xrv9k-fullk9-7.2.2" console="telnet"/>
      <node id="4" name="plane" type="qemu" template="vmxvfp" image="vmxvfp-18.2R1" console="telnet"/>
      <node id="5" name="PC" type="vpcs" template="vpcs"/>
    </nodes>
  </topology>
  <objects><textobjects><textobject id="1" type="text"><data>QQ==</data></textobject></textobjects></objects>
</lab>
""",
        },
        devices={
            "SW1": ("cisco_ios", "", ["telnet://eve-ng:32769"]),
            "SRX": ("juniper_junos", "", ["telnet://eve-ng:32770"]),
            "XR": ("cisco_xr", "", ["telnet://eve-ng:32895"]),
        },
        notes=("eve-ng stands for the server: --server says where it is", "the ports are those of its first user"),
    ),
    # Cisco Modeling Labs 2.8, documentation of PATty ("Mapping configuration"): tags for ports, lines and screens.
    "CML": Case(
        tool="cml",
        files={
            "lab.yaml": """\
annotations: []
nodes:
  - {boot_disk_size: null, id: n0, label: R1, node_definition: cat8000v, tags: ["pat:2022:22", "serial:2001"]}
  - {id: n1, label: R2, node_definition: iol-xe, tags: ["vnc:4901", "serial:2012:1", "serial:2002:0"]}
links: []
lab: {title: two routers, version: 0.3.0}
""",
        },
        devices={
            "R1": ("cisco_xe", "", ["telnet://cml:2001"]),
            "R2": ("cisco_xe", "", ["telnet://cml:2002"]),
        },
        notes=("cml stands for the controller: --server says where it is",),
    ),
    # NetBox, netbox/dcim/tables/devices.py (headings), dcim/tables/template_code.py (what stands for no name),
    # docs/features/user-preferences.md (the delimiter): "All data".
    "NetBox CSV": Case(
        tool="netbox",
        files={
            "netbox_devices.csv": """\
ID;Name;Status;Tenant;Role;Manufacturer;Type;Platform;Serial number;Site;IP Address;IPv4 Address;IPv6 Address;Tags
7;"
    r1
";Active;;Router;Cisco;ASR1001-X;Cisco IOS-XE;FCZ2711R0AB;Oslo;2001:db8::1/64;192.0.2.1/24;2001:db8::1/64;"a, b"
8;r2;Active;;Router;Juniper;MX204;junos;;Oslo;;;2001:db8::2/128;
9;Unnamed device;Planned;;Switch;Arista;7280;eos;;Oslo;;;;
10;Unnamed device;Planned;;Switch;Arista;7280;eos;;Oslo;;;;
"""
        },
        devices={"r1": ("cisco_xe", "2001:db8::1", []), "r2": ("juniper_junos", "2001:db8::2", [])},
        groups={"r1": ("Oslo",)},
        notes=("left out: 2 devices without a name",),
    ),
    # NetBox, REST API (/api/dcim/devices/): pages, nested objects, null where there is nothing, slugs of a site's own.
    "NetBox JSON": Case(
        tool="netbox",
        files={
            "devices.json": """\
{"count": 60, "next": "https://192.0.2.9/api/dcim/devices/?limit=2&offset=2", "previous": null, "results": [
 {"id": 1, "url": "https://192.0.2.9/api/dcim/devices/1/", "name": "r1", "device_type": {"id": 1, "slug": "mx204"},
  "role": {"slug": "edge"}, "platform": {"id": 3, "name": "Junos", "slug": "our-routers"}, "serial": "JN12",
  "site": {"slug": "oslo"}, "primary_ip": {"id": 5, "family": {"value": 4}, "address": "192.0.2.1/31"},
  "primary_ip4": {"address": "192.0.2.1/31"}, "primary_ip6": null, "oob_ip": null, "custom_fields": {}},
 {"id": 2, "name": null, "device_type": {"id": 1}, "platform": null, "site": {"slug": "oslo"}, "primary_ip": null}
]}
"""
        },
        devices={"r1": ("juniper_junos", "192.0.2.1", [])},
        groups={"r1": ("oslo",)},
        notes=(
            "left out: 1 device without a name",
            "this is one page of 60 devices: ask NetBox for all of them with ?limit=0",
        ),
    ),
    # ConsolePi, ConsolePi.yaml.example (which has a name twice) and consolepi/config.py: ssh is what an entry stands
    # for that says no method, and what is in front of a slash is no part of its name.
    "ConsolePi": Case(
        tool="consolepi",
        files={
            "ConsolePi.yaml": """\
%YAML 1.2
# a comment
---
CONFIG: {cfg_file_ver: 11, debug: false}
OVERRIDES:
  remote_timeout: 3
  remote_timeout: {default: 3}
POWER:
  strip: {type: dli, address: 192.0.2.70, linked_devs: {"sw1(Console)": [1, 2]}}
HOSTS:
  sw1(ssh): {address: "192.0.2.1:22", method: ssh, username: ops, show_in_main: true, group: CX}
  sw1(Console): {address: "192.0.2.40:7007", method: Telnet, group: CX}
  lab/sw2(oobm): {address: 192.0.2.2, key: id_ops}
  sw2(Console): {address: "192.0.2.41:3002", username: ops}
"""
        },
        devices={
            "sw1": ("", "192.0.2.1", ["telnet://192.0.2.40:7007"]),
            "sw2": ("", "192.0.2.2", ["ssh://ops@192.0.2.41:3002"]),
        },
        groups={"sw1": ("CX",), "sw2": ()},
    ),
    # ConsolePi, consolepi/config.py: the hosts.json of before there was a YAML.
    "ConsolePi JSON": Case(
        tool="consolepi",
        files={"hosts.json": '{"sw1": {"address": "192.0.2.40", "method": "telnet"}}'},
        devices={"sw1": ("", "", ["telnet://192.0.2.40:23"])},
    ),
}


def imported(case: Case, folder: Path) -> Imported:
    for name, text in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read(folder / next(iter(case.files)), case.tool)


@pytest.mark.parametrize("name", CASES)
def test_a_file_as_its_project_documents_it_is_read(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    found = imported(case, tmp_path)
    assert summary(found) == case.devices
    groups = {device.name: device.groups for device in found.devices}
    assert {device: groups[device] for device in case.groups} == case.groups
    assert [note for note in case.notes if note not in found.notes] == []


@pytest.mark.parametrize("name", CASES)
def test_a_documented_file_comes_back_from_the_inventory_as_it_was(tmp_path: Path, name: str) -> None:
    found = imported(CASES[name], tmp_path)
    home = Home(tmp_path / "home")
    assert through_an_inventory(home, found)[1] == found.devices
    again, _ = through_an_inventory(home, found, day=5)
    assert (again.added, again.differing) == ((), ())
