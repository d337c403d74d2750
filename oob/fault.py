"""Describe the first fault of a file that a person has written, in words rather than in those of a type checker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError

_MAPPING = "should be a mapping, one `key: value` a line"
_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"), _MAPPING),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), "should be a list"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "should be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "should be a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "should be true or false"),
    **dict.fromkeys(("invalid_key",), "the keys should be text"),
    "string_type": "should be text",
    "missing": "is missing",
}
UNKNOWN_KEY = frozenset({"extra_forbidden", "unexpected_keyword_argument"})


def first_fault(error: ValidationError, known: Iterable[str] = ()) -> str:
    """Return `key: reason` of the first fault; *known* are the possible keys."""
    first: Mapping[str, Any] = error.errors(include_url=False)[0]
    key = ".".join(map(str, first["loc"]))
    return f"{key}: {reason(first, known)}" if key else reason(first, known)


def reason(fault: Mapping[str, Any], known: Iterable[str] = ()) -> str:
    """Return one of pydantic's faults in words."""
    if fault["type"] in UNKNOWN_KEY:
        return f"there is no such key{nearest(str(fault['loc'][-1]), known)}"
    text = str(fault["msg"]).removeprefix("Value error, ")
    return _WORDS.get(str(fault["type"]), text.replace("Input should", "should"))


def unreadable(error: Exception) -> str:
    """Return in one line why a file could not be read: what the system says, or where its YAML or JSON goes wrong."""
    if isinstance(error, OSError):
        return error.strerror or str(error) or type(error).__name__
    return " ".join(str(error).split())[:300]


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean NAME?` with the nearest of *known*, else all of them, empty without one.

    A name's whole part counts before its letters: `ios` is nearest to `cisco_ios`, `cisco` to all that begin with it.
    """
    names = sorted(map(str, known))
    near = [each for each in names if name and name.lower() in each.lower().replace("-", "_").split("_")]
    near = near or get_close_matches(name.lower(), names, 3)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; there are {', '.join(names)}" if names else ""
