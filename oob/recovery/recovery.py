"""One recovery: reach, identify, preserve, preflight, attempt, prove, confirm or revert, save, record."""

from __future__ import annotations

from dataclasses import replace

from oob.backup.folder import Backup
from oob.device.facts import Facts
from oob.device.values import Values
from oob.errors import JournalError, OobError
from oob.inventory import device as inventory
from oob.recovery import plan as plans
from oob.recovery import preflight
from oob.recovery.afford import expect, of_recovery
from oob.recovery.attempt import Attempting
from oob.recovery.groundwork import Groundwork
from oob.recovery.interruption import REFUSALS
from oob.recovery.means import Choices, Means
from oob.recovery.outcome import AttemptOutcome, Outcome
from oob.recovery.past import Past
from oob.recovery.plan import Ground, Plan
from oob.recovery.prove import Aim, Proof, judge, prove, silent_addresses
from oob.recovery.reach import Reach
from oob.recovery.record import Record
from oob.recovery.run import Run

RECOVER = "recover"
PUT_BACK = "put-back"


class Recovery(Run):
    """Brings the device back to its target backup and proves it, or says what is left to do."""

    def __init__(
        self, entry: inventory.Device, means: Means, choices: Choices, record: Record, reach: Reach, past: Past
    ) -> None:
        super().__init__(entry, means, choices, record, reach, past)
        self.groundwork = Groundwork(entry, means, choices, record, reach, past)
        self.proof: Proof | None = None
        self.is_unchanged = False

    def _go(self) -> Outcome:
        self._authorise()
        target, baseline = self.groundwork.backups()
        self._begin(f"recover {self.entry.name}", target=target.manifest.id, baseline=baseline.manifest.id)
        self.record.hide(self.profile, target.configuration, baseline.configuration)
        self.groundwork.check_hazards(target)
        expect(self.means.access, of_recovery(target, baseline))
        self.reach.open(self.choices.wait)
        expect(self.means.access, 0)  # from here on each reading says what it costs
        facts = self.reach.steady(lambda: self._see(baseline), self.choices.reopen)
        broken = self.groundwork.preserve(facts, baseline)
        self.record.hide(self.profile, broken.configuration)
        aim = Aim.of(self.entry, self.choices, target, baseline)
        if not self.past.attempts and self._is_fine(aim, broken):
            self.is_unchanged = True
            return self._end(broken, is_recovered=True)
        self.groundwork.warn_of_jobs(target, broken)
        ground = self.groundwork.lay(target, baseline, broken, facts)
        plan = self._plan(ground)
        self._have_confirmed()
        is_back = self._climb(plan, ground, aim, broken, RECOVER)
        if is_back:
            self.reach.steady(self._save, self.choices.reopen)
        elif self.choices.put_back:
            self._put_back(ground, broken)
        self._tidy(ground)
        return self._end(broken, is_recovered=is_back)

    # --- before anything is changed

    def _see(self, baseline: Backup) -> Facts:
        facts = self._identify("see which device this is", baseline.manifest)
        self.groundwork.compare_clocks(facts)
        return facts

    def _is_fine(self, aim: Aim, broken: Backup) -> bool:
        """Tell whether nothing is wrong with the device at all."""
        proof = judge(self.profile, aim, broken)
        if proof.is_proven:
            proof = replace(proof, silent=silent_addresses(self.device, aim.addresses))
        self.record.note("difference", "what is wrong", **proof.as_json())
        self.proof = proof
        if proof.is_proven:
            preflight.check_timer(self.device)  # what it undoes may be what makes the device right
        return proof.is_proven

    def _plan(self, ground: Ground) -> Plan:
        plan = plans.plan(ground, warnings=self.record.warnings)
        self.record.note("plan.made", f"{len(plan.to_try)} attempts to try", plan=plan.as_json())
        self._open_window(self.choices.window or plan.window_minutes)
        return plan

    # --- changing it

    def _climb(self, plan: Plan, ground: Ground, aim: Aim, before: Backup, phase: str) -> bool:
        """Try one attempt after the other until the device is proven to be back; tell whether it is."""
        is_pointless = ""
        for attempt in plan.attempts:
            past = self.past.attempt(phase, attempt.number)
            result = AttemptOutcome(number=attempt.number, strategy=attempt.strategy, title=attempt.title)
            skipped = attempt.skipped or (is_pointless if attempt.rung not in plans.RESTARTS else "")
            if skipped:
                self.record.note(
                    "attempt.skipped", skipped, marks={"strategy": attempt.strategy}, title=attempt.title, phase=phase
                )
                self.results.append(replace(result, skipped=skipped))
                continue
            if past.verdict == "failed":
                self.results.append(replace(result, failure=past.failure or "it had failed before the run was resumed"))
                continue
            self.record.announce(attempt.title, attempt.seconds + plan.proof_seconds)
            attempting = Attempting(
                self.reach,
                self.record,
                self.means,
                self.choices,
                ground,
                attempt,
                aim,
                before=before,
                past=past,
                phase=phase,
            )
            is_back = attempting.carry_out()
            self.proof = attempting.proof or self.proof
            self.results.append(replace(result, failure=past.failure))
            if is_back:
                return True
            if attempting.proof and attempting.proof.is_configured:
                is_pointless = "the configuration was the target's already and that did not bring the device back"
        return False

    def _save(self) -> None:
        data = self.profile.configuration
        if data is None or not data.save:
            return
        try:
            with self.record.act("save", "keep it over a restart"):
                self.device.console.go(self.profile.home_state)
                for step in data.save:
                    self.device.perform(step, Values())
        except REFUSALS as error:
            self.device.console.go(self.profile.home_state)
            self.record.warn(f"the configuration could not be saved and will be lost at the next restart: {error}")

    def _tidy(self, ground: Ground) -> None:
        """Take away what the attempts brought to the device; what stays there is only said."""
        begun = {result.strategy for result in self.results if not result.skipped}
        steps = {step.run: step for name in begun for step in self.profile.strategies[name].tidy}
        values = Values(words=plans.places(ground))
        for step in steps.values():
            try:
                with self.record.act("tidy", values.fill(step.about)):
                    self.device.console.go(self.profile.home_state)
                    self.device.perform(step, values)
            except JournalError:
                raise
            except OobError as error:
                self.record.warn(f"{values.fill(step.about)}: not done: {error}")

    def _put_back(self, ground: Ground, broken: Backup) -> None:
        """Bring back the state that was found: it is known, the one that the attempts left may not be."""
        if not self.past.is_putting_back:
            self.record.note("putback.started", "no attempt worked; the state that was found is put back")
            self.past.is_putting_back = True
        back = replace(
            ground, target=broken, baseline=broken, observed=None, rungs=("backup", "surgical"), allow_reload=False
        )
        aim = Aim(target=broken, tolerate=self.choices.tolerate)
        proof = self.reach.steady(lambda: self._compare(aim), self.choices.reopen)
        is_back = proof.is_proven or self._climb(plans.plan(back), back, aim, broken, PUT_BACK)
        text = "the state that was found is back" if is_back else "the state that was found could not be put back"
        self.record.note("putback.ended", text, proven=is_back)
        if not is_back:
            self.record.warn(f"{text}; it is kept as backup {broken.manifest.id}")

    def _compare(self, aim: Aim) -> Proof:
        self.device.console.go(self.profile.home_state)
        return prove(self.device, aim, self.means.clock, self.record.progress, limit=0)

    # --- the end

    def _end(self, broken: Backup, *, is_recovered: bool) -> Outcome:
        outcome = Outcome(
            run=self.id,
            device=self.entry.name,
            platform=self.profile.platform,
            is_recovered=is_recovered,
            is_unchanged=self.is_unchanged,
            path=self.device.path,
            target=str(self.past.started["target"]),
            baseline=str(self.past.started["baseline"]),
            broken=broken.manifest.id,
            attempts=tuple(self.results),
            proof=self.proof,
            warnings=tuple(self.record.warnings),
            left=self._left(broken, is_recovered=is_recovered),
            seconds=self.means.clock.monotonic() - self.started,
        )
        text = "nothing was wrong" if self.is_unchanged else "recovered and proven" if is_recovered else "not recovered"
        return self._finish(outcome, text)

    def _left(self, broken: Backup, *, is_recovered: bool) -> tuple[str, ...]:
        if is_recovered:
            return ()
        reasons = self.proof.reasons if self.proof else ()
        return (
            *(f"still so: {reason}" for reason in reasons[:20]),
            f"the state that was found is kept as backup {broken.manifest.id}",
            "restore by hand what is named above, or allow a restart of the device if that was left out",
        )
