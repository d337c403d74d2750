"""A document of FRR whose words contradict each other is refused."""

from __future__ import annotations

import pytest

from oob.errors import RouteError
from oob.routing.parse import parse
from tests.routing.samples import FOLDER, read

DOCUMENT = read(FOLDER / "frr" / "default-json.txt")


def test_a_next_hop_that_cannot_be_reached_and_does_not_say_why_is_refused() -> None:
    damaged = DOCUMENT.replace('"unreachable":true,\n          "blackhole":true,', '"unreachable":true,', 1)
    assert damaged != DOCUMENT
    with pytest.raises(RouteError, match="not a route of FRR"):
        parse("frr", damaged)


def test_one_such_next_hop_among_several_is_refused_too() -> None:
    start = DOCUMENT.index('"ip":"10.0.1.2"', DOCUMENT.index('"10.31.0.0/16"'))
    damaged = f'{DOCUMENT[:start]}"unreachable":true,{DOCUMENT[start:]}'
    with pytest.raises(RouteError, match="not a route of FRR"):
        parse("frr", damaged)
