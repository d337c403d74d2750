"""Readiness of many devices: as metrics for Prometheus' textfile collector, and as one HTML page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from oob.recovery.readiness.verdict import ReadyVerdict, Word
from oob.report.templating import render

CLASSES = {"ready": "good", "at risk": "warn", "not ready": "bad", "unknown": "warn"}


def prometheus(verdicts: Sequence[ReadyVerdict], now: datetime) -> str:
    """Return the metrics in the text format; ages and moments are in seconds."""
    return "\n".join([*_metrics(verdicts, now), ""])


def _metrics(verdicts: Sequence[ReadyVerdict], now: datetime) -> Iterator[str]:
    yield from _head("oob_ready", "1 where a recovery would work tonight, else 0.")
    for each in verdicts:
        yield _sample("oob_ready", int(each.word == "ready"), device=each.device)
    yield from _head("oob_ready_verdict", "1 for the verdict of the device.")
    for each in verdicts:
        yield _sample("oob_ready_verdict", 1, device=each.device, verdict=each.word)
    yield from _head("oob_path_last_ok_seconds", "Unix time at which a path last led to the device.")
    for each in verdicts:
        for path in each.evidence.paths:
            if path.last_ok:
                at = datetime.fromisoformat(path.last_ok).timestamp()
                yield _sample("oob_path_last_ok_seconds", int(at), device=each.device, path=path.name)
    yield from _head("oob_baseline_age_seconds", "Age of the known-good backup.")
    for each in verdicts:
        if taken := each.evidence.baseline.taken:
            yield _sample("oob_baseline_age_seconds", int((now - taken).total_seconds()), device=each.device)
    yield from _head("oob_ready_checked_seconds", "Unix time at which a path was last checked.")
    for each in verdicts:
        if each.since:
            yield _sample("oob_ready_checked_seconds", int(each.since.timestamp()), device=each.device)


def _head(name: str, about: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} gauge"


def _sample(name: str, value: int, **labels: str) -> str:
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def html(verdicts: Sequence[ReadyVerdict], now: datetime) -> str:
    """Return the page, the worst devices first; it needs nothing else."""
    order: tuple[Word, ...] = ("not ready", "unknown", "at risk", "ready")
    return render(
        "readiness.html",
        verdicts=sorted(verdicts, key=lambda each: (order.index(each.word), each.device)),
        counts=[(word, Counter(each.word for each in verdicts)[word]) for word in order],
        classes=CLASSES,
        now=f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
    )
