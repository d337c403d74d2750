"""`oob bootloader`: a device stopped in its boot loader, commands and a file given to it there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from oob.cli.naming import target_argument
from oob.cli.options import Amount, Settings, common
from oob.cli.target import reach, target_options
from oob.console.stream import Stream
from oob.device.loader import BootLoader

STEP = 1 << 20


@click.command("bootloader")
@common
@target_options
@click.option("--wait", type=Amount(), default=60.0, metavar="SECONDS", help="How long to wait for the boot loader.")
@click.option(
    "--upload", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Bring this file in, over YMODEM."
)
@click.option("--to", "address", default="${loadaddr}", show_default=True, help="Where in memory the file goes.")
@click.option(
    "--seconds", type=Amount(is_positive=True), default=60.0, metavar="SECONDS", help="How long one command may take."
)
@click.option("--boot", "last", default="", metavar="COMMAND", help="Send this at the end and leave.")
@target_argument
@click.argument("commands", nargs=-1, metavar="[COMMAND]...")
def command(
    settings: Settings,
    target: str,
    commands: tuple[str, ...],
    wait: float,
    upload: Path | None,
    address: str,
    seconds: float,
    last: str,
    **options: Any,
) -> None:
    """Stop TARGET in U-Boot, run COMMANDs there, bring a file in, and go on.

    Power-cycle the device while this waits: the countdown is answered with a key. A boot loader that has its prompt
    already is taken as it is, and stays there unless --boot says how it goes on. The boot loader computes the checksum
    of the file once more, and both must be the same.
    """
    way = reach(settings, target, logs_in=False, **options)
    transport = way.open_line()
    stream = Stream(transport, way.tape(transport.path))
    document: dict[str, Any] = {"path": transport.path, "state": "boot", "commands": []}
    text = []
    try:
        loader = BootLoader(stream)
        settings.note(f"oob: waiting for the boot loader on {transport.path}")
        loader.catch(wait)
        settings.note("oob: the boot loader has its prompt")
        for each in commands:
            answer = loader.run(each, seconds)
            document["commands"].append({"command": each, "answer": answer})
            text.append(answer)
        if upload:
            data = upload.read_bytes()
            document["crc32"] = loader.upload(upload.name, data, address, TransferProgress(settings), seconds)
            text.append(f"{upload.name}: {len(data)} bytes at {address}, checksum {document['crc32']} read back")
        if last:
            loader.boot(last)
    finally:
        stream.close()
    settings.answer(document, "\n".join(text) or "the boot loader has its prompt", is_copied=True)


class TransferProgress:
    """Says each megabyte that the boot loader has."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._next = STEP

    def __call__(self, done: int, size: int) -> None:
        if done >= self._next:
            self._next += STEP
            self._settings.note(f"oob: {done >> 10} of {size >> 10} kB are there")
