"""`oob completion`: what a shell needs to complete oob's commands, options and the names of devices."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from oob.cli.options import Settings, common
from oob.errors import UsageError

SHELLS = {
    "bash": 'eval "$(oob completion bash)"    # in ~/.bashrc',
    "zsh": 'eval "$(oob completion zsh)"     # in ~/.zshrc',
    "fish": "oob completion fish | source    # in ~/.config/fish/config.fish",
}


@click.command("completion", epilog="\b\n" + "\n".join(SHELLS.values()))
@common
@click.argument("shell", type=click.Choice(tuple(SHELLS)))
def command(settings: Settings, shell: str) -> None:
    """Print what makes SHELL complete oob's commands, options and the names of devices."""
    made = get_completion_class(shell)
    if made is None:
        raise UsageError(f"this version of click knows nothing of {shell}")
    # click's own class looks for the shell's version first, and there may be no such shell here.
    completion = made(click.get_current_context().find_root().command, {}, "oob", "_OOB_COMPLETE")
    script = completion.source_template % completion.source_vars()
    settings.answer({"shell": shell, "script": script}, script, is_copied=True)
