"""The parts of every run: its authority, its rollback window, its end, and the record of each.

Every act is announced in the journal before it happens, so a run that dies anywhere can be resumed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import asdict, replace

import oob.recovery.record.events as events
from oob.backup.manifest import Manifest
from oob.device.device import Device
from oob.device.facts import Facts
from oob.errors import GuardStopped, InternalFault, Interrupted, JournalError, OobError, PathLost, WrongDevice
from oob.events import EventName
from oob.recovery.authority.authority import Asking, Authorisation, Policy, check, confirm
from oob.recovery.authority.decision import Thresholds
from oob.recovery.authority.scope import Scope
from oob.recovery.authority.used import UsedApprovals
from oob.recovery.context import Mandate
from oob.recovery.ladder import plan as plans
from oob.recovery.record.heartbeat import Heartbeat
from oob.recovery.record.interruption import is_interruption
from oob.recovery.record.outcome import AttemptOutcome, Outcome
from oob.recovery.record.window import RollbackWindow
from oob.recovery.run.figure_watch import FigureWatch
from oob.recovery.run.run_context import RunContext

RECORDED = (
    "is_recovered",
    "is_unchanged",
    "attempts",
    "warnings",
    "seconds",
)  # keys of the outcome in the last line of a journal


class Run(ABC):
    """A run on a device, from its beginning or resumed from its state."""

    def __init__(self, ctx: RunContext) -> None:
        self.ctx = ctx
        self.results: list[AttemptOutcome] = []
        self.started = ctx.collaborators.clock.monotonic()
        self.scope = Scope(device=ctx.entry.name)

    @abstractmethod
    def _go(self) -> Outcome:
        """Do it, and return the outcome; the console is still open then."""

    @property
    def id(self) -> str:
        """The identifier of the run."""
        return self.ctx.record.journal.run

    @property
    def device(self) -> Device:
        """The device, once it is reached."""
        return self.ctx.session.device

    def go(self) -> Outcome:
        """Do it, and return the outcome; raises the error that stopped it, after writing it to the journal."""
        try:
            record, clock = self.ctx.record, self.ctx.collaborators.clock
            with Heartbeat(record, clock), FigureWatch(record, self.ctx.collaborators.home, clock):
                outcome = self._go()
        except KeyboardInterrupt as error:
            raise self._interrupted() from error
        except OobError as error:
            self._stopped(error)
            raise
        except Exception as error:
            fault = InternalFault.of(error)
            self._stopped(fault, said=str(error)[:500])
            raise fault from error
        except BaseException:
            self.ctx.session.drop()
            raise
        self.ctx.session.close()
        return outcome

    # --- before anything is changed

    def _check_drilled(self) -> None:
        if (why := plans.undrilled(self.ctx.profile)) and not self.ctx.options.allow_undrilled:
            raise GuardStopped(f"{self.ctx.entry.name}: {why}; allow it with --allow-undrilled")

    def _authorise(self, target: Manifest | None = None, baseline: Manifest | None = None) -> None:
        """Raise GuardStopped without the authority that the home's policy requires now, also on resume.

        An approval for other backups or options does not count.
        """
        home = self.ctx.collaborators.home.path
        policy, thresholds = Policy.load(home), Thresholds.load(home)
        self.scope = Scope.of(
            self.ctx.entry.name,
            self.ctx.options,
            target,
            baseline,
            is_undrilled=bool(plans.undrilled(self.ctx.profile)),
        )
        had = self.ctx.state.authority if self.ctx.state.approved in ("", self.scope.sha256) else "none"
        word = check(self.ctx.entry, policy, thresholds, self.ctx.options, self._asking(self.scope), had=had)
        self._note_word(events.AUTHORITY_GIVEN, word, self.scope)

    def _asking(self, scope: Scope) -> Asking:
        """Return how the second approver is asked, with a request that can be sent to them."""
        collaborators = self.ctx.collaborators
        if collaborators.mandate is not None and collaborators.mandate.plan == self.ctx.options.plan:
            return self._mandated(collaborators.mandate)

        def ask(name: str) -> str:
            text = f"{name} is asked to approve this, here or with: oob approve {scope.device} --key KEY --request "
            self.ctx.record.note(events.APPROVAL_REQUESTED, text + scope.request(), sha256=scope.sha256)
            return collaborators.ask(name)

        used = UsedApprovals(collaborators.home.path, self.id, scope.device, collaborators.clock)
        return Asking(ask=ask, scope=scope, used=used, clock=collaborators.clock, tries=collaborators.tries)

    def _mandated(self, mandate: Mandate) -> Asking:
        """Return the approval of the whole fleet as the answer; it was valid when the fleet began."""
        collaborators = self.ctx.collaborators
        scope = Scope.of_fleet(mandate.plan, self.ctx.options)
        return Asking(
            ask=lambda name: mandate.approval,
            scope=scope,
            used=UsedApprovals(collaborators.home.path, mandate.fleet, scope.device, collaborators.clock),
            clock=replace(collaborators.clock, utc=lambda: mandate.since),
        )

    def _note_word(self, event: EventName, word: Authorisation, scope: Scope) -> None:
        self.ctx.record.note(event, word.text, marks={"persons": word.persons, "approved": scope.sha256})

    def _begin(self, about: str, *, target: str = "", baseline: str = "") -> None:
        """Record what a resume needs, once it is known."""
        if self.ctx.state.started:
            return
        marks = {
            "target": target,
            "baseline": baseline,
            "choices": asdict(self.ctx.options),
            "platform": self.ctx.profile.platform,
            "tier": self.ctx.entry.tier,
        }
        contacts = list(self.ctx.entry.contacts or self.ctx.entry.authorised)
        self.ctx.record.note(events.RUN_STARTED, about, marks=marks, contacts=contacts)

    def _identify(self, about: str) -> Facts:
        """Record the facts of the device; the session checks its identity each time it opens."""
        with self.ctx.record.act(events.IDENTIFY, about) as outcome:
            facts = self.device.facts()
            outcome.update(facts.as_json())
        return facts

    def _have_confirmed(self) -> None:
        """Wait for the approver before anything is changed, where the policy lets one person begin alone."""
        policy = Policy.load(self.ctx.collaborators.home.path)
        if policy.needed(self.ctx.entry) != "confirm" or self.ctx.state.authority in ("confirm", "two"):
            return
        about = f"{self.ctx.options.seconded_by} must confirm it within {policy.minutes:g} minutes"
        with self.ctx.record.act(events.CONFIRMATION, about):
            word = confirm(self.ctx.entry, policy, self.ctx.options, self._asking(self.scope))
        self._note_word(events.AUTHORITY_CONFIRMED, word, self.scope)

    def _open_window(self, minutes: float) -> None:
        self.ctx.record.window = window = RollbackWindow(self.ctx.collaborators.clock, minutes)
        text = f"the rollback window is {minutes:g} minutes, until {window.end:%H:%M:%S} UTC"
        self.ctx.record.note(events.WINDOW_OPENED, text, until=window.end.isoformat())

    # --- the end

    def _finish(self, outcome: Outcome, text: str) -> Outcome:
        """Record the outcome; from then on there is nothing to resume."""
        self._count()
        document = outcome.as_json()
        self.ctx.record.note(
            events.RUN_FINISHED,
            text,
            marks={"exit_code": outcome.exit_code, "ending": str(outcome.ending)},
            left=list(outcome.left),
            outcome={key: document[key] for key in RECORDED},
        )
        return outcome

    def _interrupted(self) -> Interrupted:
        """Record that the operator stopped the run, and leave the device's revert timer armed."""
        self.ctx.session.drop()
        armed = [one for one in self.ctx.state.attempts.values() if one.armed_at and not one.verdict]
        timer = "the revert timer is still armed: the device reverts the attempt unless confirmed; " if armed else ""
        text = f"interrupted; {timer}resume with: oob resume {self.id}"
        with suppress(JournalError):
            self._count()
            self.ctx.record.note(events.RUN_INTERRUPTED, text)
        return Interrupted(text)

    def _stopped(self, error: OobError, **data: object) -> None:
        if isinstance(error, JournalError | PathLost | InternalFault | WrongDevice) or is_interruption(error):
            self.ctx.session.drop()
        with suppress(JournalError):
            self._count()
            marks = {"exit_code": error.exit_code}
            self.ctx.record.note(events.RUN_STOPPED, str(error), marks=marks, kind=type(error).__name__, **data)
        self.ctx.session.close()

    def _count(self) -> None:
        self.ctx.record.note(
            events.LINE_COUNTED, "traffic on the line in this part of the run", marks=dict(self.ctx.session.counted)
        )
