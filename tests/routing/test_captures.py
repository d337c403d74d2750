"""Captures of real devices by others: each is read exactly right, as checked by hand, or refused with its line.

What is right is kept as a digest of the routes, because the captures are not ours to copy. `docs/routing.md` has the
reasons for what is refused.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from oob.errors import RouteError
from oob.routing.parse import parse
from oob.routing.summary import parse_summary
from tests.captures import FOLDER
from tests.routing.samples import read

CAPTURES = FOLDER / "routes"
EXPECTED: dict[str, str | int] = json.loads(read(Path(__file__).with_name("captures.json")))

pytestmark = pytest.mark.skipif(not CAPTURES.is_dir(), reason="captures by others are not here (OOB_CAPTURES)")


def digest(platform: str, text: str) -> str:
    """Give the number of routes and a digest of them."""
    routes = parse(platform, text).routes
    return f"{len(routes)} {hashlib.sha256(json.dumps([r.as_json() for r in routes]).encode()).hexdigest()[:16]}"


@pytest.mark.parametrize("name", EXPECTED)
def test_a_capture_is_read_exactly_or_refused_with_its_line(name: str) -> None:
    text = read(CAPTURES / name)
    platform = name.partition("/")[0]
    expected = EXPECTED[name]
    if isinstance(expected, str):
        assert digest(platform, text) == expected
        return
    with pytest.raises(RouteError) as refused:
        parse(platform, text)
    assert refused.value.line == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("summary", {"connected": 41, "static": 3, "eigrp": 3016, "ospf": 1}),
        ("summary2", {"connected": 6}),
        ("summary3", {"connected": 4, "static": 3}),
    ],
)
def test_a_summary_is_read_exactly(name: str, expected: dict[str, int]) -> None:
    text = read(CAPTURES / "cisco_ios" / "show_ip_route_summary" / f"cisco_ios_show_ip_route_{name}.raw")
    assert {place.protocol: count for place, count in parse_summary("cisco_ios", text).counts.items()} == expected
