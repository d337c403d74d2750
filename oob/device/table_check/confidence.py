"""Proof levels of a table for few bytes: the next question, and the level that the answers carry.

Pure planning: it asks nothing itself. The caller asks the device a `Question` and returns an `Answer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from oob.routing.route import Route
from oob.routing.summary import SummaryPlace, summarise

# Start, eight data bits, stop.
_BITS_PER_BYTE = 10


class Confidence(IntEnum):
    """The proof level that the answers carry; each level includes those below."""

    NOTHING = 0
    SUMMARY_EQUAL = 1
    CRITICAL_EQUAL = 2
    TABLE_EQUAL = 3

    def __str__(self) -> str:
        return ("nothing", "summary equal", "critical prefixes equal", "table equal")[self.value]


class Asked(StrEnum):
    """The subject of a question; a digest is one of the whole table as printed."""

    DIGEST = "digest"
    SUMMARY = "summary"
    PREFIX = "prefix"
    PART = "part"
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortQuestion:
    """A question to the device, with the expected bytes of its answer."""

    asked: Asked
    vrf: str = ""
    prefix: str = ""
    place: SummaryPlace | None = None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortAnswer:
    """The verdict on the device's answer, and the bytes that it took.

    *differing* are the places that a summary counts differently.
    """

    question: ShortQuestion
    agrees: bool
    size: int
    differing: tuple[SummaryPlace, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteLimit:
    """The bytes to spend on a line of this speed; without a limit, as many as needed."""

    baud: int = 9600
    size: int | None = None

    def seconds(self, size: int) -> float:
        """Return the seconds that *size* bytes take."""
        return size * _BITS_PER_BYTE / self.baud

    def allows(self, size: int) -> bool:
        """Tell whether *size* bytes in all are within it."""
        return self.size is None or size <= self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The bytes of a platform's answers; measured on the baseline's own text where there is one."""

    digest: int = 200
    summary: int = 800
    prefix: int = 400
    route: int = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The state of a verification: its level, the bytes spent, the next question and its cost.

    *differs* says that an answer disagreed, so the tables are not equal. *next* is `None` after the last question;
    *affordable* says whether the budget allows it.
    """

    confidence: Confidence
    differs: bool
    spent: int
    next: ShortQuestion | None
    affordable: bool
    seconds: float

    def __str__(self) -> str:
        said = "the tables differ" if self.differs else str(self.confidence)
        cost = f"; {self.next.asked} next, {self.seconds / 60:.1f} minutes at this speed" if self.next else ""
        return f"{said}, {self.spent} bytes spent{cost}"


def standing(
    baseline: Sequence[Route],
    must_have: Iterable[tuple[str, str]],
    answers: Sequence[ShortAnswer],
    budget: ByteLimit,
    sizes: Sizes | None = None,
    *,
    has_summary: bool = True,
    has_digest: bool = False,
) -> Standing:
    """Return the state of a verification of *baseline* after *answers*, with the next question.

    The order is: the digest, which tells nothing unless it agrees, the summary, the *must_have* prefixes (pairs of VRF
    and prefix) one by one, then the parts whose numbers differ, or the whole table where none differ or the parts cost
    more. Where the platform has no digest or summary, that question is skipped and adds nothing to the level.
    """
    sizes = sizes or Sizes()
    spent = sum(answer.size for answer in answers)
    if has_digest and not any(answer.question.asked is Asked.DIGEST for answer in answers):
        following: ShortQuestion | None = ShortQuestion(asked=Asked.DIGEST, size=sizes.digest)
    else:
        # Routes may be printed in another order, or among other lines, so another digest proves no difference.
        answers = tuple(answer for answer in answers if answer.agrees or answer.question.asked is not Asked.DIGEST)
        following = _following(baseline, tuple(must_have), answers, sizes, has_summary=has_summary)
    return Standing(
        confidence=_confidence(tuple(must_have), answers, has_summary=has_summary),
        differs=any(not answer.agrees for answer in answers),
        spent=spent,
        next=following,
        affordable=following is not None and budget.allows(spent + following.size),
        seconds=budget.seconds(following.size) if following else 0.0,
    )


def _confidence(
    must_have: tuple[tuple[str, str], ...], answers: Sequence[ShortAnswer], *, has_summary: bool
) -> Confidence:
    """Return the highest level that the answers carry; a disagreeing answer carries nothing at its level or above."""
    agreeing = {answer.question.asked for answer in answers if answer.agrees}
    disagreeing = {answer.question.asked for answer in answers if not answer.agrees}
    if disagreeing:
        is_summary_fine = Asked.SUMMARY in agreeing and disagreeing <= {Asked.PREFIX, Asked.PART, Asked.TABLE}
        return Confidence.SUMMARY_EQUAL if is_summary_fine else Confidence.NOTHING
    if agreeing & {Asked.TABLE, Asked.DIGEST}:
        return Confidence.TABLE_EQUAL
    if has_summary and Asked.SUMMARY not in agreeing:
        return Confidence.NOTHING
    if must_have and set(must_have) <= _prefixes(answers):
        return Confidence.CRITICAL_EQUAL
    return Confidence.SUMMARY_EQUAL if has_summary else Confidence.NOTHING


def _prefixes(answers: Sequence[ShortAnswer]) -> set[tuple[str, str]]:
    questions = (answer.question for answer in answers)
    return {(question.vrf, question.prefix) for question in questions if question.asked is Asked.PREFIX}


def _following(
    baseline: Sequence[Route],
    must_have: tuple[tuple[str, str], ...],
    answers: Sequence[ShortAnswer],
    sizes: Sizes,
    *,
    has_summary: bool,
) -> ShortQuestion | None:
    asked = {answer.question.asked for answer in answers}
    if asked & {Asked.TABLE, Asked.DIGEST}:
        return None
    if has_summary and Asked.SUMMARY not in asked:
        return ShortQuestion(asked=Asked.SUMMARY, size=sizes.summary * max(1, len({route.vrf for route in baseline})))
    done = _prefixes(answers)
    for vrf, prefix in must_have:
        if (vrf, prefix) not in done:
            return ShortQuestion(asked=Asked.PREFIX, vrf=vrf, prefix=prefix, size=sizes.prefix)
    whole = ShortQuestion(asked=Asked.TABLE, size=sizes.route * len(baseline))
    parts = _parts(baseline, answers, sizes)
    if parts and sum(part.size for part in parts) < whole.size:
        seen = {answer.question.place for answer in answers}
        return next((part for part in parts if part.place not in seen), None)
    return whole


def _parts(baseline: Sequence[Route], answers: Sequence[ShortAnswer], sizes: Sizes) -> list[ShortQuestion]:
    """Return a question for each place that a summary counts differently."""
    differing = [place for answer in answers if answer.question.asked is Asked.SUMMARY for place in answer.differing]
    counts = summarise(baseline).counts if differing else {}
    return [
        ShortQuestion(asked=Asked.PART, vrf=place.vrf, place=place, size=sizes.route * max(1, counts.get(place, 0)))
        for place in differing
    ]
