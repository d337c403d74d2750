"""A device that is watched while it is changed in-band: what triggers a recovery, and who starts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
import yaml

from oob.clock import Clock
from oob.errors import ConsoleSilent, UsageError
from oob.events import Events
from oob.inventory.device import Critical
from oob.recovery.after import guard as guarding
from oob.recovery.after.guard import guard, may_start
from oob.recovery.api import recover
from oob.recovery.authority.decision import Decision
from oob.recovery.context import RunOptions
from oob.recovery.proof.prove import Proof
from oob.recovery.question import Reply, TimedQuestion
from tests.recovery.conftest import Site
from tests.recovery.stand import Stand

LOOKING = RunOptions(converge=0.0)
FINE = Proof(target="b1", baseline="b1", lines=())
SILENT = Proof(target="b1", baseline="b1", lines=(), silent=("10.0.12.1",))


class Hands:
    """A clock whose waits pass at once, and are written down."""

    def __init__(self) -> None:
        self.now = 0.0

    def wait(self, seconds: float) -> None:
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.now, wait=self.wait)


def looked(
    stand: Stand, looks: list[Proof | Exception], figures: Mapping[str, object] | Exception | None = None
) -> tuple[Decision | None, float, list[str]]:
    """Return what a guard of five minutes finds, after how many seconds, and what it said."""
    hands, said, left = Hands(), list[str](), iter(looks)

    def verify(*_: object) -> Proof:
        look = next(left, FINE)
        if isinstance(look, Exception):
            raise look
        return look

    def measure() -> Mapping[str, object]:
        if isinstance(figures, Exception):
            raise figures
        return figures or {}

    stand.patch.setattr(guarding, "verify", verify)
    means = replace(stand.means, clock=hands.clock, events=Events(lambda event: said.append(event.text)))
    found = guard(stand.entry, means, LOOKING, measure, minutes=5, every=60)
    return found, hands.now, said


def test_a_device_on_which_nothing_critical_is_missing_triggers_nothing_for_the_whole_time(stand: Stand) -> None:
    found, seconds, said = looked(stand, [])
    assert (found, seconds, len(said)) == (None, 300.0, 6)


def test_a_critical_address_that_is_silent_in_two_looks_is_a_critical_function_lost(stand: Stand) -> None:
    found, seconds, said = looked(stand, [FINE, SILENT, SILENT])
    assert found is not None
    assert (found.reasons, seconds) == (("a critical function is lost",), 120.0)
    assert "10.0.12.1: no reply to ping" in said[-1]


def test_a_critical_address_that_is_silent_once_is_no_trigger(stand: Stand) -> None:
    assert looked(stand, [SILENT, FINE, SILENT, FINE])[0] is None


def test_a_figure_beyond_its_limit_for_its_time_triggers_whatever_the_device_shows(stand: Stand) -> None:
    found, seconds, _ = looked(stand, [], {"error_rate": 12.0, "error_rate_minutes": 3})
    assert found is not None
    assert seconds == 0.0
    assert looked(stand, [], {"error_rate": 12.0, "error_rate_minutes": 1})[0] is None


def test_what_cannot_be_read_is_said_and_triggers_nothing(stand: Stand) -> None:
    found, _, said = looked(stand, [ConsoleSilent("nothing")] * 6, UsageError("no Prometheus server replies"))
    assert found is None
    assert "the device could not be read: nothing" in said[0]
    assert "the figures could not be read: no Prometheus server replies" in said[0]


def test_a_figure_that_makes_no_sense_is_said_and_neither_triggers_nor_ends_the_guard(stand: Stand) -> None:
    found, _, said = looked(stand, [FINE] * 6, {"availability": 0.5})
    assert found is None
    assert "the figures could not be read: availability: 0.5 looks like a ratio" in said[0]


@pytest.mark.parametrize(
    ("silence", "reply", "starts"),
    [
        ("stop", "yes", True),
        ("stop", "no", False),
        ("stop", "no reply", False),
        ("go", "no reply", True),
        ("go", "no", False),
    ],
)
def test_the_policy_decides_whether_silence_means_go_or_stop(
    stand: Stand, silence: str, reply: Reply, starts: bool
) -> None:
    (stand.home.path / "policy.yaml").write_text(yaml.safe_dump({"silence": silence, "reply_minutes": 3}))
    asked: list[TimedQuestion] = []

    def agree(question: TimedQuestion) -> Reply:
        asked.append(question)
        return reply

    decision = Decision(answer="roll back now", reasons=("a critical function is lost",), is_emergency=True)
    assert may_start(stand.entry, replace(stand.means, agree=agree, clock=Hands().clock), decision) is starts
    assert asked[0].seconds == 180
    assert asked[0].silence == ("the recovery starts" if silence == "go" else "nothing is started")


@pytest.mark.parametrize(("silence", "waited"), [("go", 120.0), ("stop", 0.0)])
def test_a_recovery_that_nobody_can_be_asked_about_starts_only_after_the_window(
    stand: Stand, silence: str, waited: float
) -> None:
    (stand.home.path / "policy.yaml").write_text(yaml.safe_dump({"silence": silence}))
    hands, said = Hands(), list[str]()
    means = replace(stand.means, clock=hands.clock, events=Events(lambda event: said.append(event.text)))
    decision = Decision(answer="roll back now", reasons=("a critical function is lost",), is_emergency=True)

    assert may_start(stand.entry, means, decision) is (silence == "go")
    assert hands.now == waited
    assert "After 2 minutes" in said[0]  # before the window, so that a person may stop it


def test_a_change_that_takes_a_critical_prefix_away_is_seen_over_the_console_and_rolled_back(site: Site) -> None:
    entry = replace(site.entry("edge1"), critical_prefixes=(Critical(target="198.51.100.0/24"),))
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            site.broken("edge1")  # the change goes wrong after the first look

    means = replace(site.means(), clock=Clock(wait=wait), agree=lambda question: "yes")
    found = guard(entry, means, LOOKING, dict, minutes=5, every=60)

    assert found is not None
    assert len(waits) == 2
    assert may_start(entry, means, found)
    outcome = recover(entry, site.means(), RunOptions(converge=10.0, reopen=30.0, trigger="; ".join(found.reasons)))
    assert outcome.exit_code == 0
