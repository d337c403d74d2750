"""Whether to roll back, from figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.errors import UsageError
from oob.recovery.decision import Answer, Figures, Thresholds, decide


@pytest.mark.parametrize(
    ("figures", "answer", "is_emergency"),
    [
        (Figures(), "assess", False),
        (Figures(availability=100.0), "monitor", False),
        (Figures(availability=99.0), "assess", False),
        (Figures(availability=99.0, duration=10), "assess", False),
        (Figures(availability=99.0, duration=16), "roll back now", False),
        (Figures(availability=94.9), "roll back now", True),
        (Figures(availability=95.0, error_rate=1.0, degradation=20.0), "assess", False),
        (Figures(error_rate=5.1, forward=20, rollback=10), "roll back now", True),
        (Figures(error_rate=5.1, forward=5, rollback=10), "fix forward", True),
        (Figures(error_rate=5.1, forward=5.1, rollback=10), "roll back now", True),
        (Figures(degradation=51, forward=1), "roll back now", True),
        (Figures(corruption=True, availability=100.0, forward=1, rollback=60), "roll back now", True),
        (Figures(error_rate=0.5, degradation=1), "monitor", False),
    ],
)
def test_the_tree_answers(figures: Figures, answer: Answer, is_emergency: bool, tmp_path: Path) -> None:
    decision = decide(figures, Thresholds.load(tmp_path))
    assert (decision.answer, decision.is_emergency) == (answer, is_emergency)
    assert decision.reasons


def test_the_reasons_hold_the_figures_and_the_thresholds(tmp_path: Path) -> None:
    decision = decide(Figures(availability=80, rollback=4, forward=30), Thresholds.load(tmp_path))
    assert decision.reasons == (
        "availability is 80 %, below 95 %",
        "the fix takes 30 minutes, rolling back 4 and ends in a known state",
    )


def test_a_homes_own_thresholds_count(tmp_path: Path) -> None:
    limits = "{availability_below: 50, error_rate_above: 90, degradation_above: 90}"
    text = f"critical: {limits}\nserious: {limits}\npatience_minutes: 5\nforward_at_most: 1\n"
    (tmp_path / "thresholds.yaml").write_text(text)
    assert decide(Figures(availability=80), Thresholds.load(tmp_path)).answer == "monitor"
    (tmp_path / "thresholds.yaml").write_text("critical: 7\n")
    with pytest.raises(UsageError, match="cannot be used"):
        Thresholds.load(tmp_path)
