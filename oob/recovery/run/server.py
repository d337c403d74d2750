"""A run of steps on a server's console: each is judged by its pattern; if one fails, the steps before are undone.

In the journal every step is an attempt of its own, so every view of a recovery shows it too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256

import oob.recovery.record.events as events
from oob.console.load import cancel
from oob.errors import DeviceError, GuardStopped, OobError, PromptTimeout
from oob.events import EventName
from oob.recovery.ladder.steps import ServerStep, understood
from oob.recovery.record.ending import Ending
from oob.recovery.record.interruption import REFUSALS, persist
from oob.recovery.record.outcome import AttemptOutcome, Outcome
from oob.recovery.run.run import Run

DO, UNDO = "steps", "undo"


class ServerRun(Run):
    """A run that carries out the steps of its options, from the first or resumed from its state."""

    def _go(self) -> Outcome:
        self._check_drilled()
        self._authorise()
        steps = understood(self.ctx.options.steps, "the plan")
        self._check_secrets(steps)
        self._begin(f"carry out the steps on {self.ctx.entry.name}")
        self.ctx.session.open(wait=self.ctx.options.wait)
        self.ctx.steady(lambda: self._identify("identify the server"))
        seconds = sum(step.seconds for step in steps)
        self._open_window(self.ctx.options.window or round(2 * seconds / 60) + 1)
        self._have_confirmed()
        failed = self._do_all(steps)
        left = self._undo_all(steps[:failed]) if failed and self.ctx.options.put_back else []
        return self._end(steps, failed, left)

    def _check_secrets(self, steps: tuple[ServerStep, ...]) -> None:
        """Raise GuardStopped where a step holds a secret: a resume needs the steps in the journal unmasked."""
        for number, step in enumerate(steps, 1):
            if any(self.ctx.record.masker.mask(text) != text for text in (step.run, step.undo or "", step.shows or "")):
                raise GuardStopped(
                    f"step {number}, {step.about}, holds a secret, which the journal would show: let the server read "
                    "it from where it keeps it"
                )

    # --- doing

    def _do_all(self, steps: tuple[ServerStep, ...]) -> int:
        """Do one step after the other; return the number of the failed step, 0 where none failed."""
        for number, step in enumerate(steps, 1):
            failure = self._bring_to_end(DO, number, step.about, partial(self._do, number, step))
            self.results.append(AttemptOutcome(number=number, strategy="step", title=step.about, failure=failure))
            if failure:
                return number
        return 0

    def _do(self, number: int, step: ServerStep) -> str:
        """Do a step unless it is done, and return how that is known."""
        known = self.ctx.state.attempt(DO, number)
        if known.has_finished:
            return "it worked before the run was resumed"
        answer = self._query(step)
        if answer is not None and re.search(str(step.shown), answer, re.MULTILINE):
            return "done, and not repeated" if known.is_half_done else "done already"
        if known.is_half_done and not step.reads and step.shows is None:
            raise GuardStopped(
                f"step {number}, {step.about}, was begun, and nothing shows whether it ran, so it is not repeated: "
                "check it, and undo it by hand"
            )
        self._type(DO, number, step, step.run, step.expect, _digest(answer))
        return "it printed its expected output"

    # --- undoing

    def _undo_all(self, steps: tuple[ServerStep, ...]) -> list[str]:
        """Undo the done *steps*, the last first; return those that are not undone, or cannot be."""
        left = []
        for number, step in reversed(list(enumerate(steps, 1))):
            if step.reads or not self.ctx.state.attempt(DO, number).is_half_done:
                continue
            if step.undo is None:
                left.append(f"step {number}, {step.about}, has no undo: check it by hand")
                continue
            about = f"undo step {number}: {step.about}"
            if failure := self._bring_to_end(UNDO, number, about, partial(self._undo, number, step)):
                left.append(f"step {number}, {step.about}, is not undone: {failure}")
        return left

    def _undo(self, number: int, step: ServerStep) -> str:
        known = self.ctx.state.attempt(UNDO, number)
        assert step.undo is not None
        if known.has_finished:
            return "it was undone before the run was resumed"
        before = self.ctx.state.attempt(DO, number).before
        if before and _digest(self._query(step)) == before:
            return "there is nothing to undo: its query answers as before the step"
        if known.is_half_done and step.shows is None:
            raise DeviceError("its undo was begun, and no query shows whether it was done, so it is not repeated")
        self._type(UNDO, number, step, step.undo, step.undone or "")
        return "undone"

    # --- one act

    def _bring_to_end(self, phase: str, number: int, about: str, act: Callable[[], str]) -> str:
        """Bring a step to its verdict over interruptions; return why it failed, "" where it did not."""
        known = self.ctx.state.attempt(phase, number)
        if known.verdict:
            return known.failure
        if not known.is_begun:
            self._note(events.ATTEMPT_STARTED, about, phase, number)

        def judged() -> str:
            try:
                return self.ctx.state.attempt(phase, number).failure or act()
            except REFUSALS as error:
                self._note(events.ATTEMPT_JUDGED, str(error), phase, number, failure=str(error))
                return ""

        def interrupted(error: OobError) -> None:
            self._note(events.ATTEMPT_INTERRUPTED, str(error), phase, number, kind=type(error).__name__)

        how = persist(self.ctx.session, judged, interrupted, what=f"step {number}")
        failure = self.ctx.state.attempt(phase, number).failure
        verdict = "failed" if failure else "proven"
        self._note(events.ATTEMPT_ENDED, failure or how, phase, number, {"verdict": verdict})
        return failure

    def _type(self, phase: str, number: int, step: ServerStep, command: str, expect: str, before: str = "") -> None:
        """Type *command* and judge its output; raises DeviceError where it is not as expected."""
        about = step.about if phase == DO else f"undo: {step.about}"
        marks = {**_marks(phase, number), "index": 0, "reboots": False, "arms": False, "before": before}
        with self.ctx.record.act(events.STEP, about, marks=marks, expected=step.seconds, commands=[command]) as outcome:
            text = self._ask(command, step.timeout)
            outcome["printed"] = self.ctx.record.masker.mask_answer(text)[-2000:]
            refuse = step.refuse if phase == DO else ()
            if hit := next((match for one in refuse if (match := re.search(one, text, re.MULTILINE))), None):
                raise DeviceError(f"{command!r} printed {hit[0]!r}", command=command, answer=text)
            if not re.search(expect, text, re.MULTILINE):
                raise DeviceError(
                    f"{command!r} printed nothing that matches {expect!r}, but {text[-200:]!r}",
                    command=command,
                    answer=text,
                )

    def _query(self, step: ServerStep) -> str | None:
        """Return what *shows* prints, None where the step has none."""
        return None if step.shows is None else self._ask(step.shows, step.timeout)

    def _ask(self, command: str, timeout: float) -> str:
        try:
            return self.device.console.run(command, silence=timeout, limit=timeout).text
        except PromptTimeout as error:
            cancel(self.device.console.conversation)
            said = error.read.decode("utf-8", "replace")[-200:]
            raise DeviceError(
                f"{command!r} timed out after {timeout:g} s and was cancelled; its last output: {said!r}",
                command=command,
                answer=said,
            ) from error

    # --- the end

    def _end(self, steps: tuple[ServerStep, ...], failed: int, left: list[str]) -> Outcome:
        undone = [
            f"undone: step {number}, {steps[number - 1].about}"
            for number in range(failed, 0, -1)
            if self.ctx.state.attempt(UNDO, number).verdict == "proven"
        ]
        outcome = Outcome(
            run=self.id,
            device=self.ctx.entry.name,
            platform=self.ctx.profile.platform,
            ending=Ending.FAILED if failed else Ending.RECOVERED,
            path=self.device.path,
            attempts=tuple(self.results),
            warnings=tuple(self.ctx.record.warnings),
            left=(*undone, *left),
            seconds=self.ctx.collaborators.clock.monotonic() - self.started,
        )
        text = f"step {failed} failed" if failed else f"all {len(steps)} steps are done"
        return self._finish(outcome, text)

    def _note(
        self,
        event: EventName,
        text: str,
        phase: str,
        number: int,
        marks: Mapping[str, object] | None = None,
        **data: object,
    ) -> None:
        self.ctx.record.note(event, text, marks={**_marks(phase, number), **(marks or {})}, **data)


def _digest(answer: str | None) -> str:
    return "" if answer is None else sha256(answer.encode()).hexdigest()


def _marks(phase: str, number: int) -> dict[str, object]:
    return {"phase": phase, "number": number, "strategy": "step"}
