"""The figures of one run that figures over time are made of, small enough to be kept in the home's index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from oob.recovery.record.ending import RECOVER, Ending

if TYPE_CHECKING:
    from oob.report.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """One run: its attempts, as pairs of strategy and verdict, and its end.

    It was *turned_away* where it ended before it had begun; *is_complete* tells whether its record is whole: an end, a
    snapshot of the broken state, and a proof.
    """

    run: str
    device: str
    platform: str
    tier: str
    began: str
    change: str
    ending: str
    exit_code: int | None
    to_proof: float | None
    is_recovered: bool
    is_turned_away: bool
    is_complete: bool
    tried: tuple[tuple[str, str], ...]

    @property
    def is_restored(self) -> bool:
        """Tell whether the run left the target's configuration on the device."""
        return self.ending in (Ending.RECOVERED, Ending.WAITING)

    @classmethod
    def of(cls, story: Story) -> RunFigures:
        """Return the figures of the run that *story* tells of."""
        has_ended = story.card.exit_code is not None
        return cls(
            run=story.run,
            device=story.device,
            platform=story.platform,
            tier=story.tier,
            began=story.began,
            change=story.change,
            ending=story.card.ending,
            exit_code=story.card.exit_code,
            to_proof=story.card.to_proof,
            is_recovered=story.is_recovered,
            is_turned_away=has_ended and not story.is_recovered and not story.broken,
            is_complete=has_ended and bool(story.broken) and bool(story.proof) and not story.gap,
            tried=tuple(
                (one.strategy, one.verdict)
                for one in story.tried
                if one.phase == RECOVER and one.verdict in ("proven", "failed")
            ),
        )

    @classmethod
    def parse(cls, kept: Mapping[str, Any]) -> RunFigures:
        """Return what `as_json` has made of it."""
        return cls(**{**kept, "tried": tuple(map(tuple, kept["tried"]))})

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return asdict(self)
