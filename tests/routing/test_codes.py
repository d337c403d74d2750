"""A line that explains codes takes the time of its length, whatever damage made of it."""

from __future__ import annotations

import time

import pytest

from oob.errors import RouteError
from oob.routing.codes import LEGEND
from oob.routing.parse import parse
from tests.routing.samples import FOLDER, read


@pytest.mark.parametrize(
    "line", ["Codes: C - connected, S - static", "       IA - OSPF inter area,", "Codes: L - local, ", "C - connected"]
)
def test_a_legend_is_known(line: str) -> None:
    assert LEGEND.fullmatch(line)


@pytest.mark.parametrize("line", ["Codes: ", "Codes: C - connected,, S - static", "C 10.0.0.0/8"])
def test_what_is_no_legend_is_none(line: str) -> None:
    assert not LEGEND.fullmatch(line)


def test_a_heading_of_subnets_among_ipv6_routes_counts_none_of_them() -> None:
    text = """edge1#show ipv6 route
IPv6 Routing Table - default - 1 entries
     10.0.0.0 255.0.0.0 is variably subnetted, 2 subnets, 2 masks
S   2001:DB8:10::/48 [1/0]
     via Null0, directly connected
edge1#
"""
    with pytest.raises(RouteError, match="subnets"):
        parse("cisco_ios", text)


@pytest.mark.parametrize("platform", ["arista_eos", "cisco_asa", "cisco_ios", "cisco_xr", "fortinet", "frr"])
@pytest.mark.parametrize("piece", [" - sS", " S - s", ", C - c", "a - b ,", "      "])
def test_a_damaged_legend_is_refused_soon(platform: str, piece: str) -> None:
    line = f"Codes: C - connected{piece * 200}"[:1000] + ",,"
    began = time.process_time()
    with pytest.raises(RouteError):
        parse(platform, f"x#show ip route\n{line}\nx#\n")
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(("platform", "name"), [("juniper_junos", "brief"), ("huawei_vrp", None), ("hp_comware", None)])
@pytest.mark.parametrize("character", [" ", ":", "-", "1"])
def test_a_line_filled_with_one_character_is_refused_at_once(platform: str, name: str | None, character: str) -> None:
    path = next(path for path in sorted((FOLDER / platform).glob(f"{name or '*'}.txt")) if "damaged" not in path.name)
    lines = read(path).splitlines(keepends=True)
    lines[len(lines) // 2 : len(lines) // 2] = [f"     {character * 900}x\n"] * 50
    began = time.process_time()
    with pytest.raises(RouteError):
        parse(platform, "".join(lines))
    parse(platform, "".join(lines), lenient=True)
    assert time.process_time() - began < 0.5
