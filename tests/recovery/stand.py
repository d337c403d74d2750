"""A place to start recoveries from that get no further than to the path, for what must stop them before."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.events import Event, Events
from oob.inventory.device import ConsolePath, Expect, InventoryDevice
from oob.inventory.home import Home
from oob.profile.store import load
from oob.recovery.api import make_plan, plan_backups, recover, resume
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.ladder import document
from oob.recovery.record.journal import NAME, Journal
from oob.secret.masking import Masker
from tests.recovery.credentials import Credentials
from tests.recovery.papers import NOON

RUN = "20260304-130000Z-abcd"


@dataclass
class Stand:
    """A home with a good backup, and a path that counts what is sent on it; a run ends where it would reach the
    console, which is as far as it can get."""

    home: Home
    listener: socket.socket
    patch: pytest.MonkeyPatch
    choices: RunOptions = field(default_factory=RunOptions)
    expect: Expect = field(default_factory=Expect)
    authorised: tuple[str, ...] = ()
    passphrase: str = "correct horse"

    @property
    def entry(self) -> InventoryDevice:
        path = ConsolePath(url=f"tcp://127.0.0.1:{self.listener.getsockname()[1]}", name="cable")
        return InventoryDevice(
            name="edge1", platform="cisco_ios", paths=(path,), expect=self.expect, authorised=self.authorised
        )

    @property
    def means(self) -> Collaborators:
        def reached(event: Event) -> None:
            if event.name == "reach.started":
                raise KeyboardInterrupt

        return Collaborators(
            home=self.home,
            secrets=Credentials(),
            operator="ada",
            events=Events(reached),
            ask=lambda name: self.passphrase,
        )

    def recover(self) -> None:
        recover(self.entry, self.means, self.choices)

    def resume(self) -> None:
        resume(RUN, self.entry, self.means)

    def begun(self) -> Path:
        """Leave a run that was killed as soon as it had begun, and return its journal."""
        good = Catalogue(self.home.backups).baseline("edge1").manifest.id
        marks = {"target": good, "baseline": good, "choices": {}, "platform": "cisco_ios"}
        folder = self.home.runs / RUN
        with Journal.create(folder, run=RUN, operator="ada", device="edge1", masker=Masker()) as journal:
            journal.write("run.started", {"text": "recover edge1"}, marks=marks)
            journal.write("reach.started", {"text": "reach"})
        return folder / NAME

    def plan(self, **changed: object) -> Path:
        """Write a plan of this device and return its file; *changed* is put in before it is sealed."""
        backups = plan_backups(self.entry, self.means, self.choices)
        made = make_plan(self.entry, self.means, self.choices, backups)
        content = document.draw_up(
            made,
            self.entry,
            self.choices,
            profile=load("cisco_ios"),
            backups=backups,
            by="ada",
            persons="one",
            now=NOON + timedelta(hours=1),
        )
        file = self.home.path / "plan.yaml"
        file.write_text(document.render({**content, **changed}))
        return file

    def by_plan(self, file: Path, signed_by: Path | None = None) -> Callable[[], None]:
        """Return what recovers the device as the plan in *file* says."""

        def act() -> None:
            plan = document.read(file, signed_by=signed_by)
            document.check(plan, self.entry, profile=load("cisco_ios"), catalogue=Catalogue(self.home.backups))
            self.choices = document.options(plan, self.choices)
            self.recover()

        return act

    def was_called(self) -> bool:
        """Tell whether anybody has opened the path."""
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True
