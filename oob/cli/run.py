"""`oob run`: commands over a console, their whole output."""

from __future__ import annotations

from typing import Any

import click

from oob.cli.naming import target_argument
from oob.cli.options import Settings, common
from oob.cli.target import reach, target_options
from oob.errors import DeviceError


@click.command("run")
@common
@target_options
@target_argument
@click.argument("commands", nargs=-1, required=True, metavar="CMD...")
@click.option("--silence", type=float, default=None, metavar="SECONDS", help="How long the device may say nothing.")
def command(settings: Settings, target: str, commands: tuple[str, ...], silence: float | None, **options: Any) -> int:
    """Run CMD... on TARGET over its console and print what each printed, whole.

    The console is left as it was found. A command that the device refuses ends the run with exit code 8, after what
    came before it has been printed.
    """
    way = reach(settings, target, **options)
    outputs = []
    refused = ""
    with way.open() as device:
        refusal = device.console.grammar.refusal
        for text in commands:
            output = device.run(text, silence=silence)
            outputs.append(output)
            if refusal and refusal.search(output.text):
                refused = text
                break
        document = {
            "platform": device.platform,
            "path": device.path,
            "hostname": device.hostname,
            "state_found": device.state_found,
            "connect_seconds": round(device.console.connect_seconds, 3),
            "commands": [
                {
                    "command": output.command,
                    "output": output.text,
                    "seconds": round(output.seconds, 3),
                    "notices": list(output.notices),
                }
                for output in outputs
            ],
        }
    settings.answer(document, "\n".join(output.text for output in outputs))
    if refused:
        error = DeviceError(f"the device refused {refused!r}", command=refused)
        settings.note(f"oob: {error}")
        return error.exit_code
    return 0
