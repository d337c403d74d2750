"""The evidence for one device: each path as it was last checked, its baseline, and what an audit finds. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

Outcome = Literal["ok", "login refused", "wrong device", "failed", "busy", "budget"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathEvidence:
    """The last check of one path: opened, logged in, identity compared, logged out.

    *checked* and *last_ok* are ISO 8601 in UTC; *last_ok* is "" where the path never led to the device. A check that
    was *busy*, or beyond the path's *budget*, says nothing of the path itself.
    """

    name: str
    url: str
    outcome: Outcome
    text: str
    checked: str
    last_ok: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> PathEvidence | None:
        """Return what `asdict` has made of it, None where that is something else."""
        try:
            found = cls(**kept)
            datetime.fromisoformat(found.checked)
            return found if not found.last_ok or datetime.fromisoformat(found.last_ok) else None
        except (TypeError, ValueError):
            return None

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineEvidence:
    """The known-good backup, or why there is none that could be restored (*fault*).

    *lockouts* are reasons for which its configuration lets no user log in while AAA servers are down, *cautions* other
    hazards of it, *jobs* what it has scheduled; *routes* is None without a routing table, *sha256* covers its files.
    """

    id: str = ""
    taken: datetime | None = None
    routes: int | None = None
    fault: str = ""
    doubt: str = ""
    lockouts: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFinding:
    """A finding that needs no console; with *is_stop* a recovery cannot work."""

    kind: str
    text: str
    is_stop: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEvidence:
    """All that is known of one device. *wanted* are the names of its paths as the inventory has them today.

    *drill_fault* says what the last drill of this home did not reach; *card* is when the page for the rack was printed.
    """

    device: str
    wanted: tuple[str, ...]
    paths: tuple[PathEvidence, ...]
    baseline: BaselineEvidence
    audit: tuple[AuditFinding, ...] = ()
    last_drill: datetime | None = None
    drill_fault: str = ""
    card: datetime | None = None
