"""Guard a device while a change is made in-band: watch it over its console, and say when it has to be rolled back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import oob.recovery.record.events as events
from oob.deadline import Deadline
from oob.errors import OobError
from oob.inventory import device as inventory
from oob.recovery.api import verify
from oob.recovery.authority.authority import Policy
from oob.recovery.authority.decision import Decision, Thresholds, decide, measured
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.proof.prove import Proof
from oob.recovery.question import TimedQuestion

FigureSource = Callable[[], Mapping[str, object]]


def guard(
    entry: inventory.InventoryDevice,
    collaborators: Collaborators,
    options: RunOptions,
    figures: FigureSource,
    *,
    minutes: float,
    every: float,
) -> Decision | None:
    """Look at the device and the *figures* every so many seconds; return the automatic trigger, None without one.

    A change of the configuration or of other routes triggers nothing. A critical prefix or address that is
    missing in two looks is a critical function lost; a figure has to last as the thresholds say. What cannot be read is
    said, and triggers nothing either. Changes nothing.
    """
    clock, thresholds = collaborators.clock, Thresholds.load(collaborators.home.path)
    deadline = Deadline(60 * minutes, clock.monotonic)
    before: tuple[str, ...] = ()
    while True:
        lost, doubts = _look(entry, collaborators, options)
        given, doubt = _figures(figures)
        lasting = tuple(one for one in lost if one in before)
        decision = decide(measured({**given, "lost": bool(lasting)}), thresholds)
        reasons = (*lasting, *(one for one in decision.reasons if decision.is_emergency or given))
        text = "; ".join((*reasons, *lost, *doubts, *doubt)) or "no critical prefix or address is missing"
        collaborators.events.emit(events.GUARD_LOOKED, text, device=entry.name, answer=decision.answer)
        if decision.is_emergency:
            return decision
        if deadline.is_over:
            return None
        before = lost
        clock.wait(min(every, deadline.remaining()))


def may_start(entry: inventory.InventoryDevice, collaborators: Collaborators, decision: Decision) -> bool:
    """Ask a person whether the recovery starts; after the window the policy decides what silence means.

    The window passes also where no terminal is there to ask: who reads of the trigger may stop the command in it.
    """
    policy = Policy.load(collaborators.home.path)
    silence = "the recovery starts" if policy.silence == "go" else "nothing is started"
    text = f"{entry.name}: roll back now: {'; '.join(decision.reasons)}. Start the recovery?"
    window = Deadline(60 * policy.reply_minutes, collaborators.clock.monotonic)
    collaborators.events.emit(events.GUARD_TRIGGERED, f"{text} After {policy.reply_minutes:g} minutes {silence}")
    reply = collaborators.agree(TimedQuestion(text=text, seconds=window.remaining(), silence=silence))
    if reply == "no reply" and policy.silence == "go":
        collaborators.clock.wait(window.remaining())
    collaborators.events.emit(events.GUARD_REPLIED, f"{text} {reply}", device=entry.name)
    return reply == "yes" or (reply == "no reply" and policy.silence == "go")


def _look(
    entry: inventory.InventoryDevice, collaborators: Collaborators, options: RunOptions
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what critical is missing, and what could not be read."""
    try:
        return _lost(verify(entry, collaborators, options)), ()
    except OobError as error:
        return (), (f"the device could not be read: {error}",)


def _lost(proof: Proof) -> tuple[str, ...]:
    missing = proof.routes.must_have_missing if proof.routes else ()
    return (
        *(f"critical prefix {prefix}: no active route" for prefix in missing),
        *(f"{address}: no reply to ping" for address in proof.silent),
    )


def _figures(figures: FigureSource) -> tuple[Mapping[str, object], tuple[str, ...]]:
    try:
        found = figures()
        measured(found)  # a figure that makes no sense must not end the guard
        return found, ()
    except OobError as error:
        return {}, (f"the figures could not be read: {error}",)
