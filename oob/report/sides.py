"""The difference of two configurations side by side: as it was found, as it should be, section by section. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One row: the line *found* on the device, and the line *wanted* there; one of them is empty, or they differ."""

    found: str
    wanted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The rows below the same lines of the configuration."""

    title: str
    rows: tuple[Side, ...]


def sections(lines: Iterable[Mapping[str, Any]]) -> tuple[Section, ...]:
    """Return the differing *lines* of a proof in their sections, missing ones to the right, extra ones to the left."""
    placed = [(" / ".join(line.get("parents", ())), line) for line in lines]
    order = {title: number for number, title in enumerate(dict.fromkeys(title for title, _ in placed))}
    placed.sort(key=lambda pair: order[pair[0]])
    return tuple(
        Section(title=title or "top level", rows=_rows([line for _, line in same]))
        for title, same in groupby(placed, key=lambda pair: pair[0])
    )


def _rows(lines: list[Mapping[str, Any]]) -> tuple[Side, ...]:
    extra = [str(line["line"]) for line in lines if line["kind"] == "extra"]
    missing = [str(line["line"]) for line in lines if line["kind"] == "missing"]
    moved = [str(line["line"]) for line in lines if line["kind"] not in ("extra", "missing")]
    length = max(len(extra), len(missing))
    rows = [
        Side(found=found, wanted=wanted)
        for found, wanted in zip(_padded(extra, length), _padded(missing, length), strict=True)
    ]
    return (*rows, *(Side(found=f"~ {line}", wanted=f"~ {line} (in another order)") for line in moved))


def _padded(lines: list[str], length: int) -> list[str]:
    return lines + [""] * (length - len(lines))
