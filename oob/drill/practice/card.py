"""The card of a drill for people: what the monitoring says, and how each person gets to the consoles. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from oob.lab.control import LabRouter


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """The person who must agree: *name* as the policy has it, *key* the file to approve with, "" where enrolled."""

    name: str
    key: str


def card(title: str, symptom: str, home: Path, routers: Sequence[LabRouter], approver: Approver | None) -> str:
    """Return the page that is handed out when the clock starts."""
    return "\n".join((*_situation(title, symptom), *_consoles(routers), *_with_oob(home, routers), *_roles(approver)))


def _situation(title: str, symptom: str) -> Iterator[str]:
    yield f"DRILL  {title}"
    yield ""
    yield "KNOWN"
    yield f"  {symptom}"
    yield "  In-band management does not answer. Only the consoles are left."


def _consoles(routers: Sequence[LabRouter]) -> Iterator[str]:
    yield ""
    yield "CONSOLES"
    for router in routers:
        yield f"  {router.name}  {router.platform}  user {router.username}, password {router.password}"
        yield from (f"    {url}" for url in router.consoles)


def _with_oob(home: Path, routers: Sequence[LabRouter]) -> Iterator[str]:
    name = routers[0].name if routers else "NAME"
    yield ""
    yield "WITH OOB, in another terminal on this machine (or by hand, with any terminal program)"
    yield f"  export OOB_HOME={home}"
    yield f"  oob console {name}; oob verify {name}; oob plan {name}; oob recover {name}"


def _roles(approver: Approver | None) -> Iterator[str]:
    yield ""
    yield "ROLES, each may sit at another machine"
    yield "  second operator: oob console URL (one of the telnet URLs above; --listen makes them reachable)"
    if approver is not None:
        key = approver.key or "THEIR KEY"
        yield f"  approver {approver.name}: oob approve DEVICE --key {key} --request TEXT (oob recover prints the text)"
        yield "  the policy requires both: oob recover DEVICE --authorised-by YOU \\"
        yield f"    --approver {approver.name} --reason WHY"
