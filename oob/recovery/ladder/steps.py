"""Steps on a server, written by its operator: the command, its expected output, its check and its undo.

Only the patterns decide whether a step succeeded. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from oob.console.typeable import CONTROL, key_name
from oob.errors import UsageError
from oob.fault import first_fault
from oob.profile.model import Pattern


def _one_line(text: str) -> str:
    if not text.strip() or "\n" in text:
        raise ValueError("a command is one line")
    if match := CONTROL.search(text):
        raise ValueError(f"a command holds no key such as {key_name(match[0])}")
    return text


Command = Annotated[str, AfterValidator(_one_line)]


class ServerStep(BaseModel):
    """One command. It succeeds where its output matches *expect* and nothing in *refuse*.

    *timeout* is how long it may take, in seconds; *seconds* how long it usually takes. A step that only
    *reads* changes nothing. A step is done where the output of *shows* matches *shown*: then it is not repeated. *undo*
    reverts it, whole or half done, and succeeds where its output matches *undone*; it is not needed where *shows*
    answers as it did before the step.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: Command
    run: Command
    expect: Pattern
    refuse: tuple[Pattern, ...] = ()
    timeout: float = Field(60, gt=0)
    seconds: float = Field(2, ge=0)
    reads: bool = False
    shows: Command | None = None
    shown: Pattern | None = None
    undo: Command | None = None
    undone: Pattern | None = None

    @model_validator(mode="after")
    def _goes_together(self) -> ServerStep:
        if (self.shows is None) != (self.shown is None):
            raise ValueError("shows and shown go together: a command, and the pattern of its output")
        if self.undone is not None and self.undo is None:
            raise ValueError("undone is the pattern of the output of undo, which is missing")
        if self.reads and (self.undo or self.shows):
            raise ValueError("a step that only reads has nothing to show and nothing to undo")
        return self


def understood(steps: Iterable[Mapping[str, Any]], where: str) -> tuple[ServerStep, ...]:
    """Return *steps* checked; raises UsageError that begins with *where* they stand."""
    found = []
    for number, step in enumerate(steps, 1):
        try:
            found.append(ServerStep.model_validate(step))
        except ValidationError as error:
            raise UsageError(f"{where}: step {number}: {first_fault(error, ServerStep.model_fields)}") from None
    if not found:
        raise UsageError(f"{where}: there is no step")
    return tuple(found)


def plain(steps: Iterable[ServerStep]) -> tuple[dict[str, Any], ...]:
    """Return *steps* as they are written down: without defaults."""
    return tuple(step.model_dump(mode="json", exclude_defaults=True) for step in steps)
