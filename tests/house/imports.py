"""Every import of the package, also those inside functions and under TYPE_CHECKING, as edges between modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import oob

PACKAGE = Path(oob.__file__).parent


def module_name(path: Path) -> str:
    """Return the dotted name of the module in *path*."""
    parts = ("oob", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the package, parsed, by its dotted name."""
    return {module_name(path): ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def edges() -> frozenset[tuple[str, str]]:
    """Return who imports whom; importing a name from a package counts as importing the module of that name."""
    return frozenset((name, to) for name, tree in modules().items() for to in _imported(tree) if to != name)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules() and alias.name != "oob")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "oob":
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in modules() else str(node.module)


def circles() -> list[list[str]]:
    """Return the groups of modules that reach each other by imports (Tarjan's strongly connected components)."""
    to = {name: sorted(b for a, b in edges() if a == name) for name in modules()}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in to[name]:
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            at = stack.index(name)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for name in modules():
        if name not in index:
            visit(name)
    return found
