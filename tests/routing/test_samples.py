"""Every platform reads its samples exactly, refuses their damaged twins, and never guesses what a cut-out line said."""

from __future__ import annotations

import pytest

from oob.errors import RouteError
from oob.routing.parse import ALIASES, parse, platforms
from tests.routing.samples import Sample, is_what_remains, samples

ALL = pytest.mark.parametrize("sample", samples(), ids=str)


@pytest.mark.parametrize("platform", [name for name in platforms() if name not in ALIASES])
def test_every_platform_has_a_sample(platform: str) -> None:
    assert samples(platform), f"tests/data/routing/{platform} holds no sample"


@ALL
def test_a_sample_gives_exactly_its_routes(sample: Sample) -> None:
    assert parse(sample.platform, sample.text).routes == sample.routes


@ALL
def test_a_damaged_twin_is_refused(sample: Sample) -> None:
    with pytest.raises(RouteError):
        parse(sample.platform, sample.damaged)


@ALL
def test_carriage_returns_change_nothing(sample: Sample) -> None:
    text = sample.text.replace("\r\n", "\n").replace("\n", "\r\n")
    assert parse(sample.platform, text).routes == sample.routes


@ALL
def test_a_line_cut_out_is_refused_or_costs_only_what_it_said(sample: Sample) -> None:
    if "pretty" in sample.path.stem or "xml" in sample.path.stem:
        pytest.skip("an object with one key a line doesn't tell that an optional key is lost")
    lines = sample.text.splitlines(keepends=True)
    for number in range(0, len(lines), len(lines) // 300 + 1):
        if lines[number].strip().startswith('"vrf":'):
            # FRR says in no second place that a next hop is in another VRF.
            continue
        try:
            rest = parse(sample.platform, "".join(lines[:number] + lines[number + 1 :]))
        except RouteError:
            continue
        assert is_what_remains(sample.routes, rest.routes, may_miss=1), f"without line {number + 1}: {lines[number]!r}"


@ALL
def test_a_text_that_breaks_off_is_refused_or_gives_the_routes_before(sample: Sample) -> None:
    text = sample.text
    for end in range(0, len(text), max(1, len(text) // 100)):
        try:
            rest = parse(sample.platform, text[:end])
        except RouteError:
            continue
        assert is_what_remains(sample.routes, rest.routes, may_miss=len(sample.routes)), f"cut at byte {end}"


@ALL
def test_a_lenient_reading_lists_what_it_could_not_read(sample: Sample) -> None:
    lines = sample.text.splitlines(keepends=True)
    lines.insert(len(lines) // 2, "~~~ garbage ~~~\n")
    if "json" in sample.path.stem or "xml" in sample.path.stem:
        pytest.skip("a document is whole or nothing")
    table = parse(sample.platform, "".join(lines), lenient=True)
    assert any("~~~ garbage ~~~" in line.text for line in table.opaque)
    assert table.reservations
