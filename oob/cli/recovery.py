"""What the commands around a recovery share: what a run works with, and how its end is told."""

from __future__ import annotations

from typing import Any

import click

from oob.cli.operator import operator
from oob.cli.options import Settings, is_attended
from oob.cli.target import reach
from oob.errors import UsageError
from oob.inventory.device import Device
from oob.recovery.context import Means
from oob.recovery.record.ending import PUT_BACK, RECOVER, Ending
from oob.recovery.record.outcome import AttemptOutcome, Outcome
from oob.report.channel import channels, sender
from oob.report.outbox import Courier


def means(settings: Settings, target: str, **options: Any) -> tuple[Device, Means]:
    """Return the inventory entry of *target* and what a run on it works with; its events may be listened to."""
    way = reach(settings, target, **options)
    return way.entry, Means(
        home=settings.home,
        secrets=way.login,
        operator=operator(),
        access=way.access,
        trust=way.trust,
        ask=_passphrase,
    )


def _passphrase(name: str) -> str:
    """Ask for it; nobody there to ask is no word, and somebody who leaves stops the run."""
    text = f"Passphrase or approval of {name}"
    try:
        return str(click.prompt(text, hide_input=True, default="", show_default=False, err=True))
    except click.Abort as error:
        if is_attended():
            raise KeyboardInterrupt from error
        return ""


def telling(settings: Settings, with_means: Means) -> Courier:
    """Return what sends the run's messages to the channels in the home's notify.yaml while the block lasts."""
    senders, known = {}, {}
    try:
        known = channels(settings.home.notify)
    except UsageError as error:  # no message is worth a recovery
        settings.note(f"oob: no messages to anybody: {error}")
    for name, url in known.items():
        if settings.as_json and url.startswith("stdout"):
            continue  # --json is one document there and nothing else
        try:
            senders[name] = sender(url)
        except UsageError as error:
            settings.note(f"oob: no messages to {name}: {error}")
    courier = Courier(settings.home.runs, senders)
    with_means.events.subscribe(courier.hear)
    return courier


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
    found = f"; the state that was found is backup {outcome.broken}" if outcome.broken else ""
    lines.append(f"  run {outcome.run}, {outcome.seconds:.0f} s{found}")
    settings.answer(outcome.as_json(), "\n".join(lines))
    return outcome.exit_code


def _attempt(attempt: AttemptOutcome) -> str:
    ending = attempt.failure or attempt.skipped
    word = "skipped" if attempt.skipped else "failed" if attempt.failure else "proven"
    return f"    attempt {attempt.number}, {attempt.strategy}: {word}{f': {ending}' if ending else ''}"


def _verdict(outcome: Outcome) -> str:
    if not outcome.target:
        return f"{outcome.device}: {'all steps have worked' if outcome.is_recovered else 'a step did not work'}"
    if outcome.ending is Ending.UNCHANGED:
        return f"{outcome.device}: nothing was wrong: it is as its baseline says; nothing was changed"
    if outcome.is_recovered:
        return f"{outcome.device}: restored to {outcome.target} and proven from the device"
    if outcome.waiting:
        return f"{outcome.device}: {outcome.waiting}; kept, not proven before they are back"
    if outcome.ending is Ending.PUT_BACK:
        return f"{outcome.device}: NOT restored: no attempt worked, and the broken state that was found was put back"
    return f"{outcome.device}: not restored"
