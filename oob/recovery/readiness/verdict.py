"""Judges from dated evidence and thresholds whether a recovery of one device would work tonight. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from oob.recovery.readiness.evidence import BaselineEvidence, DeviceEvidence, PathEvidence
from oob.recovery.readiness.thresholds import ReadyThresholds

Word = Literal["ready", "at risk", "not ready", "unknown"]
_LEVELS: tuple[Word, ...] = ("not ready", "unknown", "at risk")
_SAYS_NOTHING = ("busy", "budget")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyReason:
    """A reason against `ready`: how bad it is, its *kind* for thresholds and filters, and a sentence."""

    level: Word
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyVerdict:
    """The verdict for one device; *since* is when a path was last checked, None where none ever was."""

    device: str
    word: Word
    reasons: tuple[ReadyReason, ...]
    since: datetime | None
    evidence: DeviceEvidence

    def __str__(self) -> str:
        if self.word == "unknown":
            when = f"since {self.since:%Y-%m-%d}" if self.since else "as no path was ever checked"
            return f"unknown {when}"
        why = "; ".join(reason.text for reason in self.reasons)
        return f"{self.word} ({why})" if why else self.word

    def as_json(self) -> dict[str, Any]:
        """Return the verdict with its evidence as JSON types."""
        baseline = self.evidence.baseline
        return {
            "device": self.device,
            "verdict": self.word,
            "text": str(self),
            "reasons": [{"level": each.level, "kind": each.kind, "text": each.text} for each in self.reasons],
            "checked": f"{self.since:%Y-%m-%dT%H:%M:%SZ}" if self.since else None,
            "paths": [path.as_json() for path in self.evidence.paths],
            "baseline": {
                "id": baseline.id,
                "taken": f"{baseline.taken:%Y-%m-%dT%H:%M:%SZ}" if baseline.taken else None,
                "routes": baseline.routes,
                "sha256": baseline.sha256,
            },
        }


def judge(evidence: DeviceEvidence, thresholds: ReadyThresholds, now: datetime) -> ReadyVerdict:
    """Return the verdict that *evidence* allows at the moment *now*."""
    found = [
        *_of_paths(evidence, thresholds, now),
        *_of_baseline(evidence.baseline, thresholds, now),
        *_of_audit(evidence, thresholds, now),
    ]
    reasons = [reason for reason in found if reason.level != "at risk" or reason.kind not in thresholds.accepted]
    word: Word = next((level for level in _LEVELS if any(reason.level == level for reason in reasons)), "ready")
    checks = [_moment(path.checked) for path in evidence.paths if path.outcome not in _SAYS_NOTHING]
    return ReadyVerdict(
        device=evidence.device,
        word=word,
        reasons=tuple(sorted(reasons, key=lambda reason: _LEVELS.index(reason.level))),
        since=max(checks, default=None),
        evidence=evidence,
    )


def _of_paths(evidence: DeviceEvidence, thresholds: ReadyThresholds, now: datetime) -> Iterator[ReadyReason]:
    if not evidence.wanted:
        yield _stop("path", "no path to its console")
        return
    oldest = now - timedelta(days=thresholds.path_days)
    known = {path.name: path for path in evidence.paths}
    good = [name for name in evidence.wanted if name in known and _is_good(known[name], oldest)]
    stale = [name for name in evidence.wanted if name not in known or _is_stale(known[name], oldest)]
    for path in known.values():
        if path.name not in stale and path.name not in good:
            yield _risk(path.outcome, f"path {path.name}: {path.text}")
    if stale and len(good) < thresholds.paths:
        yield ReadyReason(level="unknown" if not good else "at risk", kind="unchecked", text=_unchecked(stale, known))
    if not good and not stale:
        yield _stop("path", "no path leads to the device")
    elif good and len(good) < thresholds.paths:
        text = f"{len(good)} of {thresholds.paths} wanted paths lead to the device"
        yield _risk("paths", text)


def _is_good(path: PathEvidence, oldest: datetime) -> bool:
    """Tell whether the last check that says something found the device, not long ago."""
    is_last = path.outcome == "ok" or path.outcome in _SAYS_NOTHING
    return is_last and bool(path.last_ok) and _moment(path.last_ok) >= oldest


def _is_stale(path: PathEvidence, oldest: datetime) -> bool:
    if path.outcome in _SAYS_NOTHING:
        return not path.last_ok or _moment(path.last_ok) < oldest
    return _moment(path.checked) < oldest


def _unchecked(names: list[str], known: dict[str, PathEvidence]) -> str:
    said = [f"{name} ({known[name].text})" if name in known else name for name in names]
    return f"not checked lately: path {', '.join(said)}"


def _of_baseline(baseline: BaselineEvidence, thresholds: ReadyThresholds, now: datetime) -> Iterator[ReadyReason]:
    if baseline.fault or baseline.taken is None:
        yield _stop("baseline", f"no baseline to restore: {baseline.fault or 'it has no date'}")
        return
    for reason in baseline.lockouts:
        yield _stop("aaa-only", f"its configuration locks the console while AAA is down: {reason}")
    if baseline.doubt:
        yield _stop("unverified", baseline.doubt)
    days = (now - baseline.taken).total_seconds() / 86400
    if thresholds.baseline_limit_days is not None and days > thresholds.baseline_limit_days:
        yield _stop("old-baseline", f"the baseline is {days:.0f} days old")
    elif days > thresholds.baseline_days:
        yield _risk("old-baseline", f"the baseline is {days:.0f} days old")
    if baseline.routes is None:
        yield _risk("no-routes", "the baseline has no routing table to prove a recovery with")
    for caution in baseline.cautions:
        yield _risk("hazard", caution)
    for job in baseline.jobs:
        yield _risk("job", f"scheduled job on the device, which may run during a recovery: {job}")


def _of_audit(evidence: DeviceEvidence, thresholds: ReadyThresholds, now: datetime) -> Iterator[ReadyReason]:
    for finding in evidence.audit:
        yield _stop(finding.kind, finding.text) if finding.is_stop else _risk(finding.kind, finding.text)
    yield from _of_card(evidence.card, thresholds.card_days, now)
    if thresholds.drill_days is None:
        return
    if evidence.last_drill is None:
        yield _risk("drill", "no drill is recorded")
    elif (days := (now - evidence.last_drill).days) > thresholds.drill_days:
        yield _risk("drill", f"the last drill was {days} days ago")
    elif evidence.drill_fault:
        yield _risk("drill", f"the last drill failed: {evidence.drill_fault}")


def _of_card(printed: datetime | None, limit: float | None, now: datetime) -> Iterator[ReadyReason]:
    if limit is None:
        return
    if printed is None:
        yield _risk("card", "no page for the person at the rack was printed (oob card)")
    elif (days := (now - printed).days) > limit:
        yield _risk("card", f"the page for the person at the rack is {days} days old")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _stop(kind: str, text: str) -> ReadyReason:
    return ReadyReason(level="not ready", kind=kind, text=text)


def _risk(kind: str, text: str) -> ReadyReason:
    return ReadyReason(level="at risk", kind=kind, text=text)
