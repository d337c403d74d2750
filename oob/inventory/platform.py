"""Names of platforms in other tools, and the names of oob and Netmiko for them."""

from __future__ import annotations

import re

# By the letters and digits of the names that Ansible, Oxidized, RANCID, containerlab, vrnetlab, GNS3, EVE-NG, CML,
# NetBox and Netmiko use, without the `vr` that vrnetlab puts first.
_NAMES = {
    "cisco_ios": "ios cisco ciscoios ciscoiol iol ciscovios ciscoviosl2 vios viosl2 iosv iosvl2 dynamips iou",
    "cisco_xe": (
        "iosxe ciscoiosxe ciscoxe ciscocsr1000v csr csr1000v ciscoc8000v c8000v ciscocat9kv cat9kv cat8000v cat9000v "
        "cat9000vq200 cat9000vuadp iolxe ioll2xe iolxeserial4eth"
    ),
    "cisco_nxos": "nxos cisconxos cisconx iosnx cison9kv ciscon9kv n9kv nxosv nxosv9000 titanium",
    "cisco_xr": (
        "iosxr ciscoiosxr ciscoxr ciscoxr7 iosxr7 ciscoexr iosexr ciscoxrv xrv ciscoxrv9k xrv9k ciscoxrd xrd "
        "ciscoxrdvrouter ciscoc8000 c8000 iosxrv iosxrv9000"
    ),
    "cisco_asa": "asa ciscoasa ciscoasav asav",
    "juniper_junos": (
        "junos juniper juniperjunos junipersrx junipercsrx csrx junipercrpd crpd junipervmx vmx junipervqfx vqfx "
        "junipervsrx vsrx junipervjunosrouter vjunosrouter junipervjunosswitch vjunosswitch junipervjunosevolved "
        "vjunosevolved junosevo junipercjunosevolved cjunosevolved olive firefly"
    ),
    "arista_eos": "eos arista aristaeos aristaceos ceos aristaveos veos",
    "linux": "linux linuxgeneric cumulus cumuluslinux cumuluscvx cvx nvidiacumulusvx",
    "frr": "frr frrouting zebra cumulusvtysh",
    "vyos": "vyos vyatta vyosvyos vyosnetworksvyos",
    "nokia_srl": "srl srlinux nokiasrl nokiasrlinux",
    "nokia_sros": "sros srosmd nokiasros md classic timos nokiasrsim srsim",
    "mikrotik_routeros": "routeros mikrotik mikrotikrouteros mikrotikros ros",
    "huawei_vrp": "vrp huawei huaweivrp huaweivrpv8 ce huaweice",
    "aruba_aoscx": "aoscx arubaaoscx arubacx",
    "hp_comware": "comware hpcomware h3c h3ccomware hpvsr vsr1000",
    "fortinet": "fortios fortigate fortinet fortinetfortigate fortinetfortios fortigatefull",
    "paloalto_panos": "panos paloalto paloaltopanos pan paloaltonetworkspanos",
}
_PLATFORMS = {name: platform for platform, names in _NAMES.items() for name in names.split()}

# What a disk image's file name begins with, or has in it, and the platform that is on it.
_IMAGES = (
    (r"vios|c\d{4}-|i86bi", "ios"),
    (r"csr1000v|c8000v|cat9k", "iosxe"),
    (r"nxos|n9k|nexus|titanium", "nxos"),
    (r"xrv", "iosxr"),
    (r"asav", "asa"),
    (r"vmx|vqfx|vsrx|vjunos|junos", "junos"),
    (r"veos|ceos", "eos"),
    (r"vyos", "vyos"),
    (r"chr-|routeros", "routeros"),
    (r"fortios|fgt_", "fortios"),
    (r"pa-vm", "panos"),
    (r"arubaos-cx|aoscx", "aoscx"),
    (r"frr", "frr"),
)


# What Netmiko, NAPALM, scrapli and Nornir add to a name for how a device is reached.
_REACHED = re.compile(r"(?<=..)(?:ssh|telnet|serial|netconf)$")


def platform(name: str) -> str:
    """Return oob's name for what a tool calls *name*, empty where it has none.

    Ansible writes `cisco.ios.ios`, of which the last word counts; case and punctuation never do.
    """
    for candidate in (name, name.rpartition(".")[2]):
        word = re.sub(r"[^a-z0-9]", "", candidate.lower())
        words = (word, word.removeprefix("vr"), _REACHED.sub("", word))
        found = next((_PLATFORMS[each] for each in words if each in _PLATFORMS), "")
        if found:
            return found
    return ""


def from_image(name: str) -> str:
    """Return the platform that is on a disk image, by the name of its file; empty where that says nothing."""
    return next((platform(each) for pattern, each in _IMAGES if re.search(pattern, name.lower())), "")


# What a device says of itself in LLDP and CDP, the more specific words first.
_DESCRIPTIONS = (
    (r"ios[ -]?xr", "iosxr"),
    (r"nx-?os|nexus", "nxos"),
    (r"ios[ -]?xe|virtual xe", "iosxe"),
    (r"adaptive security appliance", "asa"),
    (r"cisco", "ios"),
    (r"arista", "eos"),
    (r"juniper|junos", "junos"),
    (r"srlinux|sr linux", "srl"),
    (r"timos", "sros"),
    (r"vyos", "vyos"),
    (r"routeros|mikrotik", "routeros"),
    (r"huawei", "vrp"),
    (r"comware|h3c", "comware"),
    (r"aruba.*cx|aos-cx", "aoscx"),
    (r"forti(?:gate|os)", "fortios"),
    (r"palo alto", "panos"),
    (r"linux", "linux"),
)


def from_description(text: str) -> str:
    """Return the platform that a device's description of itself names; empty where it names none."""
    return next((platform(each) for pattern, each in _DESCRIPTIONS if re.search(pattern, text.lower())), "")
