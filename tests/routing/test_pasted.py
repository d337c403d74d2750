"""Text from a ticket and answers for part of a table are read as such, and say what they do not prove."""

from __future__ import annotations

import pytest

from oob.errors import RouteError
from oob.routing.parse import parse

from .samples import Sample, samples

TEXT = [sample for sample in samples() if not {"json", "xml"} & set(str(sample.path.stem).split("-"))]


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_an_indented_text_without_its_end_is_the_same_table(sample: Sample) -> None:
    lines = sample.text.replace("\r\n", "\n").rstrip().split("\n")
    text = "\n".join(f"    {line}" for line in lines)
    if "pager" in sample.path.stem:
        pytest.skip("a pager's remains stand at the beginning of a line")
    table = parse(sample.platform, text, pasted=True)
    assert table.routes == sample.routes
    assert "completeness was not proven" in table.limits[0]


# Formats that mean something by their columns, or by how far a line is in.
BY_COLUMNS = ("detail", "terse", "terse-old")


@pytest.mark.parametrize("sample", TEXT, ids=str)
def test_a_text_whose_lines_all_begin_at_the_left_is_the_same_table_or_refused(sample: Sample) -> None:
    if "pager" in sample.path.stem:
        pytest.skip("a pager's remains stand at the beginning of a line")
    text = "\n".join(line.strip() for line in sample.text.split("\n"))
    if sample.platform == "juniper_junos" and sample.path.stem in BY_COLUMNS:
        with pytest.raises(RouteError, match="no rule"):
            parse(sample.platform, text, pasted=True)
    else:
        assert sorted(parse(sample.platform, text, pasted=True).routes) == sorted(sample.routes)


def test_lines_without_any_indentation_are_read_by_their_words() -> None:
    for platform, text in (
        (
            "cisco_ios",
            "Codes: C - connected,\nO - OSPF\n10.0.0.0/8 is variably subnetted, 1 subnets, 1 masks\n"
            "O 10.1.0.0/16 [110/2] via 10.0.0.1\n[110/2] via 10.0.0.2",
        ),
        ("cisco_xr", "O 10.1.0.0/16 [110/2] via 10.0.0.1, 00:01:02\n[110/2] via 10.0.0.2, 00:01:02"),
        ("linux", "10.1.0.0/16 proto static\nnexthop via 10.0.0.1 dev eth0\nnexthop via 10.0.0.2 dev eth0"),
    ):  # fmt: skip
        (route,) = parse(platform, text, pasted=True).routes
        assert [hop.address for hop in route.next_hops] == ["10.0.0.1", "10.0.0.2"]


def test_a_pager_at_the_end_of_pasted_text_is_refused_all_the_same() -> None:
    with pytest.raises(RouteError, match="pager"):
        parse("linux", "10.1.0.0/16 via 10.0.0.1 dev eth0\n--More--", pasted=True)


def test_a_partial_answer_has_no_totals_and_says_so() -> None:
    text = (
        "inet.0: 90 destinations, 91 routes (90 active, 0 holddown, 0 hidden)\n\n"
        "10.1.0.0/16        *[Static/5] 1d 02:03:04\n                    >  to 10.0.0.2 via ge-0/0/0.0\n"
    )
    with pytest.raises(RouteError, match="91 routes announced"):
        parse("juniper_junos", text)
    table = parse("juniper_junos", text, partial=True)
    assert len(table.routes) == 1
    assert "totals were not compared" in table.limits[0]


def test_a_document_that_names_its_prefix_without_a_route_says_that_there_is_none() -> None:
    assert parse("frr", '{"0.0.0.0/0":[]}\n', partial=True).routes == ()
    with pytest.raises(RouteError, match="another form of the table"):
        parse("frr", '{"0.0.0.0/0":[]}\n')
