"""What a recovery does before it changes anything: backups, hazards, a copy of the state, preflight."""

from __future__ import annotations

from oob import durable
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.backup.verify import verify
from oob.device.facts import Facts
from oob.errors import BackupError, GuardStopped, JournalError
from oob.inventory import device as inventory
from oob.profile.store import load
from oob.recovery import candidate, hazard, lockout, preflight, trial
from oob.recovery.clock import TOLERANCE, ahead
from oob.recovery.means import Choices, Means
from oob.recovery.observe import Sitting, take
from oob.recovery.past import Past
from oob.recovery.plan import Ground
from oob.recovery.preflight import Preflight
from oob.recovery.reach import Reach
from oob.recovery.record import Record
from oob.recovery.speed import Speed

EDITS = "candidate.diff"


class Groundwork:
    """Finds out what a recovery of *entry* stands on; what its *past* knows already is not asked again."""

    def __init__(
        self, entry: inventory.Device, means: Means, choices: Choices, record: Record, reach: Reach, past: Past
    ) -> None:
        self.entry = entry
        self.means = means
        self.choices = choices
        self.record = record
        self.reach = reach
        self.past = past
        self.profile = load(entry.platform)
        self.catalogue = Catalogue(means.home.backups)

    def backups(self) -> tuple[Backup, Backup]:
        """Find and verify what is to be restored before a byte is sent anywhere."""
        with self.record.act("backups", "check the backups") as outcome:
            target = self._backup(self.choices.target, str(self.past.started.get("target", "")))
            baseline = self._backup(self.choices.baseline, str(self.past.started.get("baseline", "")))
            outcome.update(target=target.manifest.id, baseline=baseline.manifest.id)
        return target, baseline

    def _backup(self, which: str, known: str) -> Backup:
        entry = self.catalogue.locate(self.entry.name, known or which)
        backup = verify(
            entry.folder,
            device=self.entry.name,
            platform=self.profile.platform,
            serial=self.entry.expect.serial,
        )
        imported = backup.facts.get("imported")
        if isinstance(imported, dict) and imported.get("secrets_removed"):
            # Restoring it would put the placeholder in place of every password, and lock everybody out.
            raise BackupError(
                f"backup {entry.id}: its secrets were removed before it was imported; it cannot be restored"
            )
        return backup

    def check_hazards(self, target: Backup) -> None:
        """See that the configuration to be restored lets somebody in on the console while no server answers."""
        found = hazard.find(self.profile, target)
        if found.lockouts and not self.choices.allow_lockout:
            raise GuardStopped(
                f"backup {target.manifest.id} would lock you out of the console: {'; '.join(found.lockouts)}; "
                "choose another backup, or allow it"
            )
        if found.lockouts or found.cautions:
            sentences = [*found.lockouts, *found.cautions]
            self.record.note("hazards.found", "; ".join(sentences), hazards=sentences)

    def compare_clocks(self, facts: Facts) -> None:
        """Say how far the device's clock is from ours."""
        layout = self.profile.facts.clock_layout if self.profile.facts else ""
        if not facts.clock or not layout:
            return
        seconds = round(ahead(facts.clock, layout, facts.zone, self.means.clock.utc()))
        where = "ahead of" if seconds > 0 else "behind"
        text = f"the device's clock says {facts.clock} {facts.zone}, {abs(seconds)} s {where} ours"
        self.record.note("clock.compared", text, seconds=seconds)
        if abs(seconds) > TOLERANCE:
            self.record.warn(f"{text}: its log and its timers go by another time")

    def preserve(self, facts: Facts, baseline: Backup) -> Backup:
        """Keep the state that was found, before anything is changed; a run that is gone on with has kept it."""
        if self.past.preserved:
            return self.catalogue.find(self.entry.name, self.past.preserved)
        sitting = Sitting(
            name=self.entry.name,
            change=self.choices.change,
            reason=f"the state before run {self.record.journal.run}",
            strict=False,
            last=baseline,
            facts=facts,
            clock=self.means.clock,
        )
        return self.reach.steady(lambda: self._keep(sitting), self.choices.reopen)

    def _keep(self, sitting: Sitting) -> Backup:
        marks: dict[str, object] = {}
        with self.record.act("preserve", "keep a copy of the state as it is", marks=marks):
            broken = take(self.reach.device, self.catalogue, sitting, self.record.progress)
            marks["backup"] = broken.manifest.id
        return broken

    def warn_of_jobs(self, *configurations: Backup) -> None:
        """Say what the device may do on its own in the middle of the run."""
        if found := hazard.jobs(self.profile, *configurations):
            self.record.warn(f"the device does things on its own, which could come in the middle: {', '.join(found)}")

    def lay(self, target: Backup, baseline: Backup, broken: Backup, facts: Facts) -> Ground:
        """Look at everything that could go wrong, and return what a plan is made from."""
        found = self._look(facts, target, baseline)
        if not self.past.attempts:
            self._try_paths()
            self._judge_login(target)
        self.reach.steady(lambda: candidate.clear(self.reach.device, self._keep_edits), self.choices.reopen)
        if not self.past.attempts and preflight.upgrades(facts, baseline):
            self.reach.steady(lambda: self._try_lines(target, broken), self.choices.reopen)
        return Ground(
            profile=self.profile,
            target=target,
            baseline=baseline,
            speed=Speed.of_device(self.reach.device),
            observed=broken,
            checkpoints=found.checkpoints,
            unmet=found.unmet,
            run=self.record.journal.run,
            allow_reload=self.choices.allow_reload,
            addresses=len(self.entry.critical_addresses),
            converge=self.choices.converge,
        )

    def _try_paths(self) -> None:
        """See which of the other paths could be come back over, while there is still one that works."""
        for path, problem in self.reach.try_others():
            self.record.note(
                "path.tried", f"path {path.name} {'does not open' if problem else 'opens'}", problem=problem
            )
            if problem:
                self.record.warn(f"should the path in use die, {path.name} is no way back: {problem}")

    def _judge_login(self, target: Backup) -> None:
        """Say what is doubtful about coming back to the console as who we are."""
        console = self.reach.device.console
        if console.found is not None and console.found.state.is_prompt:
            self.record.warn("somebody was logged in on the console, so our credentials have not been tried")
            return
        ours = self.means.secrets.username
        users = lockout.users(self.profile.hazards.console, hazard.statements(self.profile, target))
        if ours and users and ours not in users:
            self.record.warn(
                f"{ours} is no user of backup {target.manifest.id}: to log in afterwards another one is needed"
            )

    def _try_lines(self, target: Backup, broken: Backup) -> None:
        """Name the lines of the backup that another software will not take, as far as it can be asked."""
        with self.record.act("trial", "see which lines of the backup the software does not take") as outcome:
            refused = trial.refused(self.reach.device, target, broken)
            outcome["refused"] = list(refused)
        if refused:
            self.record.warn(
                f"the software does not take these lines of backup {target.manifest.id}: {'; '.join(refused)}"
            )

    def _look(self, facts: Facts, target: Backup, baseline: Backup) -> Preflight:
        if self.past.preflight is not None:
            # What an attempt has left on the device since is no checkpoint to go back to.
            return Preflight(
                checkpoints=tuple(self.past.preflight["checkpoints"]),
                unmet=dict(self.past.preflight["unmet"]),
                warnings=(),
            )
        found = self.reach.steady(lambda: self._preflight(facts, target, baseline), self.choices.reopen)
        for warning in found.warnings:
            self.record.warn(warning)
        return found

    def _preflight(self, facts: Facts, target: Backup, baseline: Backup) -> Preflight:
        marks: dict[str, object] = {}
        with self.record.act("preflight", "look at what could go wrong", marks=marks):
            found = preflight.look(self.reach.device, facts, target, baseline)
            marks.update(checkpoints=list(found.checkpoints), unmet=found.unmet)
        return found

    def _keep_edits(self, difference: str) -> None:
        """Keep what somebody has left uncommitted on the device, which is about to be taken away there."""
        path = self.record.journal.location.with_name(EDITS)
        try:
            durable.replace_file(path, self.record.masker.mask(f"{difference}\n").encode())
        except OSError as error:
            raise JournalError(f"{path}: cannot be written, so the run stops: {error.strerror}") from error
        self.record.warn(
            "somebody has left changes on the device without committing them; "
            f"they are kept in {path.name} and now taken away"
        )
