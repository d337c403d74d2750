"""A broad `except` clears up and raises again, or has its reason beside it."""

from __future__ import annotations

import ast
from pathlib import Path

import oob

PACKAGE = Path(oob.__file__).parent
BROAD = {"Exception", "BaseException"}


def _is_broad(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or any(isinstance(n, ast.Name) and n.id in BROAD for n in ast.walk(handler.type))


def test_a_broad_except_raises_again_or_has_its_reason_beside_it() -> None:
    bare = []
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_text("utf-8")
        lines = source.splitlines()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not isinstance(node.body[-1], ast.Raise):
                bare += [f"{path.relative_to(PACKAGE)}:{node.lineno}"] if "  # " not in lines[node.lineno - 1] else []
    assert bare == []
