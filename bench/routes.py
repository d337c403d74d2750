"""How fast routing tables are read, next to a plain line regex and ntc-templates on the same text.

Run with `make bench-routes`. Every reading is a process of its own, so that memory is its own too; the ways take turns,
and what counts is the processor's time, so that other work on the machine weighs on all of them alike or not at all.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# --- tables to read


def ios(size: int) -> Iterator[str]:
    """An IOS table: connected, OSPF with ECMP, BGP; below the headings that IOS prints."""
    yield "edge1#show ip route\n"
    yield "Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP\n"
    yield "       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area \n\n"
    yield "Gateway of last resort is not set\n\n"
    for start in range(0, size, 256):
        net = start >> 8
        count = min(256, size - start)
        yield f"      {1 + net % 126}.0.0.0/8 is variably subnetted, {count} subnets, 1 masks\n"
        for n in range(count):
            place = f"{1 + net % 126}.{net // 126}.{n}.0/24"
            if n % 8 == 0:
                rank = f"[110/{20 + n % 40}]"
                yield f"O        {place} {rank} via 10.255.0.{n % 200}, 1d18h, GigabitEthernet0/0/{n % 4}\n"
                yield f"{' ' * (10 + len(place))}{rank} via 10.255.1.{n % 200}, 1d18h, TenGigabitEthernet1/1/1\n"
            else:
                yield f"B        {place} [200/{n % 5}] via 10.255.0.{n % 200}, 3w4d\n"
    yield "edge1#\n"


def nxos(size: int) -> Iterator[str]:
    """An NX-OS table: OSPF with ECMP and BGP."""
    yield 'leaf1# show ip route vrf all\nIP Route Table for VRF "default"\n'
    yield "'*' denotes best ucast next-hop\n'**' denotes best mcast next-hop\n"
    yield "'[x/y]' denotes [preference/metric]\n'%<string>' in via output denotes VRF <string>\n\n"
    for n in range(size):
        place = f"{1 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.0/24"
        if n % 8 == 0:
            yield f"{place}, ubest/mbest: 2/0\n"
            yield f"    *via 10.255.0.{n % 200}, Eth1/{n % 40}, [110/{20 + n % 40}], 5d18h, ospf-UNDERLAY, intra\n"
            yield f"    *via 10.255.1.{n % 200}, Eth1/{n % 40}, [110/{20 + n % 40}], 5d18h, ospf-UNDERLAY, intra\n"
        else:
            yield f"{place}, ubest/mbest: 1/0\n"
            yield f"    *via 10.255.0.{n % 200}, [200/{n % 5}], 3w4d, bgp-65001, internal, tag 65002\n"
    yield "\nleaf1# "


def frr(size: int) -> Iterator[str]:
    """An FRR table as FRR 8 prints it, one key a line."""
    yield "r1# show ip route vrf all json\n{\n"
    for n in range(size):
        place = f"{1 + (n >> 16)}.{n >> 8 & 255}.{n & 255}.0/24"
        entry = {
            "prefix": place, "prefixLen": 24, "protocol": "bgp", "vrfId": 0, "vrfName": "default", "selected": True,
            "destSelected": True, "distance": 20, "metric": n % 5, "installed": True, "table": 254,
            "internalStatus": 16, "internalFlags": 8, "internalNextHopNum": 1, "internalNextHopActiveNum": 1,
            "nexthopGroupId": 42, "installedNexthopGroupId": 42, "uptime": "01w2d03h",
            "nexthops": [
                {
                    "flags": 3, "fib": True, "ip": f"10.255.0.{n % 200}", "afi": "ipv4", "interfaceIndex": 2,
                    "interfaceName": f"eth{n % 4}", "active": True, "weight": 1,
                }
            ],
        }  # fmt: skip
        text = json.dumps([entry], indent=2, separators=(",", ":")).replace("\n", "\n  ")
        yield f'  "{place}":{text}{"," if n < size - 1 else ""}\n'
    yield "}\nr1# "


# --- ways to read them


def with_oob(platform: str, text: str) -> int:
    from oob.routing.parse import parse

    return len(parse(platform, text).routes)


# What somebody in a hurry writes: one regular expression a line, further next hops, the mask of a heading, and a
# dictionary with the fields that a route of ours has. It checks nothing and drops what it doesn't know.
IOS_LINE = re.compile(
    r"^(?P<code>[A-Z][\w*]?(?: \w{2})?)\s+(?P<prefix>\d+\.\d+\.\d+\.\d+(?:/\d+)?)\s+"
    r"(?:\[(?P<pref>\d+)/(?P<metric>\d+)\] via (?P<hop>[\d.]+)(?:, (?P<age>[\w:]+))?(?:, (?P<intf>\S+))?"
    r"|is directly connected, (?P<conn>\S+))\s*$"
)
IOS_MORE = re.compile(r"^\s+\[(\d+)/(\d+)\] via ([\d.]+)(?:, ([\w:]+))?(?:, (\S+))?\s*$")
IOS_HEAD = re.compile(r"^\s+[\d.]+/(\d+) is (?:variably )?subnetted")
NXOS_HEAD = re.compile(r"^(?P<prefix>\d+\.\d+\.\d+\.\d+/\d+), ubest/mbest: (?P<best>\d+)/(?P<mbest>\d+)")
NXOS_HOP = re.compile(
    r"^\s+(?P<best>\*{0,2})via (?P<hop>[^\s,]+)(?:, (?P<intf>[A-Z]\S+))?, \[(?P<pref>\d+)/(?P<metric>\d+)\], "
    r"(?P<age>[^,]+), (?P<protocol>[\w-]+)(?:, (?P<rest>.*))?$"
)
FRR_KEY = re.compile(r'^\s*"(?P<key>\w+)":\s*(?P<value>"[^"]*"|\d+|true|false),?$')


def with_regex(platform: str, text: str) -> int:
    return {"cisco_ios": _ios_lines, "cisco_nxos": _nxos_lines, "frr": _frr_lines}[platform](text)


def _row(prefix: str, protocol: str, preference: str | None, metric: str | None) -> dict[str, Any]:
    rank = (int(preference) if preference else None, int(metric) if metric else None)
    row: dict[str, Any] = {"vrf": "default", "prefix": prefix, "protocol": protocol, "next_hops": []}
    row["preference"], row["metric"] = rank
    return row


def _ios_lines(text: str) -> int:
    rows: list[dict[str, Any]] = []
    mask = ""
    for line in text.splitlines():
        if match := IOS_LINE.match(line):
            prefix = match["prefix"] if "/" in match["prefix"] else f"{match['prefix']}/{mask}"
            rows.append(_row(prefix, match["code"], match["pref"], match["metric"]))
            rows[-1]["next_hops"].append({"address": match["hop"], "interface": match["intf"] or match["conn"]})
        elif match := IOS_MORE.match(line):
            rows[-1]["next_hops"].append({"address": match[3], "interface": match[5]})
        elif match := IOS_HEAD.match(line):
            mask = match[1]
    return len(rows)


def _nxos_lines(text: str) -> int:
    rows: list[dict[str, Any]] = []
    prefix = ""
    for line in text.splitlines():
        if match := NXOS_HOP.match(line):
            if not rows or rows[-1]["prefix"] != prefix:
                rows.append(_row(prefix, match["protocol"], match["pref"], match["metric"]))
            rows[-1]["next_hops"].append({"address": match["hop"], "interface": match["intf"]})
        elif match := NXOS_HEAD.match(line):
            prefix = match["prefix"]
    return len(rows)


def _frr_lines(text: str) -> int:
    rows: list[dict[str, Any]] = []
    for line in text.splitlines():
        if match := FRR_KEY.match(line):
            key, value = match.groups()
            if key == "prefix":
                rows.append({})
            rows[-1][key] = value.strip('"')
    return len(rows)


def with_ntc(platform: str, text: str) -> int:
    from ntc_templates.parse import parse_output

    # Without echo and prompt, which its templates don't know.
    body = text[text.index("\n") + 1 : text.rindex("\n") + 1].replace("edge1#\n", "")
    return len(parse_output(platform=platform, command="show ip route", data=body))


TABLES: dict[str, Callable[[int], Iterator[str]]] = {"cisco_ios": ios, "cisco_nxos": nxos, "frr": frr}
WAYS: dict[str, Callable[[str, str], int]] = {"oob": with_oob, "line regex": with_regex, "ntc-templates": with_ntc}


# --- measuring


def measure(platform: str, way: str, path: str) -> None:
    """Read the file once, in this process, and print what it took."""
    text = Path(path).read_text()
    # Imports and the compiling of patterns and templates are not what is measured.
    WAYS[way](platform, "".join(TABLES[platform](9)))
    start = time.process_time()
    rows = WAYS[way](platform, text)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": rows, "seconds": seconds, "megabytes": peak}))


def measure_diff(path: str) -> None:
    """Read the file twice and compare: equal tables, then tables of which each route has changed."""
    from oob.routing.diff import diff
    from oob.routing.parse import parse

    text = Path(path).read_text()
    start = time.process_time()
    before = parse("frr", text)
    after = parse("frr", text)
    read = time.process_time() - start
    start = time.process_time()
    equal = diff(before, after).is_equal
    same = time.process_time() - start
    changed = parse("frr", text.replace('"ip":"10.255.0.', '"ip":"10.254.0.'))
    start = time.process_time()
    found = diff(before, changed)
    other = time.process_time() - start
    assert equal
    assert len(found.changes) == len(before.routes)
    print(json.dumps({"read": read, "equal": same, "changed": other, "lines": len(found.lines())}))


def child(*arguments: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def bench(folder: Path, platform: str, size: int, ways: dict[str, int]) -> None:
    """Measure *ways*, each as often as it says, in turns, and print the best of each."""
    path = folder / f"{platform}-{size}.txt"
    with path.open("w") as file:
        file.writelines(TABLES[platform](size))
    got: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for turn in range(max(ways.values())):
        for way, times in ways.items():
            if turn < times:
                got[way].append(child("--one", platform, way, str(path)))
    for way, results in got.items():
        best = min(results, key=lambda result: result["seconds"])
        line = f"{platform:11} {size:>9,}  {way:14} {best['seconds']:8.2f} s {size / best['seconds']:>10,.0f} routes/s"
        print(f"{line} {best['megabytes']:8.0f} MB {best['rows']:>9,} rows", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=3, metavar=("PLATFORM", "WAY", "FILE"))
    parser.add_argument("--diff", metavar="FILE")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--json-routes", type=int, default=1_000_000)
    chosen = parser.parse_args()
    if chosen.one:
        measure(*chosen.one)
        return
    if chosen.diff:
        measure_diff(chosen.diff)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for platform in ("cisco_ios", "cisco_nxos"):
            for size in (10_000, 100_000):
                # ntc-templates takes minutes for the large ones; once has to do.
                bench(folder, platform, size, {"oob": chosen.repeat, "line regex": chosen.repeat, "ntc-templates": 1})
        bench(folder, "frr", chosen.json_routes, {"oob": 1, "line regex": 1})
        got = child("--diff", str(folder / f"frr-{chosen.json_routes}.txt"))
    print(f"two tables of {chosen.json_routes:,}: reading both {got['read']:.1f} s")
    print(f"  diff of equal ones {got['equal']:.1f} s")
    print(f"  diff with every next hop changed {got['changed']:.1f} s, which reads as {got['lines']} lines")


if __name__ == "__main__":
    main()
