"""Permission to begin an attempt: by the clock, by the policy, and by a person where either needs one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import oob.recovery.record.events as events
from oob.recovery.authority.authority import STRENGTH, Policy
from oob.recovery.authority.impact import Impact, ImpactLimits
from oob.recovery.ladder.plan import Attempt
from oob.recovery.proof.prove import Proof
from oob.recovery.question import Reply, TimedQuestion
from oob.recovery.record.ending import RECOVER
from oob.recovery.run import impact
from oob.recovery.run.run_context import RunContext

MINUTE = 60.0
MOST = 5000  # prefixes that the journal names
NO_TIMER = "no revert timer: the device does not revert it by itself, and a mistake may lock you out"


def ask(ctx: RunContext, text: str, silence: str, *, seconds: float) -> Reply:
    """Put a question to the operator, with its window and the reply in the journal."""
    with ctx.record.act(events.QUESTION, text, expected=seconds, silence=silence) as outcome:
        number = ctx.record.journal.last.sequence if ctx.record.journal.last else 0

        def elsewhere() -> Reply | None:
            found = ctx.requests.reply(number)
            return None if found is None or found.do == "pause" else found.do

        question = TimedQuestion(text=text, seconds=seconds, silence=silence, elsewhere=elsewhere)
        reply = ctx.collaborators.agree(question)
        outcome["reply"] = reply
        if (told := ctx.requests.reply(number)) is not None and told.do == reply:
            outcome["by"] = told.by
    if reply == "no reply":
        ctx.record.warn(f"no reply within {seconds / MINUTE:g} minutes to {text!r}: {silence}")
    return reply


def _said(found: Impact) -> str:
    prefixes, users = ("an unknown number of" if one is None else one for one in (found.prefixes, found.users))
    return f"within an hour: devices {found.devices}, prefixes {prefixes}, users {users}"


class Permission:
    """Tells before each attempt whether it may be begun."""

    def __init__(self, ctx: RunContext, proof: Proof | None) -> None:
        self._ctx = ctx
        self._proof = proof
        self._policy = Policy.load(ctx.collaborators.home.path)
        self._held = ""  # why no attempt is begun any more after a pause
        self._beyond: str | None = None  # why the impact is refused, once it is known

    def refusal(self, attempt: Attempt) -> str:
        """Return why *attempt* must not be begun, "" where it may."""
        return (
            self._late() or self._paused() or self._touches_too_much() or self._errors_grow() or self._unarmed(attempt)
        )

    def _late(self) -> str:
        """Return that the time for further attempts is over: the point of no return by the clock."""
        after = self._ctx.options.no_attempt_after
        if not after or self._ctx.collaborators.clock.utc() <= datetime.fromisoformat(after):
            return ""
        return f"after {after} no further attempt is begun"

    def _paused(self) -> str:
        """Return that the run was told to pause, and that no person told it to continue."""
        if request := self._ctx.requests.pause():
            self._held = self._needs_word(f"{request.by} paused the run")
        return self._held

    def _touches_too_much(self) -> str:
        """Return that the run touches more than the policy allows without a person's word; asked once a run."""
        if self._beyond is None:
            has_begun = any(phase == RECOVER for phase, _ in self._ctx.state.attempts)
            exceeded = () if has_begun else tuple(self._exceeded())
            self._beyond = self._needs_word("; ".join(exceeded)) if exceeded else ""
        return self._beyond

    def _exceeded(self) -> Iterator[str]:
        """Yield the limits that this run exceeds; a fleet asks for devices and users before it begins one."""
        limits = self._policy.impact
        if limits == ImpactLimits():
            return
        found, places = impact.of_run(self._ctx, self._proof)
        marks = {"devices": found.devices, "prefixes": found.prefixes, "users": found.users}
        self._ctx.record.note(events.IMPACT, _said(found), marks=marks, places=sorted(places)[:MOST])
        if "impact" in self._ctx.collaborators.agreed:
            limits = limits.model_copy(update={"devices": None, "users": None})
        yield from limits.exceeded(found)

    def _errors_grow(self) -> str:
        """Return that the error rate has grown beyond the circuit breaker; measured before each attempt."""
        breaker = self._policy.breaker
        if breaker is None:
            return ""
        now = impact.error_rate(self._ctx.collaborators.home, self._ctx.collaborators.clock)
        text = f"the error rate is {'unknown' if now is None else f'{now:g} %'}"
        self._ctx.record.note(events.ERROR_RATE, text, marks={"error_rate": now})
        known = impact.recent(self._ctx.collaborators.home, self._ctx.collaborators.clock.utc())
        tripped = breaker.tripped(impact.lowest_error_rate(known), now)
        has_begun = any(phase == RECOVER for phase, _ in self._ctx.state.attempts)
        if "breaker" in self._ctx.collaborators.agreed and not has_begun:
            return ""  # a person has just agreed to begin this device
        return self._needs_word(tripped) if tripped else ""

    def _needs_word(self, why: str) -> str:
        """Return *why* an attempt is not begun unless a person agrees to it all the same."""
        reply = ask(self._ctx, f"{why}. Continue?", "no attempt is begun", seconds=MINUTE * self._policy.reply_minutes)
        return "" if reply == "yes" else f"{why}, and no person agreed to continue ({reply})"

    def _unarmed(self, attempt: Attempt) -> str:
        """Return that no person agreed to an attempt that the device does not revert by itself."""
        if attempt.armed:
            return ""
        if self._policy.unarmed == "approval":
            is_approved = STRENGTH[self._ctx.state.authority] >= STRENGTH["confirm"] and self._ctx.options.allow_unarmed
            return "" if is_approved else "no revert timer, and the policy requires an approval that covers it (--yes)"
        self._ctx.record.warn(f"attempt {attempt.number}, {attempt.strategy}: {NO_TIMER}")
        if self._ctx.options.allow_unarmed:
            return ""
        text = f"attempt {attempt.number}, {attempt.title}: {NO_TIMER}. Begin it?"
        reply = ask(self._ctx, text, "the attempt is skipped", seconds=MINUTE * self._policy.reply_minutes)
        return "" if reply == "yes" else f"no revert timer, and no person agreed to that ({reply}; --yes agrees)"
