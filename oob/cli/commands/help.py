"""`oob help COMMAND`: what `oob COMMAND --help` prints."""

from __future__ import annotations

import click

from oob.cli.options import Settings, common


@click.command("help")
@common
@click.argument("words", metavar="[COMMAND]...", nargs=-1)
def command(settings: Settings, words: tuple[str, ...]) -> None:
    """Print the help of COMMAND: `oob help backup take` is `oob backup take --help`."""
    root = click.get_current_context().find_root()
    root.command.main([*words, "--help"], prog_name=root.info_name, standalone_mode=False)
