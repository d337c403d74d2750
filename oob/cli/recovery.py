"""Parts that the commands around a recovery share: the collaborators of a run, and the account of its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import click

import oob.recovery.record.events as events
from oob.backup.catalogue import Catalogue
from oob.cli.ask import TRIES, ask, reply
from oob.cli.interrupt import INTERRUPTS
from oob.cli.operator import operator
from oob.cli.options import Settings, is_attended
from oob.cli.target import BY_URL, reach
from oob.device.session import DeviceSession
from oob.errors import InventoryError, UsageError
from oob.inventory.device import InventoryDevice
from oob.recovery.context import Collaborators
from oob.recovery.record.ending import PUT_BACK, RECOVER, Ending
from oob.recovery.record.journal import JournalEntry
from oob.recovery.record.outcome import AttemptOutcome, Outcome
from oob.report.channel import channels, sender
from oob.report.fields import Templates, templates
from oob.report.outbox import Courier
from oob.transport.url import parse
from oob.web.presence import address_of


def means(
    settings: Settings, target: str, *, name: str = "", opens: bool = True, **options: Any
) -> tuple[InventoryDevice, Collaborators]:
    """Return the inventory entry of *target* and what a run on it works with; its events may be listened to.

    A device behind a URL goes by its own name, as `oob backup take` files it; it has *name* where that is known, and is
    asked for it only where the command *opens* the console anyway.
    """
    way = reach(settings, target, opens=opens, **options)
    if "://" not in target:
        return way.entry, _means(settings, way)
    return replace(way.entry, name=name or _name_behind(settings, way, opens=opens)), _means(settings, way)


def means_of_run(
    settings: Settings, entries: Sequence[JournalEntry], target: str = "", **options: Any
) -> tuple[InventoryDevice, Collaborators]:
    """Return the device of the run that *entries* record, and what a run on it works with.

    One that no inventory knows was reached by a URL: *target*, else the path that the journal has last.
    """
    name = entries[0].device
    platform = next(
        (str(entry.marks.get("platform", "")) for entry in entries if entry.event == events.RUN_STARTED), ""
    )
    options = {**options, "platform": options.get("platform") or platform}
    try:
        way = reach(settings, target or name, **options)
    except InventoryError:
        urls = [entry.path for entry in entries if "://" in entry.path]
        if target or not urls:
            raise
        way = reach(settings, urls[-1], **options)
    entry = replace(way.entry, name=name) if way.entry.name == BY_URL else way.entry
    return entry, _means(settings, way)


def _name_behind(settings: Settings, way: DeviceSession, *, opens: bool) -> str:
    """Return the name of the device behind a URL: that of the last backup taken over it, else what the device says."""
    shown = {str(parse(path.url)) for path in way.entry.paths}
    known = Catalogue(settings.home.backups).list()
    for entry in known:
        if entry.manifest and not entry.is_found and entry.manifest.path in shown:
            return entry.device
    if not opens or not known:  # without a backup there is nothing to find by its name
        return way.entry.name
    with way as device:
        return device.facts().hostname or device.hostname or way.entry.name


def _means(settings: Settings, way: DeviceSession) -> Collaborators:
    return Collaborators(
        home=settings.home,
        secrets=way.login,
        operator=operator(),
        access=way.access,
        trust=way.trust,
        ask=_passphrase,
        agree=partial(reply, plain=settings.plain, is_served=lambda: bool(address_of(settings.home))),
        tries=TRIES if is_attended() else 1,
    )


def _passphrase(name: str) -> str:
    """Ask for the approval; without a person to ask it is missing, and a person who leaves stops the run."""
    try:
        return ask(f"passphrase or approval of {name}", is_secret=True)
    except click.Abort as error:
        if is_attended():
            raise KeyboardInterrupt from error
        return ""


def telling(settings: Settings, with_means: Collaborators) -> Courier:
    """Return what sends the run's messages to the channels in the home's notify.yaml while the block lasts."""
    senders, known = {}, {}
    try:
        known = channels(settings.home.notify)
    except UsageError as error:  # no message is worth a recovery
        settings.note(f"oob: no messages are sent: {error}")
    for name, url in known.items():
        if settings.as_json and url.startswith("stdout"):
            continue  # --json is one document there and nothing else
        try:
            senders[name] = sender(url)
        except UsageError as error:
            settings.note(f"oob: no messages to {name}: {error}")
    with_means.events.subscribe(INTERRUPTS.hear)
    courier = Courier(settings.home.runs, senders, partial(_undelivered, settings), _templates(settings))
    with_means.events.subscribe(courier.hear)
    if address := address_of(settings.home):
        settings.note(f"oob: in a browser: {address}")
    return courier


def _templates(settings: Settings) -> Templates:
    """Return the templates of messages; those of the home are said and left out where they cannot be used."""
    try:
        return templates(settings.home.path)
    except UsageError as error:
        settings.note(f"oob: WARN messages have oob's own lines: {error}")
        return templates()


def _undelivered(settings: Settings, left: Mapping[str, int]) -> None:
    """Say which messages were not delivered; they keep their place in the journal."""
    for channel, count in left.items():
        messages = f"{count} {'message' if count == 1 else 'messages'}"
        settings.note(
            f"oob: WARN {messages} to {channel} not delivered; the next oob recover, resume or watch sends them "
            f"(oob notify test {channel} tries the address)"
        )


def tell(settings: Settings, outcome: Outcome) -> int:
    """Print how a run ended and return its exit code."""
    lines = [_verdict(outcome)]
    for heading, phase in (("attempts to recover", RECOVER), ("attempts to put the broken state back", PUT_BACK)):
        tried = [attempt for attempt in outcome.attempts if (attempt.phase == PUT_BACK) == (phase == PUT_BACK)]
        lines += [f"  {heading}:", *map(_attempt, tried)] if tried else []
    if outcome.proof and not outcome.proof.is_proven:
        lines += [f"  not as it was: {reason}" for reason in outcome.proof.reasons]
    lines += [f"  warning: {warning}" for warning in outcome.warnings]
    lines += [f"  left to do: {task}" for task in outcome.left]
    found = f"; the snapshot of the broken state is backup {outcome.broken}" if outcome.broken else ""
    lines.append(f"  run {outcome.run}, {outcome.seconds:.0f} s{found}")
    after = _next(outcome)
    lines += [f"  next: {command:<40} {why}".rstrip() for command, why in after]
    settings.answer({**outcome.as_json(), "next": [command for command, _ in after]}, "\n".join(lines))
    return outcome.exit_code


def _next(outcome: Outcome) -> list[tuple[str, str]]:
    """Return the commands that come next, and what each is for."""
    report = (f"oob report {outcome.run}", "the whole story")
    if not outcome.target:
        return [report]
    if outcome.ending is Ending.RECOVERED:
        after = (f"oob after {outcome.run}", "the post-recovery checks and the hand-over note")
        return [after, (f"oob watch {outcome.run}", "whether it stays so"), report]
    verify = (f"oob verify {outcome.device}", "compare it with its baseline again")
    if outcome.waiting:
        return [*((f"oob recover {name}", "it is waited for") for name in outcome.waiting.neighbours), verify, report]
    if outcome.is_recovered:
        return [verify]
    return [report, (f"oob console {outcome.device}", "look at it yourself"), verify]


def _attempt(attempt: AttemptOutcome) -> str:
    ending = attempt.failure or attempt.skipped
    word = "skipped" if attempt.skipped else "failed" if attempt.failure else "proven"
    return f"    attempt {attempt.number}, {attempt.strategy}: {word}{f': {ending}' if ending else ''}"


def _verdict(outcome: Outcome) -> str:
    if not outcome.target:
        return f"{outcome.device}: {'all steps are done' if outcome.is_recovered else 'a step failed'}"
    if outcome.ending is Ending.UNCHANGED:
        return f"{outcome.device}: nothing was wrong: it is as its baseline says; nothing was changed"
    if outcome.is_recovered:
        proof = outcome.proof
        level = f" ({proof.level})" if proof and proof.routes and proof.routes.lines_as_text else ""
        return f"{outcome.device}: restored to {outcome.target} and proven from the device{level}"
    if outcome.waiting:
        return f"{outcome.device}: {outcome.waiting}; kept, not proven before they are back"
    if outcome.ending is Ending.PUT_BACK:
        return f"{outcome.device}: NOT restored: no attempt worked, and the broken state was put back"
    return f"{outcome.device}: not restored"
