"""`oob console`: a plain console for a person; oob logs in nowhere and types nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

import click

from oob.cli.interact import Interaction, raw
from oob.cli.naming import target_argument
from oob.cli.operator import operator
from oob.cli.options import Settings, common, is_attended
from oob.cli.target import TOLD, reach, target_options
from oob.console.left import left_at
from oob.console.transcript import Transcript
from oob.console.transcripts import Transcripts
from oob.device.kept_line import KeptLine
from oob.device.session import DeviceSession, profile_of
from oob.errors import UsageError
from oob.events import PATH_FAILED, Event, Events
from oob.fault import unreadable
from oob.printable import one_line
from oob.web.presence import address_of


@click.command("console")
@common
@target_options
@click.option("--share", "is_shared", is_flag=True, help="Let guests follow, who type when you hand the keyboard over.")
@click.option("--join", is_flag=True, help="Follow the shared console of TARGET; ~a asks for the keyboard.")
@target_argument
def command(settings: Settings, target: str, is_shared: bool, join: bool, **options: Any) -> None:
    """Open the console of TARGET for a person, over the first path that opens.

    Nothing is typed by oob, not even a login. As the first key of a line, ~b sends a BREAK, ~. leaves, ~? lists these
    and ~~ sends a tilde. Everything is kept in a transcript, without passwords that are typed at a prompt for one.

    A path that dies (an adapter unplugged, a connection dropped) is opened again, or the next one, until it is back;
    keys typed meanwhile are not sent. On leaving it says whether the device is still logged in.

    With --share guests on this machine follow with --join, and anyone in a browser by `oob serve`; secrets are masked
    there. One person types: ~y gives the keyboard to a guest who asks, ~t recalls it.
    """
    if settings.as_json or not (is_attended() and sys.stdout.isatty()):
        raise UsageError("oob console is for a person at a terminal; scripts have oob run and oob paste")
    if join:
        _join(settings, target)
        return
    voice = _Voice(settings)
    way = reach(settings, target, logs_in=False, events=Events(voice.tell), **options)
    transport = way.open_line()
    with transport, _transcript(settings, way, transport.path) as tape:
        settings.note(f"oob: {way.entry.name} over {transport.path}; ~? for help, ~. leaves")
        keyboard, screen = sys.stdin.fileno(), sys.stdout.fileno()
        line = KeptLine(transport, way.open_line, voice.say)
        person = Interaction(line, tape, keyboard, screen, learn=way.masker.add, is_shared=is_shared)
        try:
            guests = _guests(settings, way.entry.name, tape, person, is_shared=is_shared)
            with guests, raw(keyboard), voice.on_screen(person):
                person.run()
        finally:
            settings.note("")  # the device's last line has no end
            settings.note(f"oob: left {line.path}; {left_at(person.recent, profile_of(way.entry.platform))}")
    if line.lost:
        raise line.lost


@contextmanager
def _guests(
    settings: Settings, device: str, tape: Transcript | None, person: Interaction, *, is_shared: bool
) -> Iterator[None]:
    """Let guests follow for the block, where the console *is_shared*."""
    if not is_shared:
        yield
        return
    if tape is None:
        raise UsageError("a console without a transcript cannot be shared: guests read that, secrets masked")
    from oob.cli.share import SharedConsole, socket_of

    with SharedConsole(socket_of(settings.home, device), operator(), tape.cast_path, person) as shared:
        person.shared = shared
        address = address_of(settings.home)
        page = f", in a browser {address}transcripts/{quote(tape.cast_path.stem)}" if address else ""
        settings.note(f"oob: shared: oob console {device} --join follows{page}; ~? lists the keys")
        yield


def _join(settings: Settings, device: str) -> None:
    from oob.cli.join import JoinedConsole
    from oob.cli.share import socket_of

    guest = JoinedConsole(socket_of(settings.home, device), operator(), sys.stdin.fileno(), sys.stdout.fileno())
    try:
        with raw(sys.stdin.fileno()):
            guest.run()
    finally:
        settings.note("")


class _Voice:
    """Says what becomes of the path: as notes, and on the raw screen while a person works there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._person: Interaction | None = None

    @contextmanager
    def on_screen(self, person: Interaction) -> Iterator[None]:
        """Say it between the lines of the console for the block."""
        self._person = person
        try:
            yield
        finally:
            self._person = None

    def say(self, text: str) -> None:
        """Say *text*."""
        text = f"oob: {one_line(text)}"
        if self._person:
            with suppress(OSError):  # the terminal may have gone
                self._person.announce(text)
        else:
            self._settings.note(text)

    def tell(self, event: Event) -> None:
        """Say what an *event* tells; while a path is opened again, its failures are said by what opens it."""
        if event.name in TOLD and not (self._person and event.name == PATH_FAILED):
            self.say(event.text)


@contextmanager
def _transcript(settings: Settings, way: DeviceSession, path: str) -> Iterator[Transcript | None]:
    """Give a transcript and say where it is; a full disk does not block the console."""
    try:
        tape = Transcripts.of(settings.home.transcripts, way.entry.name, way.masker).begin(path)
    except OSError as error:
        settings.note(f"oob: there will be no transcript: {unreadable(error)}")
        yield None
        return
    settings.note(f"oob: transcript: {tape.log_path}")
    try:
        yield tape
    finally:
        with suppress(OSError):
            tape.close()
