"""When two spellings of a name mean one person. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def canonical(name: str) -> str:
    """Return *name* without what two spellings of it differ in: case, compatibility forms, blanks, invisible signs."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(sign for sign in folded if unicodedata.category(sign) not in ("Cf", "Cc")).split())


def find(name: str, names: Iterable[str]) -> str:
    """Return the one of *names* that is the same person as *name*, empty where none is."""
    return next((known for known in names if name and canonical(known) == canonical(name)), "")
