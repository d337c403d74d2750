"""The places of the entries of a large inventory file, kept in the home's index under the hash of the file's content.

An index of another content is not used: the file is cut again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from oob.derived import DerivedFacts, Fact
from oob.naming import collision_key

LARGE: Final = 200_000  # characters; a smaller file is cut as fast as an index is asked
_NAMES: Final = ""  # in place of a name: the names of all entries, in their order


class Cut(NamedTuple):
    """The place of an entry in the text of its file, its line there, and the fault of its name."""

    start: int
    end: int
    line: int
    fault: str


class CutIndex:
    """The index of the file that is *shown* as such and holds *text*; entries are asked for one by one."""

    def __init__(self, facts: DerivedFacts, shown: str, text: str) -> None:
        self._facts = facts
        self._cuts = f"entries 1 {shown}"
        self._likes = f"names 1 {shown}"
        self._digest = hashlib.sha256(text.encode()).digest()

    def names(self) -> dict[str, None] | None:
        """Return the names of all entries in their order, None where nothing of just this content is kept."""
        kept = self._find(self._cuts, _NAMES)
        return dict.fromkeys(json.loads(kept)) if kept is not None else None

    def find(self, name: str) -> Cut | None:
        """Return the place of the entry of *name*, None where it was lost."""
        kept = self._find(self._cuts, name) if name else None
        return Cut(*json.loads(kept)) if kept is not None else None

    def like(self, name: str) -> str | None:
        """Return the first name that shares a folder with *name* where a file system ignores case."""
        return self._find(self._likes, collision_key(name))

    def write(self, cuts: Mapping[str, Cut]) -> None:
        """Keep the places; a disk that does not take them costs time alone."""
        likes: dict[str, Fact] = {}
        for name in cuts:
            likes.setdefault(collision_key(name), (self._digest, name))
        kept = {name: (self._digest, json.dumps(cut)) for name, cut in cuts.items()}
        names = {_NAMES: (self._digest, json.dumps(list(cuts)))}
        self._facts.keep({self._cuts: kept | names, self._likes: likes}, alone=True)

    def _find(self, kind: str, name: str) -> str | None:
        fact = self._facts.find(kind, name)
        return fact[1] if fact and fact[0] == self._digest else None
