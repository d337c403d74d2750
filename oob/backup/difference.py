"""Differences between two configurations: a unified diff, and the lines that did not take with their sections.

The volatile lines of a platform's configuration (times, sizes) are data of its profile, given by the caller.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Path = tuple[str, ...]  # a line under the lines that it stands below, outermost first

# Lines that only close or separate sections, on whatever platform: they say nothing by themselves.
CLOSERS = frozenset({"", "!", "}", "#", "exit", "end", "next", "quit", "return"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDifference:
    """A line of the target that is `missing`, one too many (`extra`), or a line in another order (`moved`)."""

    kind: Literal["missing", "extra", "moved"]
    parents: tuple[str, ...] = ()
    line: str

    def __str__(self) -> str:
        return f"{self.kind}: {' / '.join((*self.parents, self.line))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Where the order of lines means something, as patterns.

    A section counts where one of *sections* matches the lines that it stands below, one a line; None stands for all.
    Lines side by side that one of *lists* matches are a list where its named groups (without any, all of the match) are
    the same in them; its group `item`, or else the whole line, is what has a place in the list.
    """

    sections: Sequence[str] | None = None
    lists: Sequence[str] = ()


ALL_SECTIONS = Order()


def normalised(text: str, volatile: Iterable[str] = (), bodies: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the lines of a configuration, less trailing blanks and those that a *volatile* pattern matches.

    Of *bodies*, which go from a line that matches a pattern to a line that matches its partner, only the first line is
    left.
    """
    patterns = [re.compile(pattern) for pattern in volatile]
    lines = _without_bodies((line.rstrip() for line in text.splitlines()), bodies or {})
    return tuple(line for line in lines if not any(pattern.search(line) for pattern in patterns))


def _without_bodies(lines: Iterable[str], bodies: Mapping[str, str]) -> Iterator[str]:
    ends = {re.compile(start): re.compile(end) for start, end in bodies.items()}
    until: re.Pattern[str] | None = None
    for line in lines:
        if until is not None:
            until = None if until.search(line) else until
            continue
        yield line
        until = next((end for start, end in ends.items() if start.search(line) and not end.search(line)), None)


def unified(
    before: str,
    after: str,
    volatile: Iterable[str] = (),
    *,
    bodies: Mapping[str, str] | None = None,
    names: tuple[str, str] = ("before", "after"),
) -> str:
    """Return the unified diff of two configurations, empty where they do not differ."""
    patterns = tuple(volatile)
    old, new = (normalised(text, patterns, bodies) for text in (before, after))
    return "".join(f"{line}\n" for line in difflib.unified_diff(old, new, *names, lineterm=""))


def unapplied(
    target: str,
    actual: str,
    volatile: Iterable[str] = (),
    order: Order = ALL_SECTIONS,
    *,
    bodies: Mapping[str, str] | None = None,
) -> tuple[LineDifference, ...]:
    """Return each line of *target* that *actual* does not have, and each line too many, with its parents.

    Sections are told by indentation, so it serves IOS-like, brace and set forms. At the outermost level, where devices
    print in the order in which things were created, only the lists of *order* have one.
    """
    patterns = tuple(volatile)
    wanted, found = (tuple(_paths(normalised(text, patterns, bodies))) for text in (target, actual))
    missing, extra = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    return (
        *(LineDifference(kind="missing", parents=path[:-1], line=path[-1]) for path in _in_order(wanted, missing)),
        *(LineDifference(kind="extra", parents=path[:-1], line=path[-1]) for path in _in_order(found, extra)),
        *_moved(wanted, found, order),
    )


def _paths(lines: Iterable[str]) -> Iterator[Path]:
    open_sections: list[tuple[int, str]] = []
    for line in lines:
        text = line.strip()
        if text in CLOSERS:
            continue
        # A menu of RouterOS stands above the lines that follow it.
        depth = -1 if text.startswith("/") else len(line.expandtabs()) - len(line.expandtabs().lstrip())
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


def _moved(wanted: Iterable[Path], found: Iterable[Path], order: Order) -> Iterator[LineDifference]:
    now = _lists(found, order)
    for key, items in _lists(wanted, order).items():
        there = now.get(key, {})
        positions = {item: place for place, item in enumerate(there)}
        common = [item for item in items if item in positions]
        stays = _longest_rising([positions[item] for item in common])
        for place, item in enumerate(common):
            if place not in stays:
                yield LineDifference(kind="moved", parents=key[0], line=items[item])


def _lists(paths: Iterable[Path], order: Order) -> dict[tuple[Path, str], dict[tuple[str, int], str]]:
    """Return the ordered lines: by section and name, the items of each list in their order with their lines.

    An item is numbered, since the same line may stand in a section more than once.
    """
    sections = None if order.sections is None else [re.compile(pattern, re.MULTILINE) for pattern in order.sections]
    patterns = [re.compile(pattern) for pattern in order.lists]
    lists: dict[tuple[Path, str], dict[tuple[str, int], str]] = defaultdict(dict)
    counts: Counter[tuple[Path, str, str]] = Counter()
    is_ordered: dict[Path, bool] = {}
    for path in paths:
        parents, line = path[:-1], path[-1]
        if parents not in is_ordered:
            above = "\n".join(parents)
            is_ordered[parents] = bool(parents) and (
                sections is None or any(pattern.search(above) for pattern in sections)
            )
        if is_ordered[parents]:
            number = counts[(parents, "", line)]
            counts[(parents, "", line)] += 1
            lists[(parents, "")][(line, number)] = line
            continue
        text = f"{parents[-1]} {line}" if parents and parents[-1].startswith("/") else line
        for match in filter(None, (pattern.search(text) for pattern in patterns)):
            names = match.groupdict("")
            item = names.pop("item", "") or line
            lists[(parents, "\n".join(names.values()) or match[0])].setdefault((item, 0), line)
    return lists


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the places of the longest rising subsequence of *numbers*: what need not be moved."""
    tails: list[int] = []  # the least last number of a rising subsequence of each length
    ends: list[int] = []  # its place
    before: list[int] = []  # the place before each number in its subsequence, -1 where it is the first
    for place, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        ends[length : length + 1] = [place]
    stays = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        stays.add(place)
        place = before[place]
    return stays
