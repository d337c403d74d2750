"""`oob console`: a plain console for a person; oob logs in nowhere and types nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from oob.cli.interact import Interaction, raw
from oob.cli.naming import target_argument
from oob.cli.options import Settings, common, is_attended
from oob.cli.target import reach, target_options
from oob.console.transcript import Transcript
from oob.device.session import DeviceSession, Transcripts
from oob.errors import UsageError


@click.command("console")
@common
@target_options
@target_argument
def command(settings: Settings, target: str, **options: Any) -> None:
    """Open the console of TARGET for a person, over the first path that opens.

    Nothing is typed by oob, not even a login. As the first key of a line, ~b sends a BREAK, ~. leaves, ~? lists these
    and ~~ sends a tilde. Everything is kept in a transcript, without passwords that are typed at a prompt for one.
    """
    if settings.as_json or not (is_attended() and sys.stdout.isatty()):
        raise UsageError("oob console is for a person at a terminal; scripts have oob run and oob paste")
    way = reach(settings, target, logs_in=False, **options)
    transport = way.open_line()
    with transport, _transcript(settings, way, transport.path) as tape:
        settings.note(f"oob: {way.entry.name} over {transport.path}; ~? for help, ~. leaves")
        keyboard, screen = sys.stdin.fileno(), sys.stdout.fileno()
        try:
            with raw(keyboard):
                Interaction(transport, tape, keyboard, screen).run()
        finally:
            settings.note("")  # the device's last line has no end
    settings.note(f"oob: left {transport.path}; the device is as you left it")


@contextmanager
def _transcript(settings: Settings, way: DeviceSession, path: str) -> Iterator[Transcript | None]:
    """Give a transcript and say where it is; a full disk does not block the console."""
    try:
        tape = Transcripts.of(settings.home.transcripts, way.entry.name, way.masker).begin(path)
    except OSError as error:
        settings.note(f"oob: there will be no transcript: {error}")
        yield None
        return
    settings.note(f"oob: transcript: {tape.log_path}")
    try:
        yield tape
    finally:
        with suppress(OSError):
            tape.close()
