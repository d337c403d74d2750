"""Documents with one value of a wrong type, and what an answer to them may not hold."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

WRONG: tuple[object, ...] = (None, -7, 1.5, True, "no such thing", ["x"], {"a": 1}, [[1], None])
# How Python, not a person, speaks of a value.
PYTHONIC = re.compile(
    r"Traceback|__\w+__|NoneType|not supported between|unexpected keyword|positional argument|has no attribute|Errno"
    r"|not subscriptable|not iterable|unhashable|indices must be|<class |object at 0x|takes \d+ |must be str\b"
    r"|can only concatenate|not callable|argument after \*|instance of|object cannot be|Input should|oob itself failed"
)


def mistyped(document: object) -> Iterator[tuple[str, object]]:
    """Give *document* with each of its values replaced by every wrong one, and one unknown key in every mapping."""
    for place in _places(document):
        for wrong in WRONG:
            yield f"{_named(place)} = {wrong!r}", _with(document, place, wrong)
        if isinstance(_at(document, place), dict):
            yield f"{_named(place)} has an unknown key", _with(document, (*place, "unheard_of"), 1)
            yield f"{_named(place)} has a key that is a number", _with(document, (*place, 7), 1)


def _places(document: object, at: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Give the place of every value in *document*, its own first; of a list the first entry stands for all."""
    yield at
    if isinstance(document, dict):
        for key, value in document.items():
            yield from _places(value, (*at, key))
    elif isinstance(document, list) and document:
        yield from _places(document[0], (*at, 0))


def _named(place: tuple[object, ...]) -> str:
    return ".".join(map(str, place)) or "the whole"


def _at(document: Any, place: tuple[object, ...]) -> Any:
    for key in place:
        document = document[key]
    return document


def _with(document: object, place: tuple[object, ...], value: object) -> Any:
    if not place:
        return value
    changed = copy.deepcopy(document)
    _at(changed, place[:-1])[place[-1]] = copy.deepcopy(value)
    return changed
