"""The table of the rollback guides names tests that exist, and every policy setting is on its page."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from oob.recovery.authority.authority import Policy

ROOT = Path(__file__).parents[2]


def test_every_line_of_the_rollback_guides_names_a_test_that_exists() -> None:
    text = (ROOT / "docs" / "guides.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| the guides")]
    named = [re.search(r"`([\w/]+\.py)::(test_\w+)` \|$", row) for row in rows]
    assert len(rows) > 50
    assert [row for row, found in zip(rows, named, strict=True) if found is None] == []
    missing = [f"{found[1]}::{found[2]}" for found in named if found and found[2] not in _tests(found[1])]
    assert missing == []


def test_every_setting_of_the_policy_is_documented() -> None:
    text = (ROOT / "docs" / "plan.md").read_text()
    assert [name for name in Policy.model_fields if not re.search(rf"\b{name}:", text)] == []


def _tests(file: str) -> set[str]:
    path = ROOT / "tests" / file
    if not path.is_file():
        return set()
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
