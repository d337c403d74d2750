"""The impact of a recovery, and the limits beyond which a person has to agree. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int | None, Field(ge=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Devices recovered within the last hour, prefixes whose routes change, and users affected; None is unknown."""

    devices: int
    prefixes: int | None
    users: int | None


class ImpactLimits(BaseModel):
    """The limits of what a recovery may touch without a person's word; None sets none, the unknown is beyond any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    devices: Count = None
    prefixes: Count = None
    users: Count = None

    def exceeded(self, impact: Impact) -> Iterator[str]:
        """Yield each limit that *impact* exceeds, as a sentence."""
        for name, text in (
            ("devices", "devices recovered within the last hour"),
            ("prefixes", "prefixes whose routes change"),
            ("users", "users affected"),
        ):
            limit, count = getattr(self, name), getattr(impact, name)
            if limit is not None and (count is None or count > limit):
                yield f"{'an unknown number of' if count is None else count} {text}, the policy's limit is {limit}"


class Breaker(BaseModel):
    """The circuit breaker: an error rate may grow to *growth* times its baseline; below *least* percent it is quiet."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    growth: Annotated[float, Field(gt=1)] = 5
    least: Annotated[float, Field(ge=0)] = 1

    def tripped(self, baseline: float | None, now: float | None) -> str:
        """Return why no further attempt may begin without a person's word, "" where it may."""
        if now is None or baseline is None:
            return "the error rate cannot be read, and the policy's circuit breaker needs it"
        if now <= self.least or now < self.growth * baseline:
            return ""
        return f"the error rate is {now:g} %, {self.growth:g} times its baseline of {baseline:g} % or more"
