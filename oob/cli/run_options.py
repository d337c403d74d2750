"""The options that commands which start or watch a recovery share, each under its name."""

from __future__ import annotations

from pathlib import Path

import click

from oob.cli.options import Amount, Renamed

approver_option = click.option(
    "--approver", "--seconded-by", cls=Renamed, default="", metavar="NAME", help="The approver, who types a passphrase."
)
emergency_option = click.option(
    "--emergency", default="", metavar="FIGURES", help="One person is enough: availability=80,duration=12."
)
every_option = click.option(
    "--every",
    type=Amount(is_positive=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look.",
)
reopen_option = click.option(
    "--reopen",
    type=Amount(),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="Try all paths again for this long once every one is dead.",
)
signed_by_option = click.option(
    "--signed-by", type=click.Path(exists=True, path_type=Path), help="Public key the plan must be signed by."
)
wait_option = click.option(
    "--wait", type=Amount(), default=0.0, metavar="SECONDS", help="Wait this long for a busy console."
)
