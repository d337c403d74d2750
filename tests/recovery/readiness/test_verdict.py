from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from oob.recovery.readiness.evidence import AuditFinding, BaselineEvidence, DeviceEvidence, Outcome, PathEvidence
from oob.recovery.readiness.thresholds import ReadyThresholds
from oob.recovery.readiness.verdict import judge

NOW = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
USUAL = ReadyThresholds()


def ago(days: float) -> str:
    return f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def path(name: str, outcome: Outcome = "ok", *, checked: float = 1, last_ok: float | None = 1) -> PathEvidence:
    return PathEvidence(
        name=name,
        url="tcp://192.0.2.1:1",
        outcome=outcome,
        text=f"{outcome}!",
        checked=ago(checked),
        last_ok="" if last_ok is None else ago(last_ok),
    )


GOOD = DeviceEvidence(
    device="r1",
    wanted=("a", "b"),
    paths=(path("a"), path("b")),
    baseline=BaselineEvidence(id="x", taken=NOW - timedelta(days=2), routes=10),
    last_drill=NOW - timedelta(days=9),
)


def word(**changed: object) -> str:
    return judge(replace(GOOD, **changed), USUAL, NOW).word  # type: ignore[arg-type]  # a test's own shorthand


def test_a_device_of_which_everything_was_done_lately_is_ready() -> None:
    assert str(judge(GOOD, USUAL, NOW)) == "ready"


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ((path("a"), path("b", "failed")), "at risk"),
        ((path("a", "failed"), path("b", "login refused", last_ok=None)), "not ready"),
        ((path("a"),), "at risk"),
        ((), "unknown"),
        ((path("a", checked=9, last_ok=9), path("b", checked=8, last_ok=8)), "unknown"),
        ((path("a", checked=9, last_ok=9), path("b", "failed")), "unknown"),
        ((path("a", "busy", last_ok=3), path("b", "budget", last_ok=3)), "ready"),
        ((path("a", "busy", last_ok=30), path("b", "budget", last_ok=None)), "unknown"),
    ],
)
def test_a_path_counts_by_its_last_check_that_says_something(paths: tuple[PathEvidence, ...], expected: str) -> None:
    assert word(paths=paths) == expected


def test_unknown_says_since_when() -> None:
    paths = (path("a", checked=9, last_ok=9), path("b", checked=12, last_ok=12))
    assert str(judge(replace(GOOD, paths=paths), USUAL, NOW)) == "unknown since 2026-11-22"
    assert str(judge(replace(GOOD, paths=()), USUAL, NOW)) == "unknown as no path was ever checked"


@pytest.mark.parametrize(
    ("baseline", "expected"),
    [
        (BaselineEvidence(fault="it is damaged"), "not ready"),
        (BaselineEvidence(taken=None), "not ready"),
        (replace(GOOD.baseline, lockouts=("every login asks TACACS+",)), "not ready"),
        (replace(GOOD.baseline, doubt="no two readings agreed"), "not ready"),
        (replace(GOOD.baseline, taken=NOW - timedelta(days=400)), "not ready"),
        (replace(GOOD.baseline, taken=NOW - timedelta(days=31)), "at risk"),
        (replace(GOOD.baseline, routes=None), "at risk"),
        (replace(GOOD.baseline, cautions=("a scheduled job changes it at 03:00",)), "at risk"),
    ],
)
def test_a_baseline_counts_by_what_it_would_restore(baseline: BaselineEvidence, expected: str) -> None:
    assert word(baseline=baseline) == expected


def test_a_stop_is_worse_than_unknown_and_unknown_worse_than_a_risk() -> None:
    risk, stop = AuditFinding(kind="via", text="v"), AuditFinding(kind="platform", text="p", is_stop=True)
    assert word(audit=(risk,)) == "at risk"
    assert word(audit=(risk,), paths=()) == "unknown"
    assert word(audit=(risk, stop), paths=()) == "not ready"
    assert word(wanted=()) == "not ready"


def test_drills_count_by_their_age_and_risks_can_be_accepted() -> None:
    assert word(last_drill=None) == "at risk"
    assert word(last_drill=NOW - timedelta(days=101)) == "at risk"
    assert judge(replace(GOOD, last_drill=None), ReadyThresholds(accepted=("drill",)), NOW).word == "ready"
    assert judge(replace(GOOD, last_drill=None), ReadyThresholds(drill_days=None), NOW).word == "ready"


def test_what_stops_a_recovery_cannot_be_accepted_away() -> None:
    faulty = replace(GOOD, baseline=BaselineEvidence(fault="none"))
    assert judge(faulty, ReadyThresholds(accepted=("baseline",)), NOW).word == "not ready"
