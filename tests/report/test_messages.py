"""What a run tells people, with the time at which it happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.errors import UsageError
from oob.recovery.record.journal import read
from oob.report.fields import ASKED, FIELDS, lacking, templates
from oob.report.messages import Message, messages
from tests.report.journals import Writer
from tests.report.test_page import recovery


def told(folder: Path) -> list[Message]:
    return list(messages(recovery(folder).entries()))


def test_a_recovery_tells_of_its_start_its_milestones_and_its_end(tmp_path: Path) -> None:
    kinds = [message.kind for message in told(tmp_path)]
    assert kinds[0] == "started"
    assert kinds[-1] == "completed"
    assert "milestone" in kinds
    assert [message.text for message in told(tmp_path / "steps") if message.kind == "step"] == [
        "attempt 1: replace (about 10 s)"
    ]
    first, last = told(tmp_path / "again")[0], told(tmp_path / "third")[-1]
    assert first.text == "recover edge1 to b1 (CHG7; show version)"
    assert "is not undone by it" in last.text
    assert first.body.startswith("2026-03-04T12:00:00Z edge1, started: ")


def test_each_message_names_its_journal_line_and_that_lines_hash(tmp_path: Path) -> None:
    entries = recovery(tmp_path).entries()
    for message in messages(entries):
        assert message.head == entries[message.number - 1].hash
        assert f"journal line {message.number}, SHA-256 {message.head}" in message.body


def test_an_attempt_says_until_when_and_what_will_not_be_over_in_time_is_announced(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "plan.made", data={"plan": {"proof_seconds": 60}})
    writer.at(1, "attempt.started", "the archive", data={"expected": 60})
    writer.at(90, "window.extended", "the rollback window ends at 12:02; the next attempt needs it until 12:12 UTC")
    writer.at(91, "attempt.started", "the backup", data={"expected": 600})
    found = list(messages(writer.entries()))
    assert [(message.kind, message.text.rpartition("until ")[2]) for message in found] == [
        ("milestone", "about 12:02 UTC"),
        ("extension", "12:12 UTC"),
        ("milestone", "about 12:12 UTC"),
    ]


@pytest.mark.parametrize(("stable", "kind"), [(True, "resolved"), (False, "not stable")])
def test_the_time_after_it_ends_in_a_message(tmp_path: Path, stable: bool, kind: str) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "watch.finished", "so it is", stable=stable)
    assert [message.kind for message in messages(writer.entries())] == [kind]


def incident(folder: Path) -> list[Message]:
    """Return the messages of a recovery in which everything happens that a message tells of."""
    writer = Writer(folder)
    choices = {"trigger": "availability 80 %", "bridge": "+49 30 1234", "lead": "Ada", "users": 300, "affects": "shop"}
    started = {"target": "b1", "baseline": "b1", "choices": choices, "data": {"contacts": ["NOC"]}}
    writer.at(0, "run.started", "recover edge1", **started)
    wrong = {"lines_differing": 4, "routes": {"changes": [1, 2]}, "lost": ["10.0.0.2"], "silent": []}
    writer.at(5, "difference", "difference", data=wrong)
    until = {"until": "2026-03-04T12:10:00+00:00"}
    writer.at(6, "window.opened", "the rollback window is 10 minutes", data=until)
    attempt = {"phase": "recover", "number": 1, "strategy": "archive"}
    writer.at(10, "attempt.started", "the archive", **attempt, data={"expected": 60})
    writer.at(300, "run.heartbeat", "under way for 5 min: reconnect; 50 % of the window has passed")
    said = {"before": "2026-03-04T12:10:00+00:00", "until": "2026-03-04T12:15:00+00:00", "reason": "reconnect"}
    writer.at(540, "window.extended", "it needs longer", data={**said, "percent": 60})
    writer.at(900, "window.missed", "the window is missed by half: under way for 15 min: reconnect", data=until)
    right = {"lines_differing": 0, "routes": {"changes": []}, "lost": [], "silent": []}
    writer.at(920, "proof.finished", "prove it", **attempt, data=right)
    writer.at(930, "attempt.ended", "the recovery is proven", **attempt, verdict="proven")
    writer.at(940, "run.finished", "recovered and proven", exit_code=0, ending="recovered", data={"left": []})
    writer.at(1900, "watch.finished", "edge1 stayed stable for 15 minutes", stable=True)
    return list(messages(writer.entries()))


# What the guides ask each message to hold, by the label of its line.
GUIDES = {
    "started": ("Scope", "Impact", "Trigger", "Bridge", "Lead"),
    "heartbeat": ("Under way", "Window", "Next update"),
    "extension": ("Old end", "New end", "Reason", "Done"),
    "escalation": ("Window missed since", "Under way", "Escalate to", "Bridge"),
    "completed": ("Duration", "Before", "After", "Caution"),
    "resolved": ("Watched",),
}


@pytest.mark.parametrize("kind", GUIDES)
def test_each_message_holds_what_the_guides_ask_of_it(tmp_path: Path, kind: str) -> None:
    message = next(message for message in incident(tmp_path) if message.kind == kind)
    labels = [line.partition(":")[0] for line in message.lines]
    assert set(GUIDES[kind]) <= set(labels)
    assert len(ASKED[kind]) == len(GUIDES[kind])
    assert not [line for line in message.lines if line.endswith(("not stated", ": "))]
    assert all(line in message.body for line in message.lines)


def test_the_figures_before_and_after_are_in_the_message_of_the_end(tmp_path: Path) -> None:
    (message,) = [message for message in incident(tmp_path) if message.kind == "completed"]
    figures = "configuration lines differ, {} routes differ, {} neighbours or interfaces down"
    assert f"Before: 4 {figures.format(2, 1)}" in message.body
    assert f"After: 0 {figures.format(0, 0)}" in message.body
    assert "Duration: 16 min" in message.body


def test_what_was_not_given_is_said_where_the_guides_ask_for_it(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.at(0, "run.started", "recover edge1", choices={})
    (message,) = messages(writer.entries())
    assert "Bridge: not stated" in message.lines
    assert not [line for line in message.lines if line.startswith("Incident")]


OWN = """\
started: {Umfang!: scope, Auswirkung!: impact, Auslöser!: trigger, Leitung!: lead, Telefon!: bridge}
resolved: {}
"""


def test_a_home_has_templates_of_its_own_by_kind_of_message(tmp_path: Path) -> None:
    (tmp_path / "messages.yaml").write_text(OWN)
    known = templates(tmp_path)
    kept = incident(tmp_path / "runs")
    entries = read(next((tmp_path / "runs").rglob("journal.jsonl"))).entries

    told = {message.kind: message for message in messages(entries, known)}

    assert told["started"].lines[1:3] == ("Auswirkung: shop; 300 users", "Auslöser: availability 80 %")
    assert told["completed"] == next(message for message in kept if message.kind == "completed")
    assert told["resolved"].lines == ()
    assert lacking(known) == ("resolved lacks text",)
    assert lacking(templates()) == ()


def test_every_field_of_a_message_is_filled_somewhere_in_a_recovery(tmp_path: Path) -> None:
    (tmp_path / "messages.yaml").write_text(
        "".join(f"{kind}: {{{', '.join(f'{name}: {name}' for name in FIELDS)}}}\n" for kind in templates())
    )
    incident(tmp_path / "runs")
    entries = read(next((tmp_path / "runs").rglob("journal.jsonl"))).entries
    told = [line.partition(":")[0] for one in messages(entries, templates(tmp_path)) for line in one.lines]
    assert set(FIELDS) - set(told) == {"change", "incident", "problem", "reverts"}  # not given; no timer is armed


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("begun: {Scope: scope}", "begun: there is no such message"),
        ("started: {Scope: skope}", "started: Scope: there is no field skope; did you mean scope"),
        ("started: [scope]", "started"),
        ("- started", "messages.yaml"),
        ("started: {Scope: 3}", "started"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_with_its_place(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "messages.yaml").write_text(text)
    with pytest.raises(UsageError, match=why):
        templates(tmp_path)
