"""Whether to roll back, from figures."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from oob.cli.main import oob_command
from oob.errors import UsageError
from oob.recovery.authority.decision import Answer, Figures, Thresholds, decide, figures, mapped, measured, webhook
from tests.recovery.papers import backup


@pytest.mark.parametrize(
    ("figures", "answer", "is_emergency"),
    [
        (Figures(), "assess", False),
        (Figures(availability=100.0), "monitor", False),
        # automatic triggers, which no fix forward outweighs
        (Figures(availability=80.0, forward=5), "roll back now", True),
        (Figures(availability=80.0, duration=12, forward=5, rollback=45), "roll back now", True),
        (Figures(availability=94.9, availability_minutes=5), "roll back now", True),
        (Figures(error_rate=10.1, error_rate_minutes=3, forward=1, rollback=60), "roll back now", True),
        (Figures(corruption=True, availability=100.0, forward=1, rollback=60), "roll back now", True),
        (Figures(exposure=True, forward=1, rollback=60), "roll back now", True),
        (Figures(lost=True, forward=1, rollback=60), "roll back now", True),
        # not sustained yet
        (Figures(availability=93.0, availability_minutes=1), "monitor", False),
        (Figures(availability=93.0, duration=1, availability_minutes=6), "roll back now", True),
        (Figures(error_rate=11.0, error_rate_minutes=2.9), "monitor", False),
        # the assessed band: the faster of fix and rollback
        (Figures(error_rate=5.0, forward=30, rollback=45), "fix forward", False),
        (Figures(error_rate=5.0, forward=45, rollback=30), "roll back now", False),
        (Figures(error_rate=5.0, forward=30, rollback=30), "roll back now", False),
        (Figures(error_rate=5.0, forward=30, confidence=50, rollback=45), "roll back now", False),
        (Figures(error_rate=2.0), "assess", False),
        (Figures(error_rate=10.0), "assess", False),
        (Figures(degradation=51), "assess", False),
        (Figures(degradation=51, forward=1, rollback=10), "fix forward", False),
        (Figures(partial=True, forward=30, rollback=45), "fix forward", False),
        (Figures(few=True), "assess", False),
        (Figures(availability=99.0, duration=10), "assess", False),
        (Figures(availability=99.0, duration=16), "roll back now", False),
        # below
        (Figures(error_rate=1.9, degradation=50), "monitor", False),
        (Figures(availability=99.5, error_rate=0.5, degradation=1), "monitor", False),
    ],
)
def test_the_tree_answers(figures: Figures, answer: Answer, is_emergency: bool, tmp_path: Path) -> None:
    decision = decide(figures, Thresholds.load(tmp_path))
    assert (decision.answer, decision.is_emergency) == (answer, is_emergency)
    assert decision.reasons


def test_the_reasons_hold_the_figures_and_the_thresholds(tmp_path: Path) -> None:
    decision = decide(Figures(availability=80, rollback=4, forward=30), Thresholds.load(tmp_path))
    assert decision.reasons == (
        "availability is 80 %, below 95 %; since when is unknown, so it counts as sustained",
        "the fix of 30 minutes is not taken: a fix forward never outweighs an automatic trigger",
    )


def test_a_state_that_is_not_sustained_says_when_it_becomes_automatic(tmp_path: Path) -> None:
    decision = decide(Figures(availability=93, availability_minutes=1), Thresholds.load(tmp_path))
    assert decision.automatic_in == 4
    assert decision.reasons == ("availability is 93 %, below 95 % for 1 minutes; automatic in 4 minutes",)


def test_times_are_minutes_up_to_now_and_a_body_of_monitoring_is_mapped() -> None:
    now = datetime(2026, 11, 30, 2, 46, tzinfo=UTC)
    body = {"alerts": [{"annotations": {"availability": "93", "since": "2026-11-30T02:40:00Z"}}]}
    paths = {"availability": "alerts.0.annotations.availability", "availability_since": "alerts.0.annotations.since"}
    found = measured(mapped(body, paths), now=now)
    assert (found.availability, found.availability_minutes) == (93.0, 6.0)
    with pytest.raises(UsageError, match="has no time zone"):
        measured({"availability_since": "2026-11-30T02:40:00"}, now=now)
    with pytest.raises(UsageError, match="has none of"):
        mapped({"alerts": []}, paths)


def test_a_homes_own_thresholds_count(tmp_path: Path) -> None:
    limits = "{availability_below: 50, error_rate_above: 90, degradation_above: 90}"
    text = f"critical: {limits}\nserious: {limits}\npatience_minutes: 5\nforward_at_most: 1\n"
    (tmp_path / "thresholds.yaml").write_text(text)
    assert decide(Figures(availability=80), Thresholds.load(tmp_path)).answer == "monitor"
    (tmp_path / "thresholds.yaml").write_text("critical: {availability_below: 50}\n")
    assert decide(Figures(availability=60.0, error_rate=4.0), Thresholds.load(tmp_path)).answer == "assess"
    assert decide(Figures(error_rate=16.0), Thresholds.load(tmp_path)).answer == "roll back now"
    (tmp_path / "thresholds.yaml").write_text("# critical: as it was\n")
    assert decide(Figures(error_rate=16.0), Thresholds.load(tmp_path)).answer == "roll back now"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("critical: 7\n", "thresholds.yaml: critical: should be a mapping"),
        ("critical: {availability: 50}\n", "thresholds.yaml: critical.availability: there is no such key"),
        ("patience_minutes: {a: 1}\n", "thresholds.yaml: patience_minutes: should be a number"),
        ("- 7\n", "holds no thresholds: there are critical, serious"),
        ("critical: [\n", "cannot be read"),
        ("[" * 3000, "cannot be read"),
        ("forward_at_most: .nan\n", "thresholds.yaml: forward_at_most: should be a finite number"),
    ],
)
def test_thresholds_that_are_none_are_refused_with_the_key(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "thresholds.yaml").write_text(text)
    with pytest.raises(UsageError, match=why):
        Thresholds.load(tmp_path)


def test_figures_are_typed_as_names_and_numbers() -> None:
    assert figures("availability=80, corruption=1").corruption
    for wrong in ("availability", "availability=x", "colour=7"):
        with pytest.raises(UsageError):
            figures(wrong)


def test_figures_are_measured_elsewhere_or_taken_from_a_plan_and_typed_ones_win(tmp_path: Path) -> None:
    def oob(*words: str, given: str = "") -> dict[str, Any]:
        line = ["decide", "--home", str(tmp_path), "--json", *words]
        result = CliRunner().invoke(oob_command, line, input=given, standalone_mode=False)
        if result.exception:
            raise result.exception
        answer: dict[str, Any] = json.loads(result.output)
        return answer

    backup(tmp_path)
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory" / "hosts.yaml").write_text(
        "edge1: {platform: cisco_ios, data: {oob: {paths: ['serial:///dev/ttyS9?baud=9600']}}}"
    )
    found = oob("--for", "edge1", "--measured", "-", "--duration", "20", given='{"availability": 99.1, "duration": 3}')
    assert (found["figures"]["availability"], found["figures"]["duration"]) == (99.1, 20.0)
    assert found["figures"]["rollback"] >= 1
    assert found["answer"] == "roll back now"
    for wrong in ("[1]", "{", '{"colour": 1}', '{"availability": null}'):
        with pytest.raises(UsageError):
            oob("--measured", "-", given=wrong)


ALERT = {
    "status": "firing",
    "startsAt": "2026-11-30T02:40:00Z",
    "annotations": {"availability": "93.5 %"},
    "values": {"error_rate": 11.5},
}
RESOLVED = {"status": "resolved", "startsAt": "2026-11-30T01:00:00Z", "annotations": {"availability": "10"}}


@pytest.mark.parametrize(
    ("system", "body", "figure", "value"),
    [
        ("alertmanager", {"version": "4", "alerts": [RESOLVED, ALERT]}, "availability", 93.5),
        ("grafana", {"alerts": [RESOLVED, ALERT]}, "error_rate", 11.5),
    ],
)
def test_the_webhook_of_a_monitoring_system_is_read_where_it_holds_what_fires(
    system: str, body: dict[str, Any], figure: str, value: float, tmp_path: Path
) -> None:
    arguments = ["decide", "--measured", "-", "--map", system, "--json", "--home", str(tmp_path)]
    done = CliRunner().invoke(oob_command, arguments, input=json.dumps(body))

    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["figures"]
    assert found[figure] == value
    assert found[f"{figure}_minutes"] > 0


@pytest.mark.parametrize("system", ["alertmanager", "grafana"])
def test_a_webhook_in_which_nothing_fires_gives_no_figure(system: str) -> None:
    paths = webhook(system)
    assert paths is not None
    with pytest.raises(UsageError, match="has none of"):
        mapped({"alerts": [RESOLVED]}, paths)
    assert webhook("../thresholds") is None


def test_of_several_alerts_the_worst_figure_counts_with_its_own_time() -> None:
    paths = webhook("alertmanager")
    assert paths is not None
    errors = {"status": "firing", "startsAt": "2026-11-30T02:00:00Z", "annotations": {"error_rate": "4"}}
    worse = {"status": "firing", "startsAt": "2026-11-30T02:44:00Z", "annotations": {"availability": "60"}}

    found = mapped({"alerts": [RESOLVED, errors, ALERT, worse]}, paths)

    assert found == {
        "availability": "60",
        "availability_since": "2026-11-30T02:44:00Z",
        "error_rate": "4",
        "error_rate_since": "2026-11-30T02:00:00Z",
    }


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"availability": 0.93}, "availability: 0.93 looks like a ratio; write it in percent, such as 93"),
        ({"availability": 1}, "looks like a ratio"),
        ({"availability": 101}, "more than 100 percent"),
        ({"error_rate": 1000}, "more than 100 percent"),
        ({"availability": True}, "availability: True is not a number"),
        ({"availability": float("nan")}, "is not a number, zero or more"),
        ({"availability": "1e999"}, "is not a number, zero or more"),
        ({"availability": [80]}, "is not a number"),
        ({"duration": -5}, "is not a number, zero or more"),
        ({"corruption": "yes"}, "is not a number such as 80"),
        ({"availability_since": "2026-11-30T03:40:00Z"}, "is in the future: it is 2026-11-30T02:46:00Z"),
        ({"availability_since": 1764470400}, "is not a time"),
        ({"forward_since": "2026-11-30T02:40:00Z"}, "unknown figure forward_since"),
    ],
)
def test_a_wrong_or_contradictory_figure_is_refused_and_decides_nothing(given: dict[str, object], why: str) -> None:
    with pytest.raises(UsageError, match=re.escape(why)):
        measured(given, now=datetime(2026, 11, 30, 2, 46, tzinfo=UTC))


def test_a_clock_that_is_a_little_ahead_counts_as_now() -> None:
    now = datetime(2026, 11, 30, 2, 46, tzinfo=UTC)
    assert measured({"availability": 0, "availability_since": "2026-11-30T02:50:00Z"}, now=now) == Figures(
        availability=0.0, availability_minutes=0.0
    )
