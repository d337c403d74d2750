"""Recipes: values are filled in as text, and none of them reaches a shell as anything but words."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.errors import UsageError
from oob.recovery.ladder.recipe import load

RECIPE = """\
about: look
values:
  file: the file
steps:
  - about: look at {{file}}
    run: cat {{file}}; docker inspect -f '{{.Id}}'
    expect: '^{{file}}$'
"""


def recipe(folder: Path, text: str = RECIPE) -> Path:
    path = folder / "recipe.yaml"
    path.write_text(text)
    return path


def test_a_value_stands_in_commands_as_it_is_and_in_patterns_as_the_text_it_matches(tmp_path: Path) -> None:
    (step,) = load(recipe(tmp_path), {"file": "/srv/a+b"})
    assert step.run == "cat /srv/a+b; docker inspect -f '{{.Id}}'"
    assert step.expect == r"^/srv/a\+b$"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a; rm -rf b",
        "$(id)",
        "`id`",
        "a'b",
        'a"b',
        "a|b",
        "a&b",
        "a>b",
        "a\nb",
        "-rf",
        "~",
        "*",
        "a\\b",
        "{{file}}",
    ],
)
def test_a_value_that_a_shell_would_act_on_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(UsageError, match="the value of file may hold"):
        load(recipe(tmp_path), {"file": value})


@pytest.mark.parametrize(
    ("text", "values", "why"),
    [
        (RECIPE, {}, r"missing: file \(the file\)"),
        (RECIPE, {"file": "a", "fiel": "b"}, "there is no value 'fiel'; did you mean file"),
        (RECIPE.replace("cat {{file}}", "cat {{other}}"), {"file": "a"}, "step 1, run: {{other}} is not among"),
        ("", {}, "not a list of steps"),
        ("[1]", {}, "not a list of steps"),
        ("steps: []", {}, "there is no step"),
        ("steps: 1", {}, "steps: "),
        ("steps: [1]", {}, "steps.0: "),
        ("steps: []\nmore: 1", {}, "more: "),
        ("values: [a]\nsteps: []", {}, "values: "),
        ("steps: [", {}, "cannot be read"),
    ],
)
def test_a_recipe_that_cannot_be_carried_out_is_refused_with_file_and_reason(
    tmp_path: Path, text: str, values: dict[str, str], why: str
) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        load(recipe(tmp_path, text), values)
    assert "recipe.yaml" in str(refused.value)
