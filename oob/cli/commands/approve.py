"""`oob approve`: how a second person is known to a policy, and agrees to a recovery from wherever they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.ask import ask_twice, confirm
from oob.cli.naming import device_argument
from oob.cli.options import Settings, common, is_attended
from oob.cli.scope import choices, scope_options
from oob.errors import GuardStopped, UsageError

if TYPE_CHECKING:
    from oob.recovery.authority.scope import Scope


@click.command("approve")
@common
@device_argument
@click.option("--enrol", is_flag=True, help="Print what policy.yaml keeps of you: of --key, else of a passphrase.")
@click.option("--key", type=click.Path(exists=True, path_type=Path), help="Your Ed25519 key (PEM); it stays with you.")
@click.option("--request", default="", metavar="TEXT", help="What oob recover printed when it asked for you.")
@scope_options
def command(settings: Settings, device: str, enrol: bool, key: Path | None, request: str, **options: Any) -> None:
    """Approve the recovery of DEVICE: print an approval to be read out, sent or pasted.

    It is of this device, these backups with their contents, this plan and these options, this person and this reason;
    good for one run and for the time that the policy says. With --request nothing else is needed: it can be made on a
    phone's shell in another country. Without one the options are those of oob recover, and the backups of this home.
    """
    from oob.clock import Clock
    from oob.recovery.authority import approval
    from oob.recovery.authority.keys import private_key

    if enrol:
        kept = _enrolled(key)
        settings.answer({"kept": kept}, kept)
        return
    if key is None:
        raise UsageError("an approval is signed with --key; a passphrase is typed where the recovery is started")
    scope = _requested(device, request, options) if request else _chosen(settings, device, options)
    shown = list(scope.lines())
    settings.note("\n".join(shown))
    if request and is_attended() and not confirm("Approve this?"):
        raise GuardStopped("it was not approved")
    made = approval.approve(private_key(key), scope, Clock().utc())
    settings.answer({"device": device, "scope": shown, "approval": made}, made)


def _requested(device: str, request: str, options: dict[str, Any]) -> Scope:
    from oob.recovery.authority.scope import Scope

    context = click.get_current_context()
    given = [name for name in options if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT]
    if given:
        raise UsageError("--request says everything that is approved; no other option goes with it")
    scope = Scope.requested(request)
    if scope.device != device:
        raise UsageError(f"the request is for {scope.device}, not for {device}")
    return scope


def _chosen(settings: Settings, device: str, options: dict[str, Any]) -> Scope:
    from oob.backup.catalogue import Catalogue
    from oob.cli.target import entry as find
    from oob.profile.store import load
    from oob.recovery.authority.scope import Scope
    from oob.recovery.ladder import document
    from oob.recovery.ladder.plan import undrilled

    given = choices(options)
    if options["plan_file"] is not None:
        plan = document.read(options["plan_file"])
        if plan.device != device:
            raise document.PlanRefused(f"the plan is of {plan.device}, not of {device}")
        return document.scope(plan, given, is_undrilled=bool(undrilled(load(str(plan.content["platform"])))))
    entry, catalogue = find(settings, device, "", ()), Catalogue(settings.home.backups)
    target, baseline = (catalogue.find(device, which).manifest for which in (given.target, given.baseline))
    return Scope.of(device, given, target, baseline, is_undrilled=bool(undrilled(load(entry.platform))))


def _enrolled(key: Path | None) -> str:
    from oob.recovery.authority import approval
    from oob.recovery.authority.keys import private_key

    if key is not None:
        return approval.kept(private_key(key))
    return approval.sealed(ask_twice("your passphrase"))
