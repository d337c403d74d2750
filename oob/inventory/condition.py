"""The condition of `--where`, such as `platform=cisco_ios and (tier=critical or site=ber*)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from oob.errors import UsageError
from oob.inventory.device import InventoryDevice

Test = Callable[[InventoryDevice], bool]

_FIELDS: Final[dict[str, Callable[[InventoryDevice], Iterable[str]]]] = {
    "name": lambda device: (device.name,),
    "platform": lambda device: (device.platform,),
    "hostname": lambda device: (device.hostname,),
    "site": lambda device: (device.site,),
    "tier": lambda device: (device.tier,),
    "group": lambda device: device.groups,
    "tag": lambda device: device.tags,
    "after": lambda device: device.after,
    "via": lambda device: {path.via for path in device.paths if path.via} or (device.via,),
    "carrier": lambda device: [path.carrier for path in device.paths],
}
_WORD: Final = re.compile(
    r"""\s*(?:(?P<sign>!=|=|\(|\))|"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<word>[^\s=!()'"]+))"""
)
_SIGNS: Final = ("=", "!=")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a condition; what stood in quotes or is a sign is never `and`, `or` or `not`."""

    text: str
    place: int
    kind: str


def condition(text: str) -> Test:
    """Return the test in *text*; raises UsageError with the column of the fault.

    `=` and `!=` compare a field with a value in which `*` and `?` stand for any text and any character; a field that
    has several values equals one when any of them does.
    """
    return _ConditionReader(text).whole()


class _ConditionReader:
    """Reads a condition by descent: or, and, not, brackets, comparison."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = self._split(text)
        self._next = 0

    def whole(self) -> Test:
        test = self._either()
        if self._next < len(self._words):
            raise self._error("here `and` or `or` should stand")
        return test

    def _split(self, text: str) -> list[_Word]:
        words, end = [], 0
        while text[end:].strip():
            found = _WORD.match(text, end)
            if not found or not found.lastgroup:
                raise UsageError(f"--where {text!r}, column {end + 1}: cannot be understood")
            kind = found.lastgroup
            words.append(_Word(found[kind], found.start(kind) + 1, kind))
            end = found.end()
        return words

    def _either(self) -> Test:
        tests = [self._both()]
        while self._takes("or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda device: any(test(device) for test in tests)

    def _both(self) -> Test:
        tests = [self._single()]
        while self._takes("and"):
            tests.append(self._single())
        return tests[0] if len(tests) == 1 else lambda device: all(test(device) for test in tests)

    def _single(self) -> Test:
        if self._takes("not"):
            test = self._single()
            return lambda device: not test(device)
        if self._takes("("):
            test = self._either()
            if not self._takes(")"):
                raise self._error("a bracket is not closed")
            return test
        return self._comparison()

    def _comparison(self) -> Test:
        field = self._word("the name of a field")
        if field not in _FIELDS:
            near = get_close_matches(field, _FIELDS, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(_FIELDS)}"
            self._next -= 1
            raise self._error(f"there is no field {field!r}; {hint}")
        sign = next((sign for sign in _SIGNS if self._takes(sign)), "")
        if not sign:
            raise self._error(f"after {field!r} = or != should stand")
        pattern = self._word(f"what {field!r} is compared with")
        values = _FIELDS[field]
        if sign == "=":
            return lambda device: any(fnmatchcase(value, pattern) for value in values(device))
        return lambda device: not any(fnmatchcase(value, pattern) for value in values(device))

    def _word(self, what: str) -> str:
        if self._next == len(self._words) or self._words[self._next].kind == "sign":
            raise self._error(f"{what} is missing")
        self._next += 1
        return self._words[self._next - 1].text

    def _takes(self, text: str) -> bool:
        word = self._words[self._next] if self._next < len(self._words) else None
        if word is None or word.kind not in ("sign", "word") or word.text.lower() != text:
            return False
        self._next += 1
        return True

    def _error(self, reason: str) -> UsageError:
        place = self._words[self._next].place if self._next < len(self._words) else len(self._text) + 1
        return UsageError(f"--where {self._text!r}, column {place}: {reason}")
