"""Every event is declared once: nothing else in the package spells the name of one."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

import oob.recovery.record.events as events
from oob import events as lower
from oob.events import LOWER, Act, EventName
from oob.recovery.record.events import DECLARED
from tests.house.imports import modules

DECLARING = ("oob.events", "oob.recovery.record.events")
CALLS = ("emit", "note", "progress", "write", "act")  # what takes the name of an event
ENDS = (".started", ".finished", ".failed", ".interrupted")


def _spelled(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield where *tree* spells an event's name; one without a dot is a name only where an event is handed on."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in DECLARED and "." in str(node.value):
            yield node.lineno, str(node.value)
        elif isinstance(node, ast.JoinedStr) and node.values and _end(node.values[-1]) in ENDS:
            yield node.lineno, f"...{_end(node.values[-1])}"
        elif isinstance(node, ast.Call) and _called(node) in CALLS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and first.value in DECLARED:
                yield node.lineno, str(first.value)
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "event":
            yield from ((node.lineno, str(one.value)) for one in ast.walk(node) if isinstance(one, ast.Constant))


def _end(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def test_no_event_is_spelled_outside_its_declaration() -> None:
    found = [
        f"{module}:{line}: {name}"
        for module, tree in modules().items()
        if module not in DECLARING and not module.startswith("oob.lab")
        for line, name in _spelled(tree)
    ]
    assert not found


def test_every_event_is_declared_once() -> None:
    declared = [
        event
        for module in (lower, events)
        for value in vars(module).values()
        for event in (value.events if isinstance(value, Act) else (value,))
        if isinstance(event, EventName)
    ]
    assert [name for name, count in Counter(map(str, declared)).items() if count > 1] == []
    assert {str(event) for event in LOWER} <= DECLARED.keys()


def test_every_declared_event_is_used() -> None:
    used = {node.attr for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.Name)}
    unused = [
        name
        for module in (lower, events)
        for name, value in vars(module).items()
        if isinstance(value, Act | EventName) and name not in used
    ]
    assert not unused
