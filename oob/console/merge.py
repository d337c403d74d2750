"""Makes one text of several readings that log messages have torn at different places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from oob.console.output import Output, squashed

PAUSES = 2  # readings, besides the last one, after which a place that is always torn is one where the device pauses
DIGIT = re.compile(rb"\d")


def merged(outputs: Sequence[Output]) -> str | None:
    """Return the text of the last of *outputs* with each doubtful line end decided; None where one is still open.

    A place is decided by the readings that no message tore there. One that is torn in all of several readings is where
    the device pauses, which it does between lines. Readings are of the same text where they differ in line ends and
    digits alone, as ages and counters go on.
    """
    last = outputs[-1]
    text = last.text.encode("utf-8", "surrogateescape")
    shape = _shape(text)
    ends = _ends(text)
    others = [
        (one, _ends(own)) for one in outputs[:-1] if _shape(own := one.text.encode("utf-8", "surrogateescape")) == shape
    ]
    for place in last.places | last.blanks:
        said = {theirs[place] for one, theirs in others if place not in one.places | one.blanks}
        if len(said) == 1:
            ends[place] = said.pop()
        elif not said and len(others) >= PAUSES:
            ends[place] = max(1, ends[place])
        elif place in last.places:
            return None
    flat = squashed(text)
    parts, start = [], 0
    for place in sorted(ends):
        parts += [flat[start:place], b"\n" * ends[place]]
        start = place
    return b"".join([*parts, flat[start:]]).decode("utf-8", "surrogateescape")


def _shape(text: bytes) -> bytes:
    return DIGIT.sub(b"0", squashed(text))


def _ends(text: bytes) -> Counter[int]:
    """Return how many line ends stand at each place of the squashed text."""
    found: Counter[int] = Counter()
    place = 0
    for line in text.split(b"\n")[:-1]:
        place += len(line.replace(b"\r", b""))
        found[place] += 1
    return found
