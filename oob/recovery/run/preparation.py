"""The preparation of a recovery, before it changes anything: backups, hazards, snapshot, preflight."""

from __future__ import annotations

import oob.recovery.record.events as events
from oob import durable
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.backup.manifest import SNAPSHOT
from oob.backup.search import alternatives
from oob.backup.verify import verify
from oob.clock import TOLERANCE, ahead
from oob.device.facts import Facts
from oob.errors import BackupError, GuardStopped, JournalError
from oob.recovery.authority.authority import Policy
from oob.recovery.ladder import hazard, lockout, trial
from oob.recovery.ladder.plan import PlanInputs, untypable
from oob.recovery.ladder.speed import Speed
from oob.recovery.proof.observe import Collection, take
from oob.recovery.run import candidate, preflight
from oob.recovery.run.preflight import Preflight
from oob.recovery.run.run_context import RunContext

EDITS = "candidate.diff"


class Preparation:
    """Prepares the recovery of a device; what the state of a resumed run holds is not asked again."""

    def __init__(self, ctx: RunContext) -> None:
        self.ctx = ctx
        self.catalogue = Catalogue(ctx.collaborators.home.backups)

    def backups(self) -> tuple[Backup, Backup]:
        """Find and verify the backups before a byte is sent anywhere."""
        with self.ctx.record.act(events.BACKUPS, "check the backups") as outcome:
            target = self._backup(self.ctx.options.target, str(self.ctx.state.started.get("target", "")))
            baseline = self._backup(self.ctx.options.baseline, str(self.ctx.state.started.get("baseline", "")))
            outcome.update(target=target.manifest.id, baseline=baseline.manifest.id)
        for doubt in dict.fromkeys(filter(None, (target.manifest.doubt, baseline.manifest.doubt))):
            self.ctx.record.warn(f"{doubt}; take a new baseline once the device is well")
        return target, baseline

    def _backup(self, which: str, known: str) -> Backup:
        try:
            return self._usable(which, known)
        except BackupError as error:
            others = alternatives(self.catalogue, self.ctx.entry.name, known or which)
            offer = f"; instead: {', '.join(others)} (--to ID)" if others else "; no other backup is intact"
            error.args = (f"{error}{offer}",)
            raise

    def _usable(self, which: str, known: str) -> Backup:
        entry = self.catalogue.locate(self.ctx.entry.name, known or which)
        backup = verify(
            entry.folder,
            device=self.ctx.entry.name,
            platform=self.ctx.profile.platform,
            serial=self.ctx.entry.expect.serial,
        )
        if not backup.manifest.known_good and (doubt := untypable(backup.manifest)):
            raise BackupError(f"{doubt}; choose another backup, or check it and mark it good with --unverified")
        imported = backup.facts.get("imported")
        if isinstance(imported, dict) and imported.get("secrets_removed"):
            # Restoring it would replace every password by the placeholder, and lock out every user.
            raise BackupError(
                f"backup {entry.id}: its secrets were removed before the import, so it cannot be restored"
            )
        return backup

    def check_hazards(self, target: Backup) -> None:
        """Raise GuardStopped where the target would lock every user out of the console while no server answers."""
        found = hazard.find(self.ctx.profile, target)
        if found.lockouts and not self.ctx.options.allow_lockout:
            raise GuardStopped(
                f"backup {target.manifest.id} would lock you out of the console: {'; '.join(found.lockouts)}; "
                "choose another backup, or allow it"
            )
        if found.lockouts or found.cautions:
            sentences = [*found.lockouts, *found.cautions]
            self.ctx.record.note(events.HAZARDS_FOUND, "; ".join(sentences), hazards=sentences)

    def compare_clocks(self, facts: Facts) -> None:
        """Record the offset of the device's clock from ours."""
        layout = self.ctx.profile.facts.clock_layout if self.ctx.profile.facts else ""
        if not facts.clock or not layout:
            return
        seconds = round(ahead(facts.clock, layout, facts.zone, self.ctx.collaborators.clock.utc()))
        where = "ahead of" if seconds > 0 else "behind"
        text = f"the device's clock says {facts.clock} {facts.zone}, {abs(seconds)} s {where} ours"
        self.ctx.record.note(events.CLOCK_COMPARED, text, seconds=seconds)
        if abs(seconds) > TOLERANCE:
            self.ctx.record.warn(f"{text}: its log and its timers use that time")

    def preserve(self, facts: Facts, baseline: Backup) -> Backup:
        """Keep a snapshot of the broken state before anything is changed; a resumed run has kept it."""
        if self.ctx.state.preserved:
            return self.catalogue.find(self.ctx.entry.name, self.ctx.state.preserved)
        collection = Collection(
            name=self.ctx.entry.name,
            change=self.ctx.options.change,
            reason=f"{SNAPSHOT}{self.ctx.record.journal.run}",
            found_by=self.ctx.record.journal.run,
            strict=False,
            last=baseline,
            facts=facts,
            agreed=("configuration",),  # which may be typed back; nothing is compared with the rest
            clock=self.ctx.collaborators.clock,
        )
        return self.ctx.steady(lambda: self._keep(collection))

    def _keep(self, collection: Collection) -> Backup:
        marks: dict[str, object] = {}
        with self.ctx.record.act(events.PRESERVE, "keep a snapshot of the broken state", marks=marks):
            broken = take(self.ctx.session.device, self.catalogue, collection, self.ctx.record.progress)
            marks["backup"] = broken.manifest.id
        if doubt := untypable(broken.manifest):
            self.ctx.record.warn(f"the broken state will not be put back: {doubt}")
        return broken

    def warn_of_jobs(self, *configurations: Backup) -> None:
        """Warn of jobs that the device may run in the middle of the recovery."""
        if found := hazard.jobs(self.ctx.profile, *configurations):
            self.ctx.record.warn(f"scheduled jobs of the device may run during the recovery: {', '.join(found)}")

    def lay(self, target: Backup, baseline: Backup, broken: Backup, facts: Facts) -> PlanInputs:
        """Check everything that could go wrong, and return the inputs of the plan."""
        found = self._look(facts, target, baseline)
        if not self.ctx.state.attempts:
            self._try_paths()
            self._judge_login(target)
        self.ctx.steady(lambda: candidate.clear(self.ctx.session.device, self._keep_edits))
        if not self.ctx.state.attempts and preflight.upgrades(facts, baseline):
            self.ctx.steady(lambda: self._try_lines(target, broken))
        return PlanInputs(
            profile=self.ctx.profile,
            target=target,
            baseline=baseline,
            speed=Speed.of_device(self.ctx.session.device),
            observed=broken,
            checkpoints=found.checkpoints,
            unmet=found.unmet,
            run=self.ctx.record.journal.run,
            allow_reload=self.ctx.options.allow_reload,
            addresses=len(self.ctx.entry.critical_addresses),
            converge=self.ctx.options.converge,
            reply=Policy.load(self.ctx.collaborators.home.path).confirm_seconds,
        )

    def _try_paths(self) -> None:
        """Record which backup paths open, while the path in use still works."""
        for path, problem in self.ctx.session.try_others():
            self.ctx.record.note(
                events.PATH_TRIED, f"path {path.name} {'does not open' if problem else 'opens'}", problem=problem
            )
            if problem:
                self.ctx.record.warn(f"backup path {path.name} is unusable: {problem}")

    def _judge_login(self, target: Backup) -> None:
        """Warn where it is doubtful that our credentials work after a restore."""
        console = self.ctx.session.device.console
        if console.found is not None and console.found.state.is_prompt:
            self.ctx.record.warn("a user was already logged in on the console, so our credentials are untested")
            return
        ours = self.ctx.collaborators.secrets.username
        users = lockout.users(self.ctx.profile.hazards.console, hazard.statements(self.ctx.profile, target))
        if ours and users and ours not in users:
            self.ctx.record.warn(
                f"backup {target.manifest.id} has no user {ours}: logging in afterwards needs another user"
            )

    def _try_lines(self, target: Backup, broken: Backup) -> None:
        """Warn of lines of the backup that the present software refuses, as far as the device can check them."""
        with self.ctx.record.act(events.TRIAL, "check which lines of the backup the software refuses") as outcome:
            refused = trial.refused(self.ctx.session.device, target, broken)
            outcome["refused"] = list(refused)
        if refused:
            self.ctx.record.warn(
                f"the software refuses these lines of backup {target.manifest.id}: {'; '.join(refused)}"
            )

    def _look(self, facts: Facts, target: Backup, baseline: Backup) -> Preflight:
        if self.ctx.state.preflight is not None:
            return Preflight.of(self.ctx.state.preflight)
        found = self.ctx.steady(lambda: self._preflight(facts, target, baseline))
        for warning in found.warnings:
            self.ctx.record.warn(warning)
        return found

    def _preflight(self, facts: Facts, target: Backup, baseline: Backup) -> Preflight:
        marks: dict[str, object] = {}
        with self.ctx.record.act(events.PREFLIGHT, "preflight checks", marks=marks):
            found = preflight.look(self.ctx.session.device, facts, target, baseline)
            marks.update(found.as_json())
        return found

    def _keep_edits(self, difference: str) -> None:
        """Keep uncommitted changes of another operator, which are about to be discarded on the device."""
        path = self.ctx.record.journal.location.with_name(EDITS)
        try:
            durable.replace_file(path, self.ctx.record.masker.mask(f"{difference}\n").encode())
        except OSError as error:
            raise JournalError(f"{path}: cannot be written, so the run stops: {error.strerror}") from error
        self.ctx.record.warn(
            "another operator left uncommitted changes on the device; "
            f"they are kept in {path.name} and discarded on the device"
        )
