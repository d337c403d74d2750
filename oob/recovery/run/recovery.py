"""One recovery: reach, identify, preserve, preflight, attempt, prove, confirm or revert, save, record."""

from __future__ import annotations

from dataclasses import replace

import oob.recovery.record.events as events
from oob.backup.folder import Backup
from oob.device.facts import Facts
from oob.device.identity import Expected
from oob.device.values import Values
from oob.errors import JournalError, OobError
from oob.recovery.ladder import plan as plans
from oob.recovery.ladder.plan import Ground, Plan
from oob.recovery.proof.afford import expect, of_recovery
from oob.recovery.proof.neighbours import Neighbours, Waiting, owner
from oob.recovery.proof.prove import Aim, Proof, judge, prove, silent_addresses
from oob.recovery.record.ending import PUT_BACK, RECOVER, Ending
from oob.recovery.record.interruption import REFUSALS
from oob.recovery.record.outcome import AttemptOutcome, Outcome
from oob.recovery.run import preflight
from oob.recovery.run.attempt import Attempting
from oob.recovery.run.case import Case
from oob.recovery.run.preparation import Groundwork
from oob.recovery.run.run import Run

TEXTS = {
    Ending.RECOVERED: "recovered and proven",
    Ending.UNCHANGED: "nothing was wrong; nothing was changed",
    Ending.PUT_BACK: "not recovered; the broken state that was found was put back",
    Ending.FAILED: "not recovered",
}


class Recovery(Run):
    """Brings the device back to its target backup and proves it, or says what is left to do."""

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self.groundwork = Groundwork(case)
        self.proof: Proof | None = None
        self.waiting: Waiting | None = None

    def _go(self) -> Outcome:
        self._check_drilled()
        target, baseline = self.groundwork.backups()
        self._authorise(target.manifest, baseline.manifest)
        self._begin(f"recover {self.case.entry.name}", target=target.manifest.id, baseline=baseline.manifest.id)
        self.case.record.hide(self.case.profile, target.configuration, baseline.configuration)
        self.groundwork.check_hazards(target)
        expect(self.case.means.access, of_recovery(target, baseline))
        self.case.session.expect(Expected.of(self.case.entry.expect, baseline.manifest))
        self.case.session.open(wait=self.case.choices.wait)
        expect(self.case.means.access, 0)  # from here on each reading says what it costs
        facts = self.case.steady(self._see)
        broken = self.groundwork.preserve(facts, baseline)
        self.case.record.hide(self.case.profile, broken.configuration)
        aim = Aim.of(self.case.entry, self.case.choices, target, baseline)
        if not self.case.state.attempts and self._is_fine(aim, broken):
            return self._end(broken, Ending.UNCHANGED)
        if not self.case.state.attempts and self._is_waiting(aim):
            return self._end(broken, Ending.WAITING)
        self.groundwork.warn_of_jobs(target, broken)
        ground = self.groundwork.lay(target, baseline, broken, facts)
        plan = self._plan(ground)
        self._have_confirmed()
        is_back = self._climb(plan, ground, aim, broken, RECOVER)
        ending = Ending.WAITING if self.waiting else Ending.RECOVERED
        if is_back:
            self.case.steady(self._save)
        else:
            is_as_found = self.case.choices.put_back and self._put_back(ground, broken)
            ending = Ending.PUT_BACK if is_as_found else Ending.FAILED
        self._tidy(ground)
        return self._end(broken, ending)

    # --- before anything is changed

    def _see(self) -> Facts:
        facts = self._identify("see which device this is")
        self.groundwork.compare_clocks(facts)
        return facts

    def _is_fine(self, aim: Aim, broken: Backup) -> bool:
        """Tell whether nothing is wrong with the device at all."""
        proof = judge(self.case.profile, aim, broken)
        if proof.is_proven:
            proof = replace(proof, silent=silent_addresses(self.device, aim.addresses))
        self.case.record.note(events.DIFFERENCE, "what is wrong", **proof.as_json())
        self.proof = proof
        if proof.is_proven:
            preflight.check_timer(self.device)  # what it undoes may be what makes the device right
        return proof.is_proven

    def _is_waiting(self, aim: Aim) -> bool:
        """Tell whether there is nothing to restore: the configuration is right, and a neighbour is down."""
        if self.proof is None or not self.proof.is_configured:
            return False
        self.waiting = self._look_at_neighbours(aim, self.proof)
        if self.waiting is None:
            return False
        proof = replace(self.proof, silent=silent_addresses(self.device, aim.addresses))
        self.waiting, self.proof = self._look_at_neighbours(aim, proof), proof
        if self.waiting is None:
            return False
        self.case.record.note(events.DIFFERENCE, str(self.waiting), **proof.as_json())
        preflight.check_timer(self.device)
        return True

    def _look_at_neighbours(self, aim: Aim, proof: Proof) -> Waiting | None:
        names = owner(self.groundwork.catalogue, self.case.entry.name)
        return self.case.steady(lambda: Neighbours(self.device, aim, names).waiting(proof))

    def _plan(self, ground: Ground) -> Plan:
        plan = plans.plan(ground, warnings=self.case.record.warnings)
        self.case.record.note(events.PLAN_MADE, f"{len(plan.to_try)} attempts to try", plan=plan.as_json())
        self._open_window(self.case.choices.window or plan.window_minutes)
        return plan

    # --- changing it

    def _climb(self, plan: Plan, ground: Ground, aim: Aim, before: Backup, phase: str) -> bool:
        """Try one attempt after the other until the device is proven to be back; tell whether it is."""
        is_pointless = ""
        for attempt in plan.attempts:
            known = self.case.state.attempt(phase, attempt.number)
            result = AttemptOutcome(number=attempt.number, strategy=attempt.strategy, title=attempt.title, phase=phase)
            skipped = attempt.skipped or (is_pointless if attempt.rung not in plans.RESTARTS else "")
            if skipped:
                self.case.record.note(
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
            self.case.record.announce(attempt.title, attempt.seconds + plan.proof_seconds)
            attempting = Attempting(self.case, ground, attempt, aim, before=before, phase=phase)
            is_back = attempting.carry_out()
            if phase == RECOVER:  # what is put back is the broken state: a proof of that proves nothing of the device
                self.proof = attempting.proof or self.proof
                self.waiting = attempting.waiting
            self.results.append(replace(result, failure=attempting.state.failure))
            if is_back:
                return True
            if attempting.proof and attempting.proof.is_configured:
                is_pointless = "the configuration was the target's already and that did not bring the device back"
        return False

    def _save(self) -> None:
        data = self.case.profile.configuration
        if data is None or not data.save:
            return
        try:
            with self.case.record.act(events.SAVE, "keep it over a restart"):
                self.device.console.go(self.case.profile.home_state)
                for step in data.save:
                    self.device.perform(step, Values())
        except REFUSALS as error:
            self.device.console.go(self.case.profile.home_state)
            self.case.record.warn(f"the configuration could not be saved and will be lost at the next restart: {error}")

    def _tidy(self, ground: Ground) -> None:
        """Take away what the attempts brought to the device; what stays there is only said."""
        begun = {result.strategy for result in self.results if not result.skipped}
        steps = {step.run: step for name in begun for step in self.case.profile.strategies[name].tidy}
        values = Values(words=plans.places(ground))
        for step in steps.values():
            try:
                with self.case.record.act(events.TIDY, values.fill(step.about)):
                    self.device.console.go(self.case.profile.home_state)
                    self.device.perform(step, values)
            except JournalError:
                raise
            except OobError as error:
                self.case.record.warn(f"{values.fill(step.about)}: not done: {error}")

    def _put_back(self, ground: Ground, broken: Backup) -> bool:
        """Bring back the state that was found: it is known, the one that the attempts left may not be.

        Return whether that is so.
        """
        if not self.case.state.is_putting_back:
            self.case.record.note(events.PUTBACK_STARTED, "no attempt worked; the state that was found is put back")
        back = replace(
            ground, target=broken, baseline=broken, observed=None, rungs=("backup", "surgical"), allow_reload=False
        )
        aim = Aim(target=broken, tolerate=self.case.choices.tolerate)
        proof = self.case.steady(lambda: self._compare(aim))
        is_back = proof.is_proven or self._climb(plans.plan(back), back, aim, broken, PUT_BACK)
        text = "the state that was found is back" if is_back else "the state that was found could not be put back"
        self.case.record.note(events.PUTBACK_ENDED, text, proven=is_back)
        if not is_back:
            self.case.record.warn(f"{text}; it is kept as backup {broken.manifest.id}")
        return is_back

    def _compare(self, aim: Aim) -> Proof:
        self.device.console.go(self.case.profile.home_state)
        return prove(self.device, aim, self.case.means.clock, self.case.record.progress, limit=0)

    # --- the end

    def _end(self, broken: Backup, ending: Ending) -> Outcome:
        outcome = Outcome(
            run=self.id,
            device=self.case.entry.name,
            platform=self.case.profile.platform,
            ending=ending,
            path=self.device.path,
            target=str(self.case.state.started["target"]),
            baseline=str(self.case.state.started["baseline"]),
            broken=broken.manifest.id,
            attempts=tuple(self.results),
            proof=self.proof,
            warnings=tuple(self.case.record.warnings),
            left=self._left(broken, ending),
            waiting=self.waiting,
            seconds=self.case.means.clock.monotonic() - self.started,
        )
        return self._finish(outcome, str(self.waiting) if self.waiting else TEXTS[ending])

    def _left(self, broken: Backup, ending: Ending) -> tuple[str, ...]:
        if ending in (Ending.RECOVERED, Ending.UNCHANGED):
            return ()
        if self.waiting:
            names = ", ".join(self.waiting.neighbours)
            return (f"recover {names}, then: oob verify {self.case.entry.name}",)
        reasons = self.proof.reasons if self.proof else ()
        return (
            *(f"still so: {reason}" for reason in reasons[:20]),
            f"the state that was found is kept as backup {broken.manifest.id}",
            "restore by hand what is named above, or allow a restart of the device if that was left out",
        )
