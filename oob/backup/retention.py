"""Which backups may be removed: never a baseline, a damaged or the newest one, or what a plan or run names. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from oob.backup.catalogue import CatalogueEntry

_ID = re.compile(r"\b\d{8}-\d{6}Z(?:-\d+)?")


def removable(entries: Iterable[CatalogueEntry], keep: int, referred: Collection[str]) -> Iterator[CatalogueEntry]:
    """Yield what may be removed of *entries* (newest first), where the newest *keep* of each device stay.

    Snapshots of a broken state count by themselves. Ids in *referred* stay whatever their age.
    """
    seen: dict[tuple[str, bool], int] = defaultdict(int)
    for entry in entries:
        if entry.manifest is None:  # damaged: a person has to look at it
            continue
        seen[entry.device, entry.is_found] += 1
        is_old = seen[entry.device, entry.is_found] > max(keep, 1)
        if is_old and not entry.is_good and entry.id not in referred:
            yield entry


def ids_in(text: str) -> frozenset[str]:
    """Return every backup id that *text* mentions."""
    return frozenset(_ID.findall(text))
