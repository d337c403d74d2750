"""How two configurations differ: as a unified diff, and as the lines that did not take with the sections they stand in.

What is volatile about a platform's configuration (times, sizes) is data of its profile and given by the caller.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Path = tuple[str, ...]  # a line under the lines that it stands below, outermost first

# Lines that only close or separate sections, on whatever platform: they say nothing by themselves.
CLOSERS = frozenset({"", "!", "}", "#", "exit", "end", "quit", "return"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDifference:
    """A line of the target that is `missing`, one too many (`extra`), or one that stands in another order (`moved`)."""

    kind: Literal["missing", "extra", "moved"]
    parents: tuple[str, ...] = ()
    line: str

    def __str__(self) -> str:
        return f"{self.kind}: {' / '.join((*self.parents, self.line))}"


def normalised(text: str, volatile: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the lines of a configuration, less trailing blanks and those that a *volatile* pattern matches."""
    patterns = [re.compile(pattern) for pattern in volatile]
    lines = (line.rstrip() for line in text.splitlines())
    return tuple(line for line in lines if not any(pattern.search(line) for pattern in patterns))


def unified(
    before: str, after: str, volatile: Iterable[str] = (), *, names: tuple[str, str] = ("before", "after")
) -> str:
    """Return the unified diff of two configurations, empty where they do not differ."""
    patterns = tuple(volatile)
    lines = difflib.unified_diff(normalised(before, patterns), normalised(after, patterns), *names, lineterm="")
    return "".join(f"{line}\n" for line in lines)


def unapplied(
    target: str, actual: str, volatile: Iterable[str] = (), ordered: Iterable[str] | None = None
) -> tuple[LineDifference, ...]:
    """Return each line of *target* that *actual* does not have, and each line too many, with its parents.

    Sections are told by indentation, so it serves IOS-like, brace and set forms. Order is compared inside sections
    only (at the outermost level devices print in the order in which things were created), and where *ordered* is
    given only in those that one of its patterns matches: order means something in an access list, not in most others.
    """
    patterns = tuple(volatile)
    wanted, found = tuple(_paths(normalised(target, patterns))), tuple(_paths(normalised(actual, patterns)))
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    return (
        *(LineDifference(kind="missing", parents=path[:-1], line=path[-1]) for path in _in_order(wanted, missing)),
        *(LineDifference(kind="extra", parents=path[:-1], line=path[-1]) for path in _in_order(found, extra)),
        *_moved(wanted, found, ordered),
    )


def _paths(lines: Iterable[str]) -> Iterator[Path]:
    open_sections: list[tuple[int, str]] = []
    for line in lines:
        text = line.strip()
        if text in CLOSERS:
            continue
        depth = len(line.expandtabs()) - len(line.expandtabs().lstrip())
        while open_sections and open_sections[-1][0] >= depth:
            open_sections.pop()
        open_sections.append((depth, text))
        yield tuple(section for _, section in open_sections)


def _in_order(paths: Iterable[Path], counts: Counter[Path]) -> Iterator[Path]:
    left = Counter(counts)
    for path in paths:
        if left[path] > 0:
            left[path] -= 1
            yield path


def _moved(wanted: Iterable[Path], found: Iterable[Path], ordered: Iterable[str] | None) -> Iterator[LineDifference]:
    now = _sections(found)
    patterns = None if ordered is None else [re.compile(pattern) for pattern in ordered]
    for parents, lines in _sections(wanted).items():
        if patterns is not None and not any(pattern.search(parent) for pattern in patterns for parent in parents):
            continue
        there = now.get(parents, [])
        if not parents or lines == there or sorted(lines) != sorted(there):
            continue
        stays = {block.a + step for block in _matching(lines, there) for step in range(block.size)}
        for at, line in enumerate(lines):
            if at not in stays:
                yield LineDifference(kind="moved", parents=parents, line=line)


def _matching(lines: list[str], there: list[str]) -> list[difflib.Match]:
    return difflib.SequenceMatcher(None, lines, there, autojunk=False).get_matching_blocks()


def _sections(paths: Iterable[Path]) -> dict[Path, list[str]]:
    sections: dict[Path, list[str]] = {}
    for path in paths:
        sections.setdefault(path[:-1], []).append(path[-1])
    return sections
