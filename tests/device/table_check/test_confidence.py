"""A verification claims what its answers carry, asks the cheapest thing next, and stays within its budget."""

from __future__ import annotations

from collections.abc import Callable

from oob.device.table_check.confidence import (
    Asked,
    ByteLimit,
    Confidence,
    ShortAnswer,
    ShortQuestion,
    Sizes,
    Standing,
    standing,
)
from oob.routing.diff import diff
from oob.routing.parse import parse
from oob.routing.route import NextHop, Route
from oob.routing.summary import SummaryPlace, summarise
from oob.routing.table import RouteTable
from tests.routing.printers import cisco_ios

A, B = NextHop("10.255.0.1", "GigabitEthernet0/0/1"), NextHop("10.255.0.2", "GigabitEthernet0/0/2")
BASELINE = tuple(Route("default", f"10.{n >> 8}.{n & 255}.0/24", "ospf", (A,), 110, 20) for n in range(10_000))
MUST_HAVE = (("default", "10.0.0.0/24"), ("default", "10.20.0.0/24"), ("default", "10.39.15.0/24"))
# What a device says to each, in bytes: the table as IOS prints it, its summary, one prefix.
TABLE = len(cisco_ios(BASELINE))
SIZES = Sizes(summary=650, prefix=520, route=TABLE // len(BASELINE))


def verify(now: tuple[Route, ...], budget: ByteLimit) -> tuple[Standing, list[Asked], list[Route]]:
    """Run a verification against a device that has the routes *now*, and give also what was found to differ."""
    answers: list[ShortAnswer] = []
    found: list[Route] = []
    while True:
        where = standing(BASELINE, MUST_HAVE, answers, budget, SIZES)
        if where.next is None or not where.affordable:
            return where, [answer.question.asked for answer in answers], found
        answers.append(ANSWERS[where.next.asked](where.next, now, found))


def summary(question: ShortQuestion, now: tuple[Route, ...], found: list[Route]) -> ShortAnswer:
    places = tuple(summarise(BASELINE).differences(summarise(now)))
    return ShortAnswer(question=question, agrees=not places, size=SIZES.summary, differing=places)


def prefix(question: ShortQuestion, now: tuple[Route, ...], found: list[Route]) -> ShortAnswer:
    wanted = (question.vrf, question.prefix)
    before, after = ([r for r in routes if (r.vrf, r.prefix) == wanted] for routes in (BASELINE, now))
    return ShortAnswer(question=question, agrees=before == after, size=SIZES.prefix)


def table(question: ShortQuestion, now: tuple[Route, ...], found: list[Route]) -> ShortAnswer:
    text = cisco_ios(now)
    changes = diff(RouteTable(platform="cisco_ios", routes=BASELINE), parse("cisco_ios", text)).changes
    found.extend(change.route for change in changes)
    return ShortAnswer(question=question, agrees=not changes, size=len(text))


ANSWERS: dict[Asked, Callable[[ShortQuestion, tuple[Route, ...], list[Route]], ShortAnswer]] = {
    Asked.SUMMARY: summary,
    Asked.PREFIX: prefix,
    Asked.PART: table,
    Asked.TABLE: table,
}


def test_equal_tables_of_ten_thousand_routes_are_verified_with_a_twentieth_of_their_bytes() -> None:
    where, asked, _ = verify(BASELINE, ByteLimit(baud=9600, size=TABLE // 20))
    assert where.confidence is Confidence.CRITICAL_EQUAL
    assert where.spent <= TABLE * 0.05
    assert asked == [Asked.SUMMARY, Asked.PREFIX, Asked.PREFIX, Asked.PREFIX]
    assert where.next is not None
    assert where.next.asked is Asked.TABLE
    assert where.seconds > 600
    assert "critical prefixes equal" in str(where)


def test_one_next_hop_among_ten_thousand_is_found_where_the_table_is_compared_and_nowhere_claimed_before() -> None:
    now = (*BASELINE[:5_000], BASELINE[5_000]._replace(next_hops=(B,)), *BASELINE[5_001:])
    cheap, _, nothing = verify(now, ByteLimit(size=TABLE // 20))
    assert (cheap.confidence, cheap.differs, nothing) == (Confidence.CRITICAL_EQUAL, False, [])
    whole, asked, found = verify(now, ByteLimit())
    assert asked[-1] is Asked.TABLE
    assert whole.differs
    assert whole.confidence < Confidence.TABLE_EQUAL
    assert [route.prefix for route in found] == [BASELINE[5_000].prefix]


def test_equal_tables_are_called_so_after_the_table_was_compared() -> None:
    where, _, _ = verify(BASELINE, ByteLimit())
    assert (where.confidence, where.next, where.differs) == (Confidence.TABLE_EQUAL, None, False)


def test_a_summary_that_differs_leads_to_the_part_that_does() -> None:
    place = SummaryPlace("default", "ipv4", "bgp")
    first = ShortQuestion(asked=Asked.SUMMARY)
    answers = [ShortAnswer(question=first, agrees=False, size=600, differing=(place,))]
    where = standing(BASELINE, (), answers, ByteLimit(), SIZES)
    assert where.next is not None
    assert (where.next.asked, where.next.place) == (Asked.PART, place)
    assert (where.confidence, where.differs) == (Confidence.NOTHING, True)


def test_the_whole_table_is_asked_for_where_its_parts_would_cost_as_much() -> None:
    answers = [
        ShortAnswer(
            question=ShortQuestion(asked=Asked.SUMMARY),
            agrees=False,
            size=600,
            differing=(SummaryPlace("default", "ipv4", "ospf"),),
        )
    ]
    where = standing(BASELINE, (), answers, ByteLimit(), SIZES)
    assert where.next is not None
    assert where.next.asked is Asked.TABLE


def test_a_critical_prefix_that_differs_takes_the_level_back_to_the_summary() -> None:
    answers = [
        ShortAnswer(question=ShortQuestion(asked=Asked.SUMMARY), agrees=True, size=600),
        ShortAnswer(
            question=ShortQuestion(asked=Asked.PREFIX, vrf="default", prefix="10.0.0.0/24"), agrees=False, size=500
        ),
    ]
    where = standing(BASELINE, MUST_HAVE, answers, ByteLimit(), SIZES)
    assert (where.confidence, where.differs) == (Confidence.SUMMARY_EQUAL, True)


def test_nothing_is_claimed_from_a_summary_that_the_platform_does_not_have() -> None:
    where = standing(BASELINE, (), [], ByteLimit(), SIZES, has_summary=False)
    assert where.confidence is Confidence.NOTHING
    assert where.next is not None
    assert where.next.asked is Asked.TABLE
