"""*approver-on-the-phone*: the policy requires two persons; the approver reads an approval out, misheard at first."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import oob.recovery.record.events as events
from oob.clock import Clock
from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import CONVERGE, ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage
from oob.events import Event
from oob.recovery.authority.approval import approve, kept
from oob.recovery.authority.authority import NAME
from oob.recovery.authority.scope import REQUEST, Scope
from oob.recovery.context import RunOptions
from oob.recovery.record.journal import NAME as JOURNAL
from oob.recovery.record.journal import read

ROUTER, AUTHORISER, APPROVER = "edge1", "ada", "noc"


class Telephone:
    """The approver: hears a request, and reads out an approval made with a key that never leaves them."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.calls = 0
        self._request = ""

    def listen(self, event: Event) -> None:
        """Take down the request when the run asks for an approval."""
        if event.name == events.APPROVAL_REQUESTED:
            self._request = event.text[event.text.index(REQUEST) :]

    def answer(self, name: str) -> str:
        """Return the approval as it is heard: the first time one character is wrong."""
        self.calls += 1
        said = approve(self.key, Scope.requested(self._request), Clock().utc())
        return said if self.calls > 1 else said.swapcase()


def _prepare(stage: DrillStage) -> None:
    take_baselines(stage, ROUTER)
    break_routing(stage, ROUTER)
    phone = Telephone()
    (stage.home.path / NAME).write_text(f"persons: two\nseconds: {{{APPROVER}: '{kept(phone.key)}'}}\n")
    stage.listen(phone.listen)
    stage.ask = phone.answer
    stage.say(f"the policy requires two persons; {APPROVER} is on the phone, and the line is bad")


def _check(stage: DrillStage) -> tuple[str, ...]:
    """Return whether the misheard approval counted."""
    asked = [entry for path in stage.home.runs.glob(f"*/{JOURNAL}") for entry in read(path).entries]
    calls = sum(entry.event == events.APPROVAL_REQUESTED for entry in asked)
    return () if calls == 2 else (f"{APPROVER} was asked {calls} times, not twice",)


SCENARIO = Scenario(
    name="approver-on-the-phone",
    title="the policy requires two persons; the approver reads an approval out, misheard at first",
    prepare=_prepare,
    expected=lambda stage: {ROUTER: ExpectedRecovery()},
    needs_own=True,
    choices=RunOptions(
        converge=CONVERGE,
        reason="drill",
        allow_undrilled=True,
        authorised_by=AUTHORISER,
        seconded_by=APPROVER,
    ),
    check=_check,
)
