"""Names of persons, compared without differences of spelling. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def canonical(name: str) -> str:
    """Return *name* without case, compatibility forms, odd blanks and invisible characters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(sign for sign in folded if unicodedata.category(sign) not in ("Cf", "Cc")).split())


def find(name: str, names: Iterable[str]) -> str:
    """Return the one of *names* that means the same person as *name*, "" where none does."""
    return next((known for known in names if name and canonical(known) == canonical(name)), "")
