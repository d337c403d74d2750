"""The samples below tests/data/routing: per platform raw text, expected routes, a damaged twin."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from oob.routing.route import Route

FOLDER = Path(__file__).parents[1] / "data" / "routing"


@dataclass(frozen=True)
class Sample:
    platform: str
    path: Path

    def __str__(self) -> str:
        return f"{self.platform}/{self.path.stem}"

    @property
    def text(self) -> str:
        return read(self.path)

    @property
    def damaged(self) -> str:
        return read(self.path.with_name(f"{self.path.stem}.damaged.txt"))

    @property
    def routes(self) -> tuple[Route, ...]:
        return tuple(map(Route.from_json, json.loads(read(self.path.with_suffix(".json")))))


def read(path: Path) -> str:
    with path.open(newline="", encoding="utf-8") as file:
        return file.read()


def samples(platform: str = "*") -> list[Sample]:
    paths = sorted(FOLDER.glob(f"{platform}/*.txt"))
    return [Sample(path.parent.name, path) for path in paths if not path.stem.endswith(".damaged")]


def is_what_remains(whole: tuple[Route, ...], rest: tuple[Route, ...], *, may_miss: int) -> bool:
    """Tell whether *rest* holds only routes of *whole*, some next hops fewer at most, and all but *may_miss*.

    Where a format has nothing but the place of a line to say what it continues, the further next hops of a route
    whose first line is gone are those of the route above: that is what the remaining lines say.
    """
    left = Counter(whole)
    shorter = []
    for route in rest:
        if left[route]:
            left[route] -= 1
        else:
            shorter.append(route)
    for route in shorter:
        full = next((other for other in left.elements() if _is_shorter(route, other)), None)
        full = full or next((other for other in left.elements() if _is_longer(route, other, left)), None)
        if full is None:
            return False
        left[full] -= 1
    return left.total() <= may_miss


def _is_shorter(route: Route, other: Route) -> bool:
    return route._replace(next_hops=other.next_hops) == other and set(route.next_hops) < set(other.next_hops)


def _is_longer(route: Route, other: Route, lost: Counter[Route]) -> bool:
    more = set(route.next_hops) - set(other.next_hops)
    is_same = route._replace(next_hops=other.next_hops) == other and set(other.next_hops) < set(route.next_hops)
    return is_same and any(more <= set(gone.next_hops) for gone in lost.elements() if gone != other)
