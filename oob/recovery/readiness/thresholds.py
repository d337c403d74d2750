"""The thresholds of readiness, from the home's `ready.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from oob.yaml_file import load

NAME = "ready.yaml"
Days = Annotated[float, Field(gt=0)]


class ReadyThresholds(BaseModel):
    """Ages in days, None where an age does not matter.

    A path counts as long as *path_days* after it last led to the logged-in, identified device; *paths* of them are
    wanted. A baseline older than *baseline_days* is a risk, and none at all past *baseline_limit_days*. A path with a
    byte budget is not checked again within *metered_days*. A page for the rack (`oob card`) older than *card_days* is a
    risk. *accepted* are kinds of risks that do not count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path_days: Days = 7
    paths: Annotated[int, Field(gt=0)] = 2
    metered_days: Days = 3
    baseline_days: Days = 30
    baseline_limit_days: Days | None = 365
    drill_days: Days | None = 100
    card_days: Days | None = None
    secret_days: Annotated[int, Field(ge=0)] = 14
    accepted: tuple[str, ...] = ()

    @classmethod
    def load(cls, home: Path) -> ReadyThresholds:
        """Return the thresholds of *home*; without a file, the usual ones."""
        return load(home / NAME, cls, cls())
