"""Reads what oob itself has kept as JSON: damaged, or of another version, it is as if it had not been kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}  # the reader of each kind: slow to make, and used for every line


def kept(kind: type[T], data: str | bytes) -> T | None:
    """Return the *kind*, a dataclass, whose JSON is *data*; None where a value is missing or of another type."""
    from pydantic import TypeAdapter  # slow to load, and most commands read nothing of the kind

    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    try:
        found: T = _ADAPTERS[kind].validate_json(data, strict=True)
    except ValueError:
        return None
    return found
