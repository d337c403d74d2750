"""What other tools call a platform, and the name that oob and Netmiko have for it."""

from __future__ import annotations

import re

# By the letters and digits of the names that Ansible, Oxidized, RANCID, containerlab, vrnetlab, NetBox and Netmiko use.
_NAMES = {
    "cisco_ios": "ios cisco ciscoios ciscoiol iol ciscovios ciscoviosl2 vrvios vrviosl2 vios dynamips iou",
    "cisco_xe": (
        "iosxe ciscoiosxe ciscoxe ciscocsr1000v vrcsr csr csr1000v ciscoc8000v vrc8000v c8000v ciscocat9kv vrcat9kv"
    ),
    "cisco_nxos": "nxos cisconxos nxosssh cisconx cisconxosssh cison9kv ciscon9kv vrn9kv n9kv ciscovrn9kv vrnxos",
    "cisco_xr": "iosxr ciscoiosxr ciscoxr ciscoxrv vrxrv xrv ciscoxrv9k vrxrv9k xrv9k ciscoxrd xrd iosxr7",
    "cisco_asa": "asa ciscoasa ciscoasav vrasav",
    "juniper_junos": (
        "junos juniper juniperjunos junipersrx junipercrpd crpd junipervmx vrvmx vmx junipervqfx vrvqfx vqfx "
        "junipervsrx vrvsrx vsrx junipervjunosrouter vrvjunosrouter junipervjunosswitch vrvjunosswitch "
        "junipervjunosevolved vrvjunosevolved junosevo junipercjunosevolved"
    ),
    "arista_eos": "eos arista aristaeos aristaceos ceos aristaveos vrveos veos vraristaveos",
    "linux": "linux linuxgeneric cumulus",
    "frr": "frr frrouting zebra",
    "vyos": "vyos vyatta vyosnetworksvyos",
    "nokia_srl": "srl srlinux nokiasrl nokiasrlinux",
    "nokia_sros": "sros srosmd nokiasros md classic timos vrsros vrnokiasros nokiasrsim srsim",
    "mikrotik_routeros": "routeros mikrotik mikrotikrouteros mikrotikros vrros ros",
    "huawei_vrp": "vrp huawei huaweivrp ce huaweice",
    "aruba_aoscx": "aoscx arubaaoscx arubacx vraoscx",
    "hp_comware": "comware hpcomware h3c h3ccomware",
    "fortinet": "fortios fortigate fortinet fortinetfortigate fortinetfortios fortigatefull",
    "paloalto_panos": "panos paloalto paloaltopanos vrpan pan paloaltonetworkspanos",
}
_PLATFORMS = {name: platform for platform, names in _NAMES.items() for name in names.split()}


def platform(name: str) -> str:
    """Return oob's name for what a tool calls *name*, empty where it has none.

    Ansible writes `cisco.ios.ios`, of which the last word counts; case and punctuation never do.
    """
    for candidate in (name, name.rpartition(".")[2]):
        found = _PLATFORMS.get(re.sub(r"[^a-z0-9]", "", candidate.lower()))
        if found:
            return found
    return ""
