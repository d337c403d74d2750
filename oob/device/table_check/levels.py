"""Compares a routing table with the baseline's over a slow line: cheap answers first, dear ones while they may be paid.

No claim goes beyond the answers; see `confidence.py` for the order of questions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from oob.device.device import Device
from oob.device.table_check.comparison import Comparison, KnownTable
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
from oob.device.table_check.packing import packed_size, unpacked
from oob.device.table_check.queries import can_ask_for, routes_in, routes_to, say_same, show
from oob.errors import DeviceError, RouteError, UntypeableText, UsageError
from oob.events import COMPARE_QUESTION
from oob.profile.filling import filled
from oob.routing.diff import RouteDiff, diff
from oob.routing.opaque import OpaqueLine, lines_in
from oob.routing.parse import read_table
from oob.routing.route import Route
from oob.routing.rules import VrfPrefix
from oob.routing.summary import Summary, SummaryPlace, can_sum_up, parse_summary, summarise
from oob.routing.table import RouteTable

# What has to be claimed before a question of each kind is worth its bytes.
_LEVELS = {
    Asked.DIGEST: Confidence.SUMMARY_EQUAL,
    Asked.SUMMARY: Confidence.SUMMARY_EQUAL,
    Asked.PREFIX: Confidence.CRITICAL_EQUAL,
    Asked.PART: Confidence.CRITICAL_EQUAL,
    Asked.TABLE: Confidence.TABLE_EQUAL,
}


def compare(
    device: Device, known: KnownTable, wanted: Confidence, budget: ByteLimit, emit: Callable[..., object]
) -> Comparison:
    """Compare *device* with the *known* table, up to the confidence *wanted* or as far as *budget* goes.

    Raises UsageError where the platform cannot be asked for that little, RouteError at an
    unrecognised line of a table.
    """
    return _Inquiry(device, known, wanted, budget, emit).go()


class _Inquiry:
    """Asks one question after the other, and keeps the facts in the answers."""

    def __init__(
        self, device: Device, known: KnownTable, wanted: Confidence, budget: ByteLimit, emit: Callable[..., object]
    ) -> None:
        self._device = device
        self._known = known
        self._wanted = wanted
        self._budget = budget
        self._emit = emit
        self._start = device.console.stream.bytes_in
        self._frugal = device.profile.frugal
        self._places = {_seat(route) for route in known.routes} - {("", "")}
        self._has_summary = can_sum_up(device.platform) and any(map(self._summary_of, self._places))
        self._must_have = tuple(place for place in known.must_have if can_ask_for(device, *place))
        self._has_digest = bool(self._frugal.digest and known.text)
        self._packed = self._packed_size()
        self._table_size = self._packed or _on_line(known.text) or Sizes().route * len(known.routes)
        self._said: Summary | None = None
        self._answers: list[ShortAnswer] = []
        self._counted: tuple[str, ...] = ()
        self._found: dict[str, None] = {}
        self._notes: list[str] = []

    def go(self) -> Comparison:
        self._check()
        while question := self._next():
            self._emit(COMPARE_QUESTION, f"ask for the {_name(question)}", seconds=self._budget.seconds(question.size))
            before = self._spent
            try:
                agrees, differing = self._ask(question)
            except (DeviceError, RouteError, UntypeableText) as error:
                self._refused(question, error)
                continue
            size = self._spent - before
            self._answers.append(ShortAnswer(question=question, agrees=agrees, size=size, differing=differing))
            self._settle(question, agrees)
        return self._comparison()

    def _check(self) -> None:
        """Refuse what this platform can never answer."""
        if self._has_digest:
            return
        if self._wanted is Confidence.SUMMARY_EQUAL and not self._has_summary:
            raise UsageError(f"{self._device.platform} sums up no routing table that could be compared")
        if self._wanted is Confidence.CRITICAL_EQUAL and len(self._must_have) < max(1, len(self._known.must_have)):
            if self._known.must_have:
                raise UsageError(f"the profile of {self._device.platform} does not say how to ask for one prefix")
            raise UsageError("the inventory names no critical prefixes for this device")

    def _refused(self, question: ShortQuestion, error: DeviceError | RouteError | UntypeableText) -> None:
        """Do without what this device cannot be asked, or its unrecognised short answers."""
        if question.asked is Asked.TABLE:
            raise error
        self._notes.append(str(error))
        if question.asked is Asked.DIGEST:
            self._has_digest = False
        elif question.asked is Asked.SUMMARY:
            self._has_summary = False
        elif question.asked is Asked.PREFIX:
            self._must_have = ()
        else:
            self._answers.append(ShortAnswer(question=question, agrees=False, size=0))

    @property
    def _spent(self) -> int:
        return self._device.console.stream.bytes_in - self._start

    # --- what to ask

    def _standing(self) -> Standing:
        count = max(1, len(self._known.routes))
        sizes = replace(Sizes(), route=-(-self._table_size // count))
        return standing(
            self._known.routes,
            self._must_have,
            self._answers,
            self._budget,
            sizes,
            has_summary=self._has_summary,
            has_digest=self._has_digest,
        )

    def _next(self) -> ShortQuestion | None:
        question = self._following(self._standing())
        if question and _LEVELS[question.asked] <= self._wanted and self._budget.allows(self._spent + question.size):
            return question
        return None

    def _following(self, where: Standing) -> ShortQuestion | None:
        """Give what to ask next: the whole table also where parts do not explain what a summary counts otherwise."""
        has_table = any(answer.question.asked is Asked.TABLE for answer in self._answers)
        unexplained = where.differs and not self._found and not has_table
        if where.next is None and unexplained:
            return ShortQuestion(asked=Asked.TABLE, size=self._table_size)
        if where.next and where.next.place and not self._part_of(where.next.place):
            return ShortQuestion(asked=Asked.TABLE, size=self._table_size)
        return where.next

    def _summary_of(self, seat: tuple[str, str]) -> str:
        return self._frugal.summary or self._frugal.glimpse(*seat).summary

    def _part_of(self, place: SummaryPlace) -> str:
        return self._frugal.glimpse(place.vrf, place.family).part

    # --- answers

    def _ask(self, question: ShortQuestion) -> tuple[bool, tuple[SummaryPlace, ...]]:
        if question.asked is Asked.DIGEST:
            return self._digest(), ()
        if question.asked is Asked.SUMMARY:
            return self._summary()
        if question.asked is Asked.PREFIX:
            return self._prefix(question.vrf, question.prefix), ()
        if question.place:
            return self._part(question.place), ()
        return self._table(), ()

    def _digest(self) -> bool:
        """Compare SHA-256 of the table as printed; the device leaves blanks at the ends of lines out."""
        said = show(self._device, self._frugal.digest).split()
        lines = "".join(f"{line.rstrip()}\n" for line in self._known.text.splitlines() if line.strip())
        if not said or said[0] != sha256(lines.encode("utf-8", "surrogateescape")).hexdigest():
            return False
        known = self._known
        return self._diff(known.routes, known.routes, known.must_have, known.opaque, known.opaque).is_equal

    def _summary(self) -> tuple[bool, tuple[SummaryPlace, ...]]:
        counts: dict[SummaryPlace, int] = {}
        if self._frugal.summary:
            counts.update(self._read_summary(self._frugal.summary).counts)
        else:
            for vrf, family in sorted(self._seen()):
                command = filled(self._summary_of((vrf, family)), {"vrf": vrf})
                counts.update(self._read_summary(command).counts)
        self._said = Summary(counts=counts)
        expected = summarise(self._known.routes, self._device.platform).counts
        if not self._frugal.summary:
            expected = {place: count for place, count in expected.items() if (place.vrf, place.family) in self._seen()}
        differing = unexplained(Summary(counts=expected).differences(self._said), self._known.opaque)
        self._counted = tuple(
            f"{place}: {before} routes became {after}" for place, (before, after) in differing.items()
        )
        return not differing, tuple(differing)

    def _seen(self) -> set[tuple[str, str]]:
        """Give the VRFs and families that summaries are asked of."""
        return {seat for seat in self._places if self._summary_of(seat)}

    def _read_summary(self, command: str) -> Summary:
        text = show(self._device, command)
        return parse_summary(self._device.platform, text, command) if text else Summary(counts={})

    def _prefix(self, vrf: str, prefix: str) -> bool:
        now = routes_to(self._device, vrf, prefix)
        place = (vrf, prefix)
        before = [route for route in self._known.routes if (route.vrf, route.prefix) == place and route.serves_all]
        agrees = say_same(before, now) if before else bool(now)
        if not agrees:
            self._found[f"vrf {vrf}: critical prefix {_change(prefix, before, now)}"] = None
        return agrees

    def _part(self, place: SummaryPlace) -> bool:
        """Read the routes of one VRF, family and protocol, and compare them.

        An answer that has not as many of them as the summary counted shows nothing.
        """
        words = self._frugal.words.get(place.protocol, (place.protocol,))
        command = self._part_of(place)
        commands = [filled(command, {"vrf": place.vrf, "protocol": word}) for word in words]
        texts = [show(self._device, command) for command in commands]
        now = [route for text in texts for route in routes_in(self._device, text, place.vrf)]
        counted = summarise(now, self._device.platform).counts.get(place, 0)
        if self._said is None or counted != self._said.counts.get(place, 0):
            return False
        protocols = {place.protocol} | {route.protocol for route in now}
        seat = (place.vrf, place.family)
        before = [route for route in self._known.routes if _seat(route) == seat and route.protocol in protocols]
        return self._diff(before, now).is_equal

    def _table(self) -> bool:
        known, table = self._known, self._read_table()
        return self._diff(known.routes, table.routes, known.must_have, known.opaque, table.opaque).is_equal

    def _read_table(self) -> RouteTable:
        if self._packed:
            try:
                text = "\n".join(unpacked(self._device.run(command).text) for command in self._frugal.packed)
                return read_table(self._device.platform, text)
            except ValueError as error:
                self._notes.append(f"the device did not pack its table ({error}), it was read as text")
        return self._device.routes()

    def _diff(
        self,
        before: Iterable[Route],
        now: Iterable[Route],
        must_have: Iterable[VrfPrefix] = (),
        text_before: tuple[OpaqueLine, ...] = (),
        text_now: tuple[OpaqueLine, ...] = (),
    ) -> RouteDiff:
        tables = (
            RouteTable(platform=self._device.platform, routes=tuple(routes), opaque=opaque)
            for routes, opaque in ((before, text_before), (now, text_now))
        )
        told = diff(*tables, ignore=self._known.ignore, must_have=must_have)
        self._found.update(dict.fromkeys(line for line in told.lines() if not line.startswith("note: ")))
        self._notes.extend(told.reservations)
        return told

    def _settle(self, question: ShortQuestion, agrees: bool) -> None:
        """Take back what disagreed before where the routes themselves, read whole, turn out to be the same."""
        agreed = {answer.question.place for answer in self._answers if answer.agrees and answer.question.place}
        is_told = question.asked is Asked.TABLE
        if not agrees or not any(_is_settled(answer, agreed, is_told) for answer in self._answers):
            return
        self._answers = [
            replace(answer, agrees=True, differing=()) if _is_settled(answer, agreed, is_told) else answer
            for answer in self._answers
        ]
        if is_told:
            self._found.clear()
        self._notes.append("a shorter answer looked otherwise, but the routes that it is about are the baseline's")

    # --- the end

    def _packed_size(self) -> int:
        """Return how many bytes the table has if the device packs it, 0 where that is not cheaper or not possible."""
        if not self._frugal.packed or not self._known.text:
            return 0
        size = packed_size(self._known.text) + sum(map(len, self._frugal.packed))
        return size if size < _on_line(self._known.text) else 0

    def _comparison(self) -> Comparison:
        where = self._standing()
        counted = self._counted if any(not answer.agrees and answer.differing for answer in self._answers) else ()
        name, size = self._following_level(where)
        return Comparison(
            wanted=self._wanted,
            confidence=where.confidence,
            differs=where.differs,
            differences=(*counted, *self._found),
            unseen=tuple(self._unseen()),
            notes=tuple(dict.fromkeys(self._notes)),
            answers=tuple(self._answers),
            spent=self._spent,
            table=self._table_size,
            next=name,
            next_size=size,
            next_seconds=round(self._budget.seconds(size), 1),
            lines_as_text=lines_in(self._known.opaque),
        )

    def _following_level(self, where: Standing) -> tuple[str, int]:
        """Give what leads to the next level, or to what differs, and its bytes; all critical prefixes are one level."""
        question = self._following(where)
        if question is None:
            return "", 0
        if question.asked is not Asked.PREFIX:
            return f"the {_name(question)}", question.size
        asked = sum(answer.question.asked is Asked.PREFIX for answer in self._answers)
        left = len(self._must_have) - asked
        return f"{left} critical prefix{'es' if left > 1 else ''}", left * question.size

    def _unseen(self) -> Iterator[str]:
        """Say which routes no answer speaks of."""
        asked = {answer.question.asked for answer in self._answers if _tells(answer)}
        if asked & {Asked.TABLE, Asked.DIGEST}:
            return
        if Asked.SUMMARY not in asked:
            yield "the number of routes"
        elif not self._frugal.summary:
            for vrf, family in sorted(self._places - self._seen()):
                yield f"{family} in vrf {vrf}"
            yield "VRFs and families that the baseline does not have"
        if len(self._must_have) < len(self._known.must_have):
            yield "critical prefixes that this platform cannot be asked for"
        yield "next hops, except of prefixes asked for by name"


def _tells(answer: ShortAnswer) -> bool:
    """Tell whether an answer says something: a digest that is another one says nothing."""
    return answer.agrees or answer.question.asked is not Asked.DIGEST


def _seat(route: Route) -> tuple[str, str]:
    """Give VRF and family of a route; both are empty where it is not an IP route."""
    network = route.prefix.partition("/")[0]
    family = "ipv6" if ":" in network else "ipv4" if "." in network else ""
    return (route.vrf, family) if family else ("", "")


def unexplained(
    differing: dict[SummaryPlace, tuple[int, int]], opaque: Iterable[OpaqueLine]
) -> dict[SummaryPlace, tuple[int, int]]:
    """Return the places that opaque lines do not explain: the device counts those lines as routes, too."""
    spare = Counter(_seat_of_text(line) for line in opaque for _ in range(line.lines))
    left = {}
    for place, (before, after) in differing.items():
        seat = (place.vrf, place.family)
        if 0 < after - before <= spare[seat]:
            spare[seat] -= after - before
        else:
            left[place] = (before, after)
    return left


def _seat_of_text(line: OpaqueLine) -> tuple[str, str]:
    """Return VRF and family of an opaque line, by the first prefix in it."""
    prefixes = line.prefixes
    return line.vrf, "ipv6" if prefixes and ":" in prefixes[0] else "ipv4"


def _name(question: ShortQuestion) -> str:
    if question.asked is Asked.PREFIX:
        return f"route to {question.prefix} in vrf {question.vrf}"
    return f"routes of {question.place}" if question.place else str(question.asked)


def _on_line(text: str) -> int:
    """Return how many bytes a console sends for *text*: its lines end in two."""
    return len(text) + text.count("\n")


def _is_settled(answer: ShortAnswer, agreed: set[SummaryPlace], is_told: bool) -> bool:
    """Tell whether an answer that disagreed is overruled: by the whole table, or by all the parts it is about."""
    return (
        not answer.agrees
        and _tells(answer)
        and (is_told or (bool(answer.differing) and set(answer.differing) <= agreed))
    )


def _change(prefix: str, before: list[Route], now: list[Route]) -> str:
    was, is_ = ("; ".join(map(str, routes)) or "not there" for routes in (before, now))
    return f"{prefix}: was {was}, is {is_}"
