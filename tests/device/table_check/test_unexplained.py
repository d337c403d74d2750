"""A device counts the routes in lines that no rule recognises; a summary may differ by as many, and no more."""

from __future__ import annotations

import pytest

from oob.device.table_check.levels import unexplained
from oob.routing.opaque import OpaqueLine
from oob.routing.summary import SummaryPlace

BGP = SummaryPlace("default", "ipv4", "bgp")
OPAQUE = tuple(OpaqueLine(n, f"Z9 10.{n}.0.0/16 somewhere", "no rule") for n in range(2))


@pytest.mark.parametrize(
    ("place", "numbers", "is_explained"),
    [
        (BGP, (7, 8), True),
        (BGP, (7, 9), True),
        (BGP, (7, 10), False),
        (BGP, (7, 6), False),
        (BGP._replace(vrf="RED"), (7, 8), False),
        (BGP._replace(family="ipv6"), (7, 8), False),
    ],
)
def test_a_summary_may_count_the_opaque_lines_of_its_vrf_and_family(
    place: SummaryPlace, numbers: tuple[int, int], is_explained: bool
) -> None:
    assert unexplained({place: numbers}, OPAQUE) == ({} if is_explained else {place: numbers})


def test_each_opaque_line_explains_one_route_only() -> None:
    ospf = BGP._replace(protocol="ospf")
    assert list(unexplained({BGP: (0, 2), ospf: (0, 1)}, OPAQUE)) == [ospf]
