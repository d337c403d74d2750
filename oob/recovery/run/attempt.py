"""One attempt from its first step to its verdict, whatever happens to the path in between.

After an interruption the device is asked for its revert timer and its configuration, and only missing steps are done
again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from math import inf
from typing import Literal

import oob.recovery.record.events as events
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.console.conversation import ANSWERED
from oob.console.paste import PasteError
from oob.device.action import GRACE
from oob.device.agreement import EarlierReading, Witness, agree
from oob.device.device import Device
from oob.device.values import Values
from oob.errors import DataError, GuardStopped, OobError, OutputUnverified
from oob.events import EventName
from oob.profile.model import Step
from oob.recovery.authority.authority import Policy
from oob.recovery.ladder import plan as plans
from oob.recovery.ladder.difference import comparable, differences
from oob.recovery.ladder.plan import MARGIN, Attempt, PlanInputs
from oob.recovery.proof.neighbours import Neighbours, Waiting, owner
from oob.recovery.proof.prove import Proof, ProofTarget, prove
from oob.recovery.record.ending import PUT_BACK, RECOVER
from oob.recovery.record.interruption import REFUSALS, WornOut, persist
from oob.recovery.record.run_state import AttemptState, Verdict, armed_for
from oob.recovery.run.permission import ask
from oob.recovery.run.run_context import RunContext

TIMED = ("{minutes}", "{seconds}", "{time}")  # a step with one of these words in its command arms the timer
PROVEN = {
    RECOVER: "the recovery is proven",
    PUT_BACK: "the broken state is put back and proven",
}
TRIES = 2
REFUSED = 3  # refused lines that a failure names
ASK_AGAIN = 5.0
SETTLING = 30.0  # seconds for the routes of a neighbour that has just come back
WAITING_PAUSE = 10.0  # between two looks at the routes while a neighbour is down
OVERDUE = 180.0  # how long after its time a device's timer may fire

Where = Literal["fresh", "armed", "changed", "untouched"]


class AttemptRun:
    """Carries out one *attempt* of a plan and proves its result.

    *before* is the snapshot of the broken state, *phase* the part of the run that the attempt belongs to.
    """

    def __init__(
        self,
        ctx: RunContext,
        inputs: PlanInputs,
        attempt: Attempt,
        proof_target: ProofTarget,
        *,
        before: Backup,
        phase: str,
    ) -> None:
        self.ctx = ctx
        self.inputs = inputs
        self.attempt = attempt
        self.proof_target = proof_target
        self.before = before
        self.phase = phase
        self.proof: Proof | None = None
        self.waiting: Waiting | None = None
        self.strategy = inputs.profile.strategies[attempt.strategy]
        self._is_fresh = not self.state.is_begun
        self._tries = 0
        self._refused: tuple[PasteError, ...] = ()
        self._has_lost_session = False
        self.unconfirmed = ""

    @property
    def device(self) -> Device:
        """The device, over the path in use."""
        return self.ctx.session.device

    @property
    def state(self) -> AttemptState:
        """The state of this attempt, as the journal has it."""
        return self.ctx.state.attempt(self.phase, self.attempt.number)

    @property
    def marks(self) -> Mapping[str, object]:
        """The marks of this attempt in the journal."""
        return {"phase": self.phase, "number": self.attempt.number, "strategy": self.attempt.strategy}

    def carry_out(self) -> bool:
        """Do it, and return whether it succeeded; a failed attempt is undone first.

        It succeeds where the device is proven, or its configuration is and routes are *waiting* for neighbours that are
        down.
        """
        if self._is_fresh:
            self._note(events.ATTEMPT_STARTED, self.attempt.title, expected=self.attempt.seconds)
        try:
            return persist(self.ctx.session, self._advance, self._interrupted, what=f"attempt {self.attempt.number}")
        except WornOut as error:
            if not isinstance(error.last, OutputUnverified) or self.state.failure:
                raise
            self.ctx.session.again(error.last)
            self._judge(str(error.last))  # the path works, but the state that the attempt left cannot be read
            return self._advance()

    def _interrupted(self, error: OobError) -> None:
        self._note(events.ATTEMPT_INTERRUPTED, str(error), kind=type(error).__name__)
        self._is_fresh = False

    def _advance(self) -> bool:
        """Bring the attempt from where the device is now to its verdict."""
        self._has_lost_session = not self._is_fresh and not self.device.is_held
        if not self.state.failure:
            where = "fresh" if self._is_fresh else self._look()
            if where in ("fresh", "untouched"):
                self._try_steps()
            else:
                self._note(events.ATTEMPT_FOUND, f"the device is {where}, so no step is repeated", where=where)
        if not self.state.failure:
            self._prove()
        if not self.state.failure:
            self._have_confirmed()
        if not self.state.failure:
            self._try_confirm()
        if self.state.failure:
            self._undo()
        verdict: Verdict = "failed" if self.state.failure else "waiting" if self.waiting else "proven"
        kept = f"{self.waiting}; the configuration is kept" if self.waiting else PROVEN[self.phase]
        self._note(events.ATTEMPT_ENDED, self.state.failure or kept, marks={"verdict": verdict})
        return not self.state.failure

    # --- where the device is

    def _look(self) -> Where:
        """Ask the device how far the attempt is: its timer first, then its configuration."""
        self._home()
        owner = self.device.timer_owner()
        if owner is not None:
            self._check_owner(owner)
            return "armed"
        if self.state.is_rebooting:
            return "changed"
        if differences(self.inputs.profile, self.before.configuration, self.device.configuration()):
            return "changed"
        return "untouched"

    def _check_owner(self, owner: str) -> None:
        ours = self.ctx.collaborators.secrets.username
        if self.state.armed_at and (not owner or not ours or owner == ours):
            return
        raise GuardStopped(
            f"a revert timer{f' of {owner}' if owner else ''} is armed on the device, and this run did not arm it; "
            "let it expire, or confirm or revert it by hand, then resume"
        )

    def _home(self) -> None:
        self.device.go_home()

    # --- doing it

    def _try_steps(self) -> None:
        self._tries += 1
        if self._tries > TRIES:
            self._judge(f"the device accepted nothing in {TRIES} tries")
            return
        try:
            self._home()
            if plans.has_moving_checkpoint(self.inputs, self.attempt):
                self.attempt = plans.with_checkpoint_of_now(self.inputs, self.attempt, self.device.checkpoints())
            filled = self._values()
            for index in range(self._first_step(filled), len(self.strategy.steps)):
                self._step(index, self.strategy.steps[index], filled)
        except REFUSALS as error:
            self._judge(str(error))

    def _values(self) -> Values:
        needs_running = any(step.paste == "difference" for step in self.strategy.steps)
        return plans.values(self.inputs, self.attempt, self._running() if needs_running else None)

    def _running(self) -> str:
        """Return the running configuration, verified: a misread line would be typed as `no` and the rest."""
        profile = self.inputs.profile
        data = profile.configuration
        agreed = agree(
            self.device,
            self.device.configuration,
            lambda text: comparable(profile, text),
            known=[
                EarlierReading(content=comparable(profile, self.before.configuration), name=self.before.manifest.id)
            ],
            witness=Witness(self.device, data.read, data.volatile) if data else None,
        )
        if not agreed.how:
            raise DataError("no two readings of the running configuration agree, so no difference is typed")
        return agreed.value

    def _words(self) -> Values:
        return Values(words=plans.words(self.inputs, self.attempt))

    def _first_step(self, filled: Values) -> int:
        """Return the step to begin with: after the last step whose query shows that it and all before are done."""
        for index in range(len(self.strategy.steps) - 1, 0, -1):
            step = self.strategy.steps[index]
            if not step.shows:
                continue
            try:
                self.device.perform(step, filled)
            except REFUSALS:
                self._home()
                continue
            self._note(events.STEP_SHOWN, f"already done: {filled.fill(step.about)}", index=index)
            return index + 1
        return 0

    def _step(self, index: int, step: Step, filled: Values) -> None:
        planned = self.attempt.steps[index]
        arms = self.attempt.armed and (step.holds or any(word in step.run for word in TIMED))
        marks = {**self.marks, "index": index, "reboots": step.reboots, "arms": arms}
        with self.ctx.record.act(
            events.STEP, planned.about, marks=marks, expected=planned.seconds, commands=list(planned.commands)
        ) as outcome:
            result = self.device.perform(step, filled, expected=planned.seconds, limit=self._until_revert())
            hide = self.ctx.record.masker.mask_answer
            outcome["printed"] = hide(result.text)[-2000:]
            if result.resent:
                outcome["resent"] = result.resent
            refused, answers = (
                tuple(replace(line, text=hide(line.text), answer=hide(line.answer)) for line in lines)
                for lines in (result.refused, result.answers)
            )
            for name, lines in (("refused", refused), ("answers", answers)):
                if lines:
                    outcome[name] = [asdict(line) for line in lines]
            self._refused += refused
        if arms:
            self._say_deadline()

    def _say_deadline(self) -> None:
        end = datetime.fromisoformat(self.state.armed_at) + timedelta(minutes=self.attempt.minutes)
        text = f"the device reverts at {end:%H:%M:%S} UTC unless confirmed"
        self._note(events.TIMER_ARMED, text, deadline=end.isoformat())

    # --- judging it

    def _prove(self) -> None:
        if self._has_lost_session and self._is_timer_lost():
            return
        self._home()
        self.waiting = None
        proof = self._proven(self.proof_target)
        if not proof.is_proven:
            proof = self._wait_for_neighbours(proof)
        self.proof = proof
        if proof.is_proven or (self.waiting and self._is_kept(proof, self.waiting)):
            return
        count = len(proof.reasons)
        more = f" (and {count - 3} more)" if count > 3 else ""
        reverted = f"{self.waiting}, and the policy reverts that: " if self.waiting else "not proven: "
        self.waiting = None
        self._judge(reverted + "; ".join(proof.reasons[:3]) + more + self._of_refused())

    def _of_refused(self) -> str:
        """Return the lines that the device refused, the first few of them, for a message."""
        if not self._refused:
            return ""
        told = [f"{line.text.strip()!r}: {' '.join(line.answer.split())}" for line in self._refused[:REFUSED]]
        more = f" (and {len(self._refused) - REFUSED} more)" if len(self._refused) > REFUSED else ""
        return f"; the device refused {'; '.join(told)}{more}"

    def _proven(self, proof_target: ProofTarget) -> Proof:
        with self.ctx.record.act(events.PROOF, "prove it on the device", marks=self.marks) as outcome:
            with self.device.console.conversation.within(self._until_revert()):
                limit = self._time_left()
                proof = prove(
                    self.device, proof_target, self.ctx.collaborators.clock, self.ctx.record.progress, limit=limit
                )
            outcome.update(proof.as_json())
        return proof

    def _wait_for_neighbours(self, proof: Proof) -> Proof:
        """Return the proof once neighbours that are down are up again, or the device's timer allows no more waiting."""
        names = owner(Catalogue(self.ctx.collaborators.home.backups), self.ctx.entry.name)
        has_timer = bool(self.state.armed_at and self.attempt.minutes)
        neighbours = Neighbours(self.device, self.proof_target, names, self._time_left if has_timer else lambda: inf)
        self.waiting = neighbours.waiting(proof)
        left = self._time_left() if has_timer else 0.0
        if not self.waiting:
            late = neighbours.are_back(proof) and left > 0
            return (
                self._proven(replace(self.proof_target, converge=max(SETTLING, self.proof_target.converge)))
                if late
                else proof
            )
        end = self.ctx.collaborators.clock.utc() + timedelta(seconds=max(0.0, left))
        text = f"{self.waiting}; checked again until {end:%H:%M:%S} UTC" if left > 0 else str(self.waiting)
        self._note(events.ATTEMPT_WAITING, text, routes=self.waiting.routes, neighbours=list(self.waiting.neighbours))
        if left <= 0:
            return proof
        proof = self._proven(replace(self.proof_target, converge=left, pause=WAITING_PAUSE))
        self.waiting = None if proof.is_proven else neighbours.waiting(proof)
        return proof

    def _is_kept(self, proof: Proof, waiting: Waiting) -> bool:
        """Tell whether a proven configuration is kept although its neighbours are down."""
        said = Policy.load(self.ctx.collaborators.home.path).neighbour_down
        if said:
            return said == "keep"
        return not proof.tolerated and not waiting.is_alone

    def _is_timer_lost(self) -> bool:
        """Tell whether the timer can no longer be confirmed, because the session that armed it is gone."""
        timer = self.inputs.profile.timer
        if timer is None or timer.confirm_by != "session" or self.device.timer_owner() is None:
            return False
        self._judge("only the session that armed the revert timer may confirm, and that session is gone")
        return True

    def _time_left(self) -> float:
        """Return how long the proof may take before the revert timer expires; without one, the time to converge."""
        if not self.state.armed_at or not self.attempt.minutes:
            return self.proof_target.converge
        return self.attempt.minutes * 60 - MARGIN - self._armed_for()

    def _armed_for(self) -> float:
        """Return the seconds since the timer was armed, by the monotonic clock where this process armed it."""
        clock, since = self.ctx.collaborators.clock, self.state.armed_since
        return armed_for(self.state.armed_at, clock.utc()) if since is None else clock.monotonic() - since

    def _until_revert(self) -> float:
        """Return the seconds until the device reverts by itself: this attempt waits for nothing beyond that."""
        if not self.state.armed_at or not self.attempt.minutes:
            return ANSWERED
        return max(GRACE, self.attempt.minutes * 60 - self._armed_for())

    def _judge(self, failure: str) -> None:
        self._note(events.ATTEMPT_JUDGED, failure, failure=failure)

    # --- confirming or reverting

    def _have_confirmed(self) -> None:
        """Ask a person before the change is confirmed, where the policy wants that; without a yes it is reverted.

        The question is open no longer than the device's revert timer allows.
        """
        policy = Policy.load(self.ctx.collaborators.home.path)
        if policy.confirm != "person" or self.phase != RECOVER or not self.state.armed_at:
            return
        seconds = min(60 * policy.reply_minutes, self._time_left())
        text = f"attempt {self.attempt.number} is {'kept' if self.waiting else 'proven'}. Confirm it on the device?"
        reply = ask(self.ctx, text, "the device reverts it", seconds=seconds) if seconds > 0 else "no reply"
        if reply != "yes":
            within = f"no person confirmed it within {max(0.0, seconds):.0f} s"
            self.unconfirmed = "the person at the run declined it" if reply == "no" else within
            self._judge(f"proven, but {self.unconfirmed}: the device reverts it")

    def _try_confirm(self) -> None:
        timer = self.inputs.profile.timer
        if timer is None or not self.attempt.armed:
            return
        if self.device.timer_owner() is None:
            if not self._has_lost_session and self._time_left() < -MARGIN:
                self._judge("the revert timer expired before the change was confirmed")
                return
            self._note(events.TIMER_ABSENT, "no revert timer is armed, so there is nothing to confirm")
            return
        try:
            expected = plans.step_seconds(timer.confirm, self.inputs.speed)
            with self.ctx.record.act(events.CONFIRM, "confirm", marks=self.marks, expected=expected):
                for step in timer.confirm:
                    self.device.perform(step, self._words())
            if self.device.timer_owner() is not None:
                self._judge("confirmed, but the revert timer is still armed")
        except REFUSALS as error:
            self._home()
            self._judge(f"could not confirm: {error}")

    def _undo(self) -> None:
        """Undo a failed attempt, as far as the device can revert it."""
        if self.proof is None:
            self._abandon()
        self._home()
        timer = self.inputs.profile.timer
        if timer is None or not self.attempt.armed:
            return
        owner = self.device.timer_owner()
        if owner is None:
            return
        self._check_owner(owner)
        try:
            with self.ctx.record.act(events.REVERT, "revert the attempt", marks=self.marks):
                for step in timer.revert:
                    self.device.perform(step, self._words())
        except REFUSALS:
            self._home()
        self._await_timer()

    def _abandon(self) -> None:
        if not self.state.is_half_done or not self.strategy.abandon:
            return
        try:
            with self.ctx.record.act(events.ABANDON, "abandon the half-done attempt", marks=self.marks):
                for step in self.strategy.abandon:
                    self.device.perform(step, self._words())
        except REFUSALS:
            self._home()

    def _await_timer(self) -> None:
        """Ask until the timer is gone: a device that did not revert at once does so when the timer expires."""
        clock = self.ctx.collaborators.clock
        end = clock.monotonic() + self.attempt.minutes * 60 + OVERDUE
        while self.device.timer_owner() is not None:
            if clock.monotonic() > end:
                raise GuardStopped("the revert timer is past its time and still armed: check the device by hand")
            self._note(events.TIMER_AWAITED, "the revert timer is still armed; the device reverts when it expires")
            clock.wait(ASK_AGAIN)

    def _note(self, event: EventName, text: str, *, marks: Mapping[str, object] | None = None, **data: object) -> None:
        self.ctx.record.note(event, text, marks={**self.marks, **(marks or {})}, **data)
