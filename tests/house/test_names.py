"""A reader searches for a name and finds one thing."""

from __future__ import annotations

import ast

from tests.house.imports import modules


def test_two_classes_never_share_a_name() -> None:
    found: dict[str, list[str]] = {}
    for module, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(module)
    assert {name: rooms for name, rooms in found.items() if len(rooms) > 1} == {}
