"""Recipes: files of steps on a server, with values to be filled in for the server at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from oob.errors import UsageError
from oob.fault import first_fault, nearest
from oob.recovery.ladder.steps import ServerStep, understood
from oob.yaml_file import read

PLACEHOLDER = re.compile(r"\{\{([a-z][a-z_]*)\}\}")  # `{{.Status}}` of other programs is none
PLAIN = re.compile(r"[\w./][\w ./:@=+,%-]*")  # nothing that a shell reads as more than words
PATTERNS = ("expect", "refuse", "shown", "undone")


class Recipe(BaseModel):
    """The content of a recipe: *values* names and explains each value that is filled in where a step has `{{name}}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    steps: list[dict[str, Any]]


def load(path: Path, values: Mapping[str, str]) -> tuple[ServerStep, ...]:
    """Return the steps of the recipe in *path* with *values* filled in; raises UsageError with file and reason.

    A value stands in a command as it is and in a pattern as the text that it matches. It holds no character that a
    shell would act on.
    """
    recipe = _read(path)
    _check(recipe, values, str(path))
    return understood(
        [_filled(step, values, f"{path}: step {at}") for at, step in enumerate(recipe.steps, 1)], str(path)
    )


def _read(path: Path) -> Recipe:
    content = read(path)
    if not isinstance(content, dict):
        raise UsageError(f"{path}: not a list of steps: a recipe holds `steps:`, and may hold `about:` and `values:`")
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise UsageError(f"{path}: {first_fault(error, Recipe.model_fields)}") from None


def _check(recipe: Recipe, values: Mapping[str, str], where: str) -> None:
    if unknown := sorted(set(values) - set(recipe.values)):
        raise UsageError(f"{where}: there is no value {unknown[0]!r}{nearest(unknown[0], recipe.values)}")
    if missing := [f"{name} ({what})" for name, what in recipe.values.items() if name not in values]:
        raise UsageError(f"{where}: give each value with --set NAME=VALUE; missing: {', '.join(missing)}")
    for name, value in values.items():
        if not PLAIN.fullmatch(value):
            raise UsageError(
                f"{where}: the value of {name} may hold letters, digits, spaces and ./:@=+,%-_ only, and begins with "
                f"none of the signs but . and /: {value[:60]!r}"
            )


def _filled(step: Mapping[str, Any], values: Mapping[str, str], where: str) -> dict[str, Any]:
    def fill(key: str, given: Any) -> Any:
        if isinstance(given, list):
            return [fill(key, one) for one in given]
        if not isinstance(given, str):
            return given

        def value(match: re.Match[str]) -> str:
            if match[1] not in values:
                raise UsageError(f"{where}, {key}: {match[0]} is not among the recipe's values")
            return re.escape(values[match[1]]) if key in PATTERNS else values[match[1]]

        return PLACEHOLDER.sub(value, given)

    return {key: fill(key, given) for key, given in step.items()}
