"""One recovery: reach, identify, preserve, preflight, attempt, prove, confirm or revert, save, record."""

from __future__ import annotations

from dataclasses import replace

import oob.recovery.record.events as events
from oob.backup.folder import Backup
from oob.device.dialogue import kept
from oob.device.facts import Facts
from oob.device.identity import Expected
from oob.device.values import Values
from oob.errors import GuardStopped, JournalError, OobError
from oob.recovery.ladder import plan as plans
from oob.recovery.ladder.plan import Plan, PlanInputs
from oob.recovery.ladder.speed import Speed
from oob.recovery.proof.afford import expect, of_recovery
from oob.recovery.proof.neighbours import Neighbours, Waiting, owner
from oob.recovery.proof.prove import Proof, ProofTarget, judge, prove, silent_addresses
from oob.recovery.record.ending import PUT_BACK, RECOVER, Ending
from oob.recovery.record.interruption import REFUSALS
from oob.recovery.record.outcome import AttemptOutcome, Outcome
from oob.recovery.run import preflight
from oob.recovery.run.attempt import AttemptRun
from oob.recovery.run.permission import Permission
from oob.recovery.run.preparation import Preparation
from oob.recovery.run.run import Run
from oob.recovery.run.run_context import RunContext

TEXTS = {
    Ending.RECOVERED: "recovered and proven",
    Ending.UNCHANGED: "nothing was wrong; nothing was changed",
    Ending.PUT_BACK: "not recovered; the broken state was put back",
    Ending.FAILED: "not recovered",
}


class Recovery(Run):
    """A run that restores the target backup and proves it, or reports the tasks that remain."""

    def __init__(self, ctx: RunContext) -> None:
        super().__init__(ctx)
        self.preparation = Preparation(ctx)
        self.proof: Proof | None = None
        self.waiting: Waiting | None = None
        self.unconfirmed = ""  # why no further attempt is begun: a proven change was not confirmed

    def _go(self) -> Outcome:
        self._check_drilled()
        target, baseline = self.preparation.backups()
        self._authorise(target.manifest, baseline.manifest)
        self._begin(f"recover {self.ctx.entry.name}", target=target.manifest.id, baseline=baseline.manifest.id)
        self.ctx.record.hide(self.ctx.profile, target.configuration, baseline.configuration)
        self.preparation.check_hazards(target)
        expect(self.ctx.collaborators.access, of_recovery(target, baseline))
        self.ctx.session.expect(Expected.of(self.ctx.entry.expect, baseline.manifest, kept(baseline.facts)))
        self.ctx.session.open(wait=self.ctx.options.wait)
        if lacks := self.device.profile.lacks:
            raise GuardStopped(f"{self.ctx.entry.name}: {lacks}; nothing but the login was typed")
        expect(self.ctx.collaborators.access, 0)  # from here on each reading states its own cost
        facts = self.ctx.steady(self._see)
        broken = self.preparation.preserve(facts, baseline)
        self.ctx.record.hide(self.ctx.profile, broken.configuration)
        proof_target = ProofTarget.of(self.ctx.entry, self.ctx.options, target, baseline)
        if not self.ctx.state.attempts and self._is_fine(proof_target, broken):
            return self._end(broken, Ending.UNCHANGED)
        if not self.ctx.state.attempts and self._is_waiting(proof_target):
            return self._end(broken, Ending.WAITING)
        self.preparation.warn_of_jobs(target, broken)
        inputs = self.preparation.lay(target, baseline, broken, facts)
        plan = self._plan(inputs)
        self._have_confirmed()
        is_back = self._climb(plan, inputs, proof_target, broken, RECOVER)
        ending = Ending.WAITING if self.waiting else Ending.RECOVERED
        if is_back:
            self.ctx.steady(self._save)
        else:
            is_as_found = self.ctx.options.put_back and self._put_back(inputs, broken)
            ending = Ending.PUT_BACK if is_as_found else Ending.FAILED
        self._tidy(inputs)
        return self._end(broken, ending)

    # --- before anything is changed

    def _see(self) -> Facts:
        facts = self._identify("identify the device")
        self.preparation.compare_clocks(facts)
        return facts

    def _is_fine(self, proof_target: ProofTarget, broken: Backup) -> bool:
        """Tell whether nothing is wrong with the device."""
        proof = judge(self.ctx.profile, proof_target, broken)
        if proof.is_proven:
            proof = replace(proof, silent=silent_addresses(self.device, proof_target.addresses))
        self.ctx.record.note(events.DIFFERENCE, "difference from the baseline", **proof.as_json())
        self.proof = proof
        if proof.is_proven:
            preflight.check_timer(self.device)  # what the timer reverts may be what makes the device right
        return proof.is_proven

    def _is_waiting(self, proof_target: ProofTarget) -> bool:
        """Tell whether there is nothing to restore: the configuration is right, and a neighbour is down."""
        if self.proof is None or not self.proof.is_configured:
            return False
        self.waiting = self._look_at_neighbours(proof_target, self.proof)
        if self.waiting is None:
            return False
        proof = replace(self.proof, silent=silent_addresses(self.device, proof_target.addresses))
        self.waiting, self.proof = self._look_at_neighbours(proof_target, proof), proof
        if self.waiting is None:
            return False
        self.ctx.record.note(events.DIFFERENCE, str(self.waiting), **proof.as_json())
        preflight.check_timer(self.device)
        return True

    def _look_at_neighbours(self, proof_target: ProofTarget, proof: Proof) -> Waiting | None:
        names = owner(self.preparation.catalogue, self.ctx.entry.name)
        return self.ctx.steady(lambda: Neighbours(self.device, proof_target, names).waiting(proof))

    def _plan(self, inputs: PlanInputs) -> Plan:
        plan = plans.plan(inputs, warnings=self.ctx.record.warnings)
        self.ctx.record.note(events.PLAN_MADE, f"{len(plan.to_try)} attempts to try", plan=plan.as_json())
        self._open_window(self.ctx.options.window or plan.window_minutes)
        return plan

    # --- changing it

    def _climb(self, plan: Plan, inputs: PlanInputs, proof_target: ProofTarget, before: Backup, phase: str) -> bool:
        """Try one attempt after the other until one succeeds; tell whether one did."""
        is_pointless = ""
        permission = Permission(self.ctx, self.proof)
        for attempt in plan.attempts:
            known = self.ctx.state.attempt(phase, attempt.number)
            result = AttemptOutcome(number=attempt.number, strategy=attempt.strategy, title=attempt.title, phase=phase)
            skipped = (
                attempt.skipped or (is_pointless if attempt.rung not in plans.RESTARTS else "") or self.unconfirmed
            )
            if not skipped and phase == RECOVER and not known.is_begun:
                skipped = permission.refusal(attempt)
            if skipped:
                self.ctx.record.note(
                    events.ATTEMPT_SKIPPED,
                    skipped,
                    marks={"strategy": attempt.strategy},
                    title=attempt.title,
                    phase=phase,
                )
                self.results.append(replace(result, skipped=skipped))
                continue
            if known.verdict == "failed":
                self.results.append(
                    replace(result, failure=known.failure or "it had failed before the run was resumed")
                )
                continue
            self.ctx.record.announce(attempt.title, attempt.seconds + plan.proof_seconds)
            current = AttemptRun(self.ctx, inputs, attempt, proof_target, before=before, phase=phase)
            is_back = current.carry_out()
            if phase == RECOVER:  # in put-back the broken state is proven, which says nothing about recovery
                self.proof = current.proof or self.proof
                self.waiting = current.waiting
            self.unconfirmed = current.unconfirmed
            self.results.append(replace(result, failure=current.state.failure))
            if is_back:
                return True
            if current.proof and current.proof.is_configured:
                is_pointless = "the configuration is already the target's, and the device is still not proven"
        return False

    def _save(self) -> None:
        data = self.ctx.profile.configuration
        if data is None or not data.save:
            return
        try:
            expected = plans.step_seconds(data.save, Speed.of_device(self.device))
            with self.ctx.record.act(events.SAVE, "save to the start-up configuration", expected=expected):
                self.device.console.go(self.ctx.profile.home_state)
                for step in data.save:
                    self.device.perform(step, Values())
        except REFUSALS as error:
            self.device.console.go(self.ctx.profile.home_state)
            self.ctx.record.warn(f"the configuration could not be saved and will be lost at the next restart: {error}")

    def _tidy(self, inputs: PlanInputs) -> None:
        """Remove from the device what the attempts brought there; a file that stays is only a warning."""
        begun = {result.strategy for result in self.results if not result.skipped}
        steps = {step.run: step for name in begun for step in self.ctx.profile.strategies[name].tidy}
        values = Values(words=plans.places(inputs))
        for step in steps.values():
            try:
                with self.ctx.record.act(events.TIDY, values.fill(step.about)):
                    self.device.console.go(self.ctx.profile.home_state)
                    self.device.perform(step, values)
            except JournalError:
                raise
            except OobError as error:
                self.ctx.record.warn(f"{values.fill(step.about)}: not done: {error}")

    def _put_back(self, inputs: PlanInputs, broken: Backup) -> bool:
        """Put back the snapshot of the broken state, which is known; the state that the attempts left may not be.

        Return whether it is proven.
        """
        if not self.ctx.state.is_putting_back:
            self.ctx.record.note(events.PUTBACK_STARTED, "no attempt worked; the broken state is put back")
        back = replace(
            inputs, target=broken, baseline=broken, observed=None, rungs=("backup", "surgical"), allow_reload=False
        )
        proof_target = ProofTarget(target=broken, tolerate=self.ctx.options.tolerate)
        proof = self.ctx.steady(lambda: self._compare(proof_target))
        is_back = proof.is_proven or self._climb(plans.plan(back), back, proof_target, broken, PUT_BACK)
        text = "the broken state is put back and proven" if is_back else "the broken state could not be put back"
        self.ctx.record.note(events.PUTBACK_ENDED, text, proven=is_back)
        if not is_back:
            self.ctx.record.warn(f"{text}; its snapshot is backup {broken.manifest.id}")
        return is_back

    def _compare(self, proof_target: ProofTarget) -> Proof:
        self.device.console.go(self.ctx.profile.home_state)
        return prove(self.device, proof_target, self.ctx.collaborators.clock, self.ctx.record.progress, limit=0)

    # --- the end

    def _end(self, broken: Backup, ending: Ending) -> Outcome:
        outcome = Outcome(
            run=self.id,
            device=self.ctx.entry.name,
            platform=self.ctx.profile.platform,
            ending=ending,
            path=self.device.path,
            target=str(self.ctx.state.started["target"]),
            baseline=str(self.ctx.state.started["baseline"]),
            broken=broken.manifest.id,
            attempts=tuple(self.results),
            proof=self.proof,
            warnings=tuple(self.ctx.record.warnings),
            left=self._left(broken, ending),
            waiting=self.waiting,
            seconds=self.ctx.collaborators.clock.monotonic() - self.started,
        )
        return self._finish(outcome, str(self.waiting) if self.waiting else TEXTS[ending])

    def _left(self, broken: Backup, ending: Ending) -> tuple[str, ...]:
        if ending in (Ending.RECOVERED, Ending.UNCHANGED):
            return ()
        if self.waiting:
            names = ", ".join(self.waiting.neighbours)
            return (f"recover {names}, then: oob verify {self.ctx.entry.name}",)
        reasons = self.proof.reasons if self.proof else ()
        return (
            *(f"still: {reason}" for reason in reasons[:20]),
            f"the snapshot of the broken state is backup {broken.manifest.id}",
            "restore the items above by hand, or allow a reload (--allow-reload) if that attempt was skipped",
        )
