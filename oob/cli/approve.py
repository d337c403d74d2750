"""`oob approve`: how a second person is known to a policy, and agrees to a recovery from wherever they are."""

from __future__ import annotations

from pathlib import Path

import click

from oob.cli.naming import device_argument
from oob.cli.options import Settings, common
from oob.errors import UsageError


@click.command("approve")
@common
@device_argument
@click.option("--enrol", is_flag=True, help="Print what policy.yaml keeps of you: of --key, else of a passphrase.")
@click.option("--key", type=click.Path(exists=True, path_type=Path), help="Your Ed25519 key (PEM); it stays with you.")
@click.option("--authorised-by", default="", metavar="NAME", help="Who authorised it, as they say it themselves.")
@click.option("--reason", default="", metavar="TEXT", help="Why, in their words.")
@click.option("--change", default="", metavar="ID", help="The change that it is about.")
@click.option("--to", "target", default="good", metavar="WHICH", help="The backup that is to be restored.")
@click.option("--plan", "plan_file", type=click.Path(exists=True, path_type=Path), help="The plan that is agreed to.")
def command(
    settings: Settings,
    device: str,
    enrol: bool,
    key: Path | None,
    authorised_by: str,
    reason: str,
    change: str,
    target: str,
    plan_file: Path | None,
) -> None:
    """Agree to the recovery of DEVICE as the second person: print an approval to be read out, sent or pasted.

    It is of this device, this target or plan, this person and this reason, and good for the time that the policy says.
    Nothing is asked of any network: it can be made on a phone's shell in another country.
    """
    from oob.recovery import approval, document
    from oob.recovery.clock import Clock
    from oob.recovery.means import Choices

    if enrol:
        kept = _enrolled(key)
        settings.answer({"kept": kept}, kept)
        return
    if key is None:
        raise UsageError("an approval is signed with --key; a passphrase is typed where the recovery is started")
    given = Choices(target=target, change=change, reason=reason, authorised_by=authorised_by)
    if plan_file is not None:
        given = document.choices(document.read(plan_file), given)
    made = approval.approve(document.private_key(key), device, given, Clock().utc())
    settings.answer({"device": device, "approval": made}, made)


def _enrolled(key: Path | None) -> str:
    from oob.recovery import approval, document

    if key is not None:
        return approval.kept(document.private_key(key))
    typed = click.prompt("Your passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return approval.sealed(str(typed))
