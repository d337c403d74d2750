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
