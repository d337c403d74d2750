"""Every guard, each as the only thing that stops a run: with it nothing is sent, without it the run goes on.

A guard is a place in `oob/recovery` that raises one of the errors with exit code 6 or 7. GUARDS says for each how it is
provoked and what the run would do if it were not there; what only a router can provoke is tested where ELSEWHERE says.
"""

from __future__ import annotations

import ast
import importlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any

import pytest
import yaml

from oob import durable, errors
from oob.backup import verify as backups
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Reading
from oob.clock import Clock
from oob.errors import GuardStopped, Interrupted, JournalError, WrongDevice
from oob.events import Event, Events
from oob.inventory.device import Critical
from oob.profile.store import load
from oob.recovery.api import recover, resume, verify
from oob.recovery.authority.approval import kept, sealed
from oob.recovery.authority.authority import Authorisation
from oob.recovery.authority.keys import private_key
from oob.recovery.context import RunOptions
from oob.recovery.ladder import document, hazard
from oob.recovery.record.journal import NAME, Journal
from oob.recovery.record.lease import SILENT, Lease, machine
from oob.recovery.run.preparation import EDITS
from oob.recovery.run.recovery import Recovery
from oob.secret.masking import Masker
from tests.recovery.conftest import Site
from tests.recovery.ladder.test_document import keys
from tests.recovery.papers import CONFIGURATION, NOON, VERIFIED, backup
from tests.recovery.stand import RUN, Stand

RECOVERY = Path(errors.__file__).parent / "recovery"
QUICK = RunOptions(converge=10.0, reopen=30.0)


Act = Callable[[], None]


@dataclass(frozen=True)
class Guard:
    """What provokes a guard at *site*, and what switches just that off; None where only undoing the harm does."""

    site: str
    provoke: Callable[[Stand], Act]
    off: Callable[[Stand], None] | None = None


# --- by whose word


def _policy(said: dict[str, Any], **choices: str) -> Callable[[Stand], Act]:
    def provoke(stand: Stand) -> Act:
        (stand.home.path / "policy.yaml").write_text(yaml.safe_dump(said))
        stand.choices = replace(stand.choices, **choices)
        return stand.recover

    return provoke


def _not_on_the_list(stand: Stand) -> Act:
    stand.authorised = ("Bob",)
    return _policy({"persons": "one"}, authorised_by="Ada", reason="CHG7")(stand)


def _wrong_passphrase(stand: Stand) -> Act:
    stand.passphrase = "battery staple"
    return _policy(TWO, **ADA, seconded_by="Bob")(stand)


def _no_authority(stand: Stand) -> None:
    stand.patch.setattr("oob.recovery.run.run.check", lambda *_, **__: Authorisation(text="", persons="two"))


def _undrilled(stand: Stand) -> Act:
    stand.patch.setattr("oob.recovery.ladder.plan.undrilled", lambda _: "nobody has rehearsed this platform")
    return stand.recover


def _undrilled_allowed(stand: Stand) -> None:
    stand.choices = replace(stand.choices, allow_undrilled=True)


def _signed_by_the_authoriser(stand: Stand) -> Act:
    private, _ = keys(stand.home.path)
    said = {"plan": "required", "seconds": {"Ada": kept(private_key(private))}}
    (stand.home.path / "policy.yaml").write_text(yaml.safe_dump(said))
    stand.choices = replace(stand.choices, **ADA)
    file = stand.plan()
    content = yaml.safe_load(file.read_text())
    content.pop("sha256")
    file.write_text(document.render(content, private))
    return stand.by_plan(file)


def _any_plan(stand: Stand) -> None:
    stand.patch.setattr("oob.recovery.authority.authority._check_plan", lambda *_: "")


ADA = {"authorised_by": "Ada", "reason": "CHG7"}
TWO = {"persons": "two", "seconds": {"Bob": sealed("correct horse")}}

# --- what is to be restored


def _without_secrets(stand: Stand) -> Act:
    good = Catalogue(stand.home.backups).baseline("edge1")
    reading = Reading(
        device="edge1",
        platform="cisco_ios",
        configuration=good.configuration,
        routes=good.routes,
        routes_text=good.routes_text,
        facts={**good.facts, "imported": {"from": "oxidized", "origin": "edge1", "secrets_removed": True}},
        verified=VERIFIED,
        started=NOON,
        finished=NOON,
    )
    stand.choices = replace(stand.choices, target=Catalogue(stand.home.backups).write(reading).manifest.id)
    return stand.recover


def _not_verified(stand: Stand) -> Act:
    good = Catalogue(stand.home.backups).baseline("edge1")
    reading = Reading(
        device="edge1",
        platform="cisco_ios",
        configuration=good.configuration,
        verified={"facts": "2 equal readings"},
        started=NOON,
        finished=NOON,
    )
    stand.choices = replace(stand.choices, target=Catalogue(stand.home.backups).write(reading).manifest.id)
    return stand.recover


def _only_verified(stand: Stand) -> None:
    def find(run: Any, which: str, known: str) -> object:
        return backups.verify(run.catalogue.locate("edge1", known or which).folder)

    stand.patch.setattr("oob.recovery.run.preparation.Preparation._usable", find)


def _locks_out(stand: Stand) -> Act:
    text = CONFIGURATION.replace("end\n", "line con 0\n no exec\nend\n")
    backup(stand.home.path, configuration=text, at=NOON + timedelta(hours=2))
    return stand.recover


def _lockout_allowed(stand: Stand) -> None:
    stand.patch.setattr(hazard, "find", lambda *_: hazard.FoundHazards())


def _never_drilled(stand: Stand) -> Act:
    documented = load("cisco_ios").model_copy(update={"standing": "documented"})
    stand.patch.setattr("oob.recovery.run.run_context.load", lambda platform: documented)
    return stand.recover


def _undrilled_allowed(stand: Stand) -> None:
    stand.choices = replace(stand.choices, allow_undrilled=True)


# --- one hand at a time


def _no_folder(stand: Stand) -> Act:
    stand.home.leases.write_text("")
    return stand.recover


def _full_disk(stand: Stand) -> Act:
    stand.patch.setattr("oob.recovery.record.lease.os.pwrite", _fail)
    return stand.recover


def _held(stand: Stand) -> Act:
    def act() -> None:
        with Lease.take(stand.home.leases, "edge1", run="r0", operator="bob", clock=Clock()):
            stand.recover()

    return act


def _left_elsewhere(silence: float) -> Callable[[Stand], Act]:
    def leave(stand: Stand) -> Act:
        with Lease.take(stand.home.leases, "edge1", run="r0", operator="bob", clock=Clock()):
            path = stand.home.leases / "edge1" / "1.lease"
            text = path.read_text()
        path.write_text(text.replace(machine(), "another"))
        os.utime(path, (0, path.stat().st_mtime - silence))
        return stand.recover

    return leave


def _no_lease(stand: Stand) -> None:
    stand.patch.setattr("oob.recovery.record.lease._judge", lambda *_, **__: None)


# --- the journal


def _fail(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def _fail_on_journals(stand: Stand, name: str, *, times: int = 0) -> None:
    """Have the disk fail when the function *name* of `os` has been called so many *times* with a journal."""
    done, left = getattr(os, name), [times]

    def act(descriptor: int, *arguments: object) -> object:
        is_journal = Path(f"/dev/fd/{descriptor}").resolve().name == NAME
        left[0] -= is_journal
        return (_fail if is_journal and left[0] < 0 else done)(descriptor, *arguments)

    stand.patch.setattr(os, name, act)


def _same_id(stand: Stand) -> Act:
    stand.begun()
    stand.patch.setattr("oob.recovery.api.new_id", lambda _: RUN)
    return stand.recover


def _no_place(stand: Stand) -> Act:
    stand.home.runs.write_text("")
    return stand.recover


def _no_sync(stand: Stand) -> Act:
    _fail_on_journals(stand, "fsync", times=1)
    return stand.recover


def _after_a_failure(stand: Stand) -> Act:
    _fail_on_journals(stand, "fsync", times=1)

    def act() -> None:
        with Journal.create(stand.home.runs / RUN, run=RUN, operator="a", device="edge1", masker=Masker()) as journal:
            with suppress(JournalError):
                journal.write("run.started")
            journal.write("reach.started")

    return act


def _changed_journal(stand: Stand) -> Act:
    path = stand.begun()
    path.write_bytes(path.read_bytes().replace(b"recover edge1", b"recover edge2"))
    return stand.resume


def _empty_journal(stand: Stand) -> Act:
    stand.begun().write_bytes(b'{"torn')
    return stand.resume


def _torn_on_a_dead_disk(stand: Stand) -> Act:
    path = stand.begun()
    path.write_bytes(path.read_bytes() + b'{"torn')
    _fail_on_journals(stand, "ftruncate")
    return stand.resume


def _linked_journal(stand: Stand) -> Act:
    path = stand.begun()
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))
    return stand.resume


def _written_by_another(stand: Stand) -> Act:
    path = stand.begun()

    def act() -> None:
        with Journal.resume(path.parent, operator="bob", masker=Masker())[0]:
            stand.resume()

    return act


def _unreadable(stand: Stand) -> Act:
    stand.begun()
    stand.patch.setattr(durable, "read_file", _fail)
    return stand.resume


def _unknown_choices(stand: Stand) -> Act:
    path = stand.begun()
    path.unlink()
    with Journal.create(path.parent, run=RUN, operator="ada", device="edge1", masker=Masker()) as journal:
        journal.write("run.started", marks={"choices": {"of_a_later_version": True}})
    return stand.resume


# --- a plan


def _no_yaml(stand: Stand) -> Act:
    file = stand.plan()
    file.write_text("{")
    return stand.by_plan(file)


def _no_plan(stand: Stand) -> Act:
    file = stand.plan()
    file.write_text("device: edge1\n")
    return stand.by_plan(file)


def _changed_plan(stand: Stand) -> Act:
    file = stand.plan()
    file.write_text(file.read_text().replace("by: ada", "by: eve"))
    return stand.by_plan(file)


def _of_a_fleet(stand: Stand) -> Act:
    return stand.by_plan(stand.plan(devices=[]))


def _of_another(stand: Stand) -> Act:
    return stand.by_plan(stand.plan(device="edge2"))


def _other_profile(stand: Stand) -> Act:
    return stand.by_plan(stand.plan(profile="another"))


def _outdated(stand: Stand) -> Act:
    file = stand.plan()
    backup(stand.home.path, at=NOON + timedelta(hours=2))
    return stand.by_plan(file)


def _other_backup(stand: Stand) -> Act:
    good = Catalogue(stand.home.backups).baseline("edge1").manifest.id
    return stand.by_plan(stand.plan(target={"backup": good, "config_sha256": "another"}))


def _unsigned(stand: Stand) -> Act:
    return stand.by_plan(stand.plan(), signed_by=keys(stand.home.path)[1])


def _broken_signature(stand: Stand) -> Act:
    file = stand.plan()
    file.write_text(file.read_text() + "signature: {key: AAAA, value: AAAA}\n")
    return stand.by_plan(file)


def _foreign_key(stand: Stand) -> Act:
    file = stand.plan()
    content = yaml.safe_load(file.read_text())
    content.pop("sha256")
    file.write_text(document.render(content, keys(stand.home.path)[0]))
    return stand.by_plan(file, signed_by=keys(stand.home.path, "other")[1])


def _unchecked(stand: Stand) -> None:
    stand.patch.setattr(document, "check", lambda *_, **__: None)


def _unsealed(stand: Stand) -> None:
    stand.patch.setattr(document, "_hash", lambda content: yaml.safe_load(_plan_of(stand))["sha256"])


def _unasked(stand: Stand) -> None:
    stand.patch.setattr(document, "_signer", lambda *_: "")


def _plan_of(stand: Stand) -> str:
    return (stand.home.path / "plan.yaml").read_text()


GUARDS = (
    Guard("authority.check:1", _policy({"persons": "one"}), _no_authority),
    Guard("authority.check:2", _not_on_the_list, _no_authority),
    Guard("authority._emergency:1", _policy(TWO, **ADA, emergency="availability=10"), _no_authority),
    Guard("authority._emergency:2", _policy({**TWO, "emergency": True}, **ADA, emergency="duration=1"), _no_authority),
    Guard("authority._second:1", _policy(TWO, **ADA), _no_authority),
    Guard("authority._second:2", _policy(TWO, **ADA, seconded_by="Eve"), _no_authority),
    Guard("authority._check_second:2", _wrong_passphrase, _no_authority),
    Guard("authority._check_plan:1", _policy({"plan": "required"}), _any_plan),
    Guard("authority._check_plan:2", _signed_by_the_authoriser, _any_plan),
    Guard("run._check_drilled:1", _undrilled, _undrilled_allowed),
    Guard("run._check_drilled:1", _never_drilled, _undrilled_allowed),
    Guard("preparation._usable:1", _not_verified, _only_verified),
    Guard("preparation._usable:2", _without_secrets, _only_verified),
    Guard("preparation.check_hazards:1", _locks_out, _lockout_allowed),
    Guard("lease.take:1", _no_folder),
    Guard("lease.take:1", _full_disk),
    Guard("lease._is_unlocked:1", _held, _no_lease),
    Guard("lease._judge:1", _left_elsewhere(SILENT - 20), _no_lease),
    Guard("lease._judge:2", _left_elsewhere(SILENT + 1), _no_lease),
    Guard("journal.create:1", _same_id),
    Guard("journal.create:2", _no_place),
    Guard("journal.write:1", _after_a_failure),
    Guard("journal.write:2", _no_sync),
    Guard("journal.check:1", _changed_journal),
    Guard("journal.resume:1", _empty_journal),
    Guard("journal.resume:2", _torn_on_a_dead_disk),
    Guard("journal._open:1", _linked_journal),
    Guard("journal._open:2", _written_by_another),
    Guard("journal.read:1", _unreadable),
    Guard("api._options:1", _unknown_choices),
    Guard("document.unseal:1", _no_yaml),
    Guard("document.unseal:2", _no_plan),
    Guard("document.unseal:3", _changed_plan, _unsealed),
    Guard("document.read:1", _of_a_fleet),
    Guard("document.check:1", _of_another, _unchecked),
    Guard("document.check:2", _other_profile, _unchecked),
    Guard("document.check:3", _outdated, _unchecked),
    Guard("document._check_backup:3", _other_backup, _unchecked),
    Guard("document._signer:1", _unsigned, _unasked),
    Guard("document._signer:2", _broken_signature, _unasked),
    Guard("document._signer:3", _foreign_key, _unasked),
)
ELSEWHERE = {
    "attempt._await_timer:1": "test_guards::test_a_revert_timer_past_its_time_is_left_to_a_person",
    "attempt._check_owner:1": "test_guards::test_a_timer_that_was_armed_while_the_run_was_down_is_not_ours",
    "authority._check_second:1": "test_authority::test_one_key_or_one_passphrase_under_two_names_is_one_person",
    "authority.confirm:1": "test_authority::test_a_confirmation_that_comes_too_late_is_none",
    "candidate._discard:1": "test_candidate::test_another_operator_editing_the_candidate_stops_the_run",
    "candidate.clear:1": "test_candidate::test_a_locked_configuration_stops_the_run",
    "document._approved:1": "test_document::test_a_plan_without_the_hashes_of_whole_backups_cannot_be_approved",
    "document._check_backup:1": "test_document::test_a_backup_of_the_same_name_with_another_configuration_is_refused",
    "document._check_backup:2": "test_document::test_a_backup_of_the_same_name_with_other_routes_is_refused",
    "document.read:2": "test_document::test_an_invented_plan_is_refused_with_its_first_fault",
    "lease.take:2": "test_lease::test_a_view_of_the_folder_that_stays_late_ends_in_a_refusal",
    "lease._begin:1": "test_lease::test_a_view_of_the_folder_that_was_late_takes_no_lease",
    "lease.check:1": "test_lease::test_a_holder_that_comes_back_stops_before_its_next_act",
    "journal.more:1": "test_journal::test_a_journal_that_cannot_be_followed_is_said",
    "preflight.check_holders:1": "test_candidate::test_a_configuration_lock_of_ios_stops_the_run",
    "preflight.check_timer:1": "test_run::test_a_revert_timer_of_another_operator_stops_the_run",
    "preflight.of:1": "test_preflight::test_a_resumed_run_knows_its_preflight_result",
    "server._check_secrets:1": "test_server::test_a_step_that_holds_a_secret_is_not_begun",
    "server._do:1": "test_server::test_a_step_that_may_have_been_done_and_does_not_show_it_is_not_done_again",
    "used.use:1": "test_authority::test_an_approval_whose_record_the_disk_refuses_does_not_count",
    "used.use:2": "test_authority::test_an_approval_that_cannot_be_recorded_as_used_does_not_count",
    "recovery._go:1": "test_guards::test_a_profile_that_cannot_recover_stops_the_run_after_the_login",
    "preparation._keep_edits:1": "test_guards::test_edits_that_cannot_be_kept_are_not_discarded",
}


def sites() -> set[str]:
    """Return every place that raises a guard, as `module.function:n`."""
    found = set()
    for path in RECOVERY.rglob("*.py"):
        dotted = ".".join(path.relative_to(RECOVERY).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        module = importlib.import_module(f"oob.recovery.{dotted}".rstrip("."))
        for function, number, _ in raised(path, vars(module)):
            found.add(f"{path.stem}.{function}:{number}")
    return found


def raised(path: Path, names: dict[str, Any]) -> Iterator[tuple[str, int, range]]:
    """Give the function, the number in it and the lines of each guard that is raised in *path*."""
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        guards = [node for node in ast.walk(function) if isinstance(node, ast.Raise) and _is_guard(node, names)]
        for number, node in enumerate(sorted(guards, key=lambda node: node.lineno), 1):
            yield function.name, number, range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _is_guard(node: ast.Raise, names: dict[str, Any]) -> bool:
    kind = names.get(getattr(getattr(node.exc, "func", None), "id", ""))
    return isinstance(kind, type) and issubclass(kind, GuardStopped | WrongDevice)


def site_of(trace: TracebackType | None) -> str:
    """Return which guard an error came from."""
    place = ""
    while trace is not None:
        path, line = Path(trace.tb_frame.f_code.co_filename), trace.tb_lineno
        if RECOVERY in path.parents:
            for function, number, lines in raised(path, trace.tb_frame.f_globals):
                place = f"{path.stem}.{function}:{number}" if line in lines else place
        trace = trace.tb_next
    return place


def test_every_guard_has_a_test() -> None:
    named = {guard.site for guard in GUARDS} | set(ELSEWHERE)
    assert sites() == named
    for place in ELSEWHERE.values():
        file, _, name = place.partition("::")
        (source,) = Path(__file__).parent.rglob(f"{file}.py")
        assert f"def {name}(" in source.read_text(), place


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.site)
def test_a_guard_is_the_only_thing_that_stops_the_run(stand: Stand, guard: Guard) -> None:
    act = guard.provoke(stand)
    with pytest.raises(GuardStopped) as stopped:
        act()
    assert site_of(stopped.tb) == guard.site
    assert stopped.value.exit_code == 7
    assert len(str(stopped.value)) > 20
    assert not stand.was_called()

    if guard.off:
        guard.off(stand)
        with pytest.raises(Interrupted):
            act()


def _interrupted_at(site: Site, name: str, event: str) -> str:
    """Have a recovery of *name* interrupted at its first *event*; return the run."""

    def reached(said: Event) -> None:
        if said.name == event:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        recover(site.entry(name), replace(site.means(), events=Events(reached)), QUICK)
    return max(site.home.runs.iterdir()).name


def test_a_timer_that_was_armed_while_the_run_was_down_is_not_ours(site: Site) -> None:
    site.broken("core1")
    run = _interrupted_at(site, "core1", "attempt.started")
    site.type("core1", ["set system domain-name branch.example.net", "commit confirmed 5"])

    with pytest.raises(GuardStopped, match="this run did not arm it") as stopped:
        resume(run, site.entry("core1"), site.means("bob"))

    assert site_of(stopped.tb) == "attempt._check_owner:1"
    assert "step.started" not in site.events(run)
    site.type("core1", ["commit"])
    assert resume(run, site.entry("core1"), site.means("bob")).exit_code == 0


def test_a_revert_timer_past_its_time_is_left_to_a_person(site: Site) -> None:
    site.broken("core1")
    entry = replace(site.entry("core1"), critical_prefixes=(Critical(target="192.0.2.128/25"),))
    ahead = [0.0]

    def wait(seconds: float) -> None:
        ahead[0] += 600.0

    def heard(said: Event) -> None:
        if said.name == "proof.routes":
            site.lab.fault("core1", "lock", user="eve")  # nobody else can take the attempt back now

    clock = Clock(monotonic=lambda: time.monotonic() + ahead[0], wait=wait)
    with pytest.raises(GuardStopped, match="is past its time and still armed") as stopped:
        recover(entry, replace(site.means(), clock=clock, events=Events(heard)), replace(QUICK, converge=0.0))

    assert site_of(stopped.tb) == "attempt._await_timer:1"
    site.lab.fault("core1", "lock", user="")
    site.type("core1", ["commit"])


def test_a_device_that_is_right_only_until_a_timer_runs_out_is_not_called_fine(site: Site) -> None:
    site.broken("core1")
    run = _interrupted_at(site, "core1", "proof.started")

    with pytest.raises(GuardStopped, match=r"a revert timer .* is armed"):
        recover(site.entry("core1"), site.means("bob"), QUICK)
    proof = verify(site.entry("core1"), site.means("bob"), QUICK)
    assert not proof.is_proven
    assert "is armed: the device reverts this" in "".join(proof.reasons)

    assert resume(run, site.entry("core1"), site.means("bob")).exit_code == 0
    assert verify(site.entry("core1"), site.means("bob"), QUICK).is_proven


def test_a_profile_that_cannot_recover_stops_the_run_after_the_login(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = SimpleNamespace(profile=SimpleNamespace(lacks="a shell has no rollback"))
    monkeypatch.setattr(Recovery, "device", property(lambda run: shell))

    with pytest.raises(GuardStopped, match="core1: a shell has no rollback; nothing but the login was typed"):
        recover(site.entry("core1"), site.means(), QUICK)


def test_edits_that_cannot_be_kept_are_not_discarded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.broken("core1")
    site.lab.fault("core1", "edit", line="set system domain-name eve.example")
    replaced = durable.replace_file

    def replace_file(path: Path, data: bytes) -> None:
        (_fail if path.name == EDITS else replaced)(path, data)

    monkeypatch.setattr("oob.durable.replace_file", replace_file)
    with pytest.raises(JournalError, match="No space left") as stopped:
        recover(site.entry("core1"), site.means(), QUICK)

    monkeypatch.undo()

    assert site_of(stopped.tb) == "preparation._keep_edits:1"
    run = recover(site.entry("core1"), site.means(), QUICK).run
    assert "domain-name eve.example" in (site.home.runs / run / EDITS).read_text()


def test_an_undisturbed_run_goes_as_far_as_the_console(stand: Stand) -> None:
    with pytest.raises(Interrupted):
        stand.recover()
    with pytest.raises(Interrupted):
        stand.by_plan(stand.plan())()
    stand.begun()
    with pytest.raises(Interrupted):
        stand.resume()
