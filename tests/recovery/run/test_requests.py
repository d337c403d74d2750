"""A word from another terminal or from the live page reaches the run where its own terminal would be asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import yaml

import oob.recovery.record.events as events
from oob.recovery.api import recover
from oob.recovery.context import RunOptions
from oob.recovery.question import Reply, TimedQuestion
from oob.recovery.record.ending import Ending
from oob.recovery.record.journal import NAME, read
from oob.recovery.record.requests import NAME as REQUESTS
from oob.recovery.record.requests import Requests, RunRequest
from oob.report.incident import incident
from oob.web.tell import tell
from tests.recovery.conftest import Site

QUICK = RunOptions(converge=10.0, reopen=30.0)


class Elsewhere:
    """A person at another terminal, who replies to what the journal of the only run says is asked."""

    def __init__(self, runs: Path, word: str) -> None:
        self._runs, self._word = runs, word
        self.asked: list[str] = []

    def __call__(self, question: TimedQuestion) -> Reply:
        self.asked.append(question.text)
        folder = next(self._runs.iterdir())
        tell(incident(read(folder / NAME).entries), folder, self._word, by="anna")
        return question.elsewhere() or "no reply"


def once_reached(site: Site, do: Callable[[Path], None]) -> Callable[[object], None]:
    """Return a listener that does *do* with the run's folder once its plan is made."""

    def hear(event: object) -> None:
        if getattr(event, "name", "") == events.PLAN_MADE:
            do(next(site.home.runs.iterdir()))

    return hear


def test_a_reply_from_elsewhere_confirms_and_the_journal_says_whose_it_was(site: Site) -> None:
    site.broken("core1")
    (site.home.path / "policy.yaml").write_text(yaml.safe_dump({"confirm": "person"}))
    person = Elsewhere(site.home.runs, "yes")

    outcome = recover(site.entry("core1"), replace(site.means(), agree=person), QUICK)

    assert outcome.exit_code == 0
    assert person.asked == ["attempt 1 is proven. Confirm it on the device?"]
    entries = read(site.home.runs / outcome.run / NAME).entries
    replied = next(entry for entry in entries if entry.event == events.QUESTION.finished)
    assert (replied.data["reply"], replied.data["by"]) == ("yes", "anna")


def test_a_pause_holds_the_next_attempt_until_a_person_says_to_continue(site: Site) -> None:
    site.broken("core1")
    means, person = site.means(), Elsewhere(site.home.runs, "no")
    means.events.subscribe(once_reached(site, lambda run: Requests(run).write(RunRequest(do="pause", by="ben"))))

    outcome = recover(site.entry("core1"), replace(means, agree=person), QUICK)

    assert person.asked[0] == "ben paused the run. Continue?"
    assert outcome.ending is Ending.PUT_BACK
    assert outcome.attempts[0].skipped == "ben paused the run, and no person agreed to continue (no)"


def test_a_reply_to_another_question_and_a_line_that_is_none_count_for_nothing(tmp_path: Path) -> None:
    requests = Requests(tmp_path)
    with open(tmp_path / REQUESTS, "ab") as file:
        file.write(b'{"do":"reload","by":"x"}\nnonsense\n{"do":"yes","by":"anna","question":7}\n{"do":"yes"')
    assert requests.reply(8) is None
    assert requests.reply(7) == RunRequest(do="yes", by="anna", question=7)
    assert requests.pause() is None


def test_the_first_reply_counts_and_a_pause_is_told_once(tmp_path: Path) -> None:
    requests = Requests(tmp_path)
    for do, question in (("no", 7), ("yes", 7), ("pause", 0)):
        line = {"do": do, "by": "anna", "question": question}
        with open(tmp_path / REQUESTS, "a") as file:
            file.write(json.dumps(line) + "\n")
    reply = requests.reply(7)
    assert reply is not None
    assert reply.do == "no"
    assert requests.pause() is not None
    assert requests.pause() is None


def test_requests_from_before_the_run_was_resumed_are_not_replayed(tmp_path: Path) -> None:
    Requests(tmp_path).write(RunRequest(do="pause", by="anna"))
    assert Requests(tmp_path).pause() is None
