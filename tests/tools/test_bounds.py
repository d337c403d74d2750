"""What the project needs is named with the oldest release that is known to do, and none above the locked one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
NEEDED = [*PROJECT["dependencies"], *(each for extra in PROJECT["optional-dependencies"].values() for each in extra)]


@pytest.mark.parametrize("text", NEEDED)
def test_a_dependency_has_a_lower_bound_that_the_lock_keeps(text: str) -> None:
    requirement = Requirement(text)
    if requirement.name == PROJECT["name"]:
        return  # an extra that is made of others
    assert [each.operator for each in requirement.specifier] == [">="]
    name = re.escape(requirement.name)
    locked = re.search(rf"^{name}==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE | re.IGNORECASE)
    assert locked is not None
    assert Version(locked[1]) in requirement.specifier


def test_a_drill_is_installed_from_the_same_releases_and_hashes_as_all_else() -> None:
    whole, run = (pinned((ROOT / name).read_text()) for name in ("requirements.lock", "requirements.run.lock"))
    assert {name: pin for name, pin in whole.items() if name in run} == run
    assert {Requirement(text).name.lower() for text in PROJECT["dependencies"]} <= {name.lower() for name in run}


def pinned(lock: str) -> dict[str, str]:
    """Return what a lock file says of each package, without who needs it."""
    blocks = re.split(
        r"^(?=\S)", "".join(line for line in lock.splitlines(keepends=True) if "#" not in line), flags=re.M
    )
    return {block.partition("==")[0]: block for block in blocks if "==" in block}
