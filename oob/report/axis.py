"""The axis of a chart: where its ticks are, and what stands at them. Pure."""

from __future__ import annotations

from oob.report.spans import duration

STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
MOST = 8  # ticks of an axis


def ticks(total: float) -> tuple[tuple[float, str], ...]:
    """Return the ticks of an axis of *total* seconds: how far along it each is in percent, and its text."""
    whole = max(total, 1.0)
    days = STEPS[-1] * (int(whole / STEPS[-1] / MOST) + 1)
    step = next((step for step in STEPS if whole / step <= MOST), days)
    return tuple((100 * at / whole, duration(at)) for at in range(0, int(whole) + 1, step))
