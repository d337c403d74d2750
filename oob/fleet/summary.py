"""The result of a fleet, in lines and as data, from its plan and the state of its journal. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oob.fleet.document import FleetPlan
from oob.fleet.record import FleetState, MemberState
from oob.fleet.view import SAID


def document(fleet: str, plan: FleetPlan, state: FleetState, code: int) -> dict[str, Any]:
    """Return one record a device and the figures of the whole."""
    return {
        "fleet": fleet,
        "plan": plan.sha256,
        "exit_code": code,
        "halted": state.halted,
        "round": state.round,
        "devices": [_record(name, number, state) for number, wave in enumerate(plan.waves, 1) for name in wave],
    }


def lines(fleet: str, plan: FleetPlan, state: FleetState) -> Iterator[str]:
    """Yield the devices that are not proven, wave by wave, and what comes next."""
    for number, wave in enumerate(plan.waves, 1):
        proven = sum(_is_proven(state.members.get(name)) for name in wave)
        yield f"wave {number}: {proven} of {len(wave)} proven"
        for name in wave:
            known = state.members.get(name)
            if known is not None and not known.is_recovered:
                yield f"  {name}: {_said(known)}"
    if state.halted:
        yield f"halted: {state.halted}"
    left = [name for wave in plan.waves for name in wave if name not in state.members]
    if left:
        yield f"not begun: {', '.join(left[:8])}{f' and {len(left) - 8} more' if len(left) > 8 else ''}"
    if left or any(known.is_unknown for known in state.members.values()):
        yield f"next: oob fleet resume {fleet}"
    yield f"fleet {fleet}; next: oob fleet report {fleet}"


def row(fleet: str, state: FleetState) -> dict[str, Any]:
    """Return one line of the list of fleets."""
    proven = sum(known.is_recovered for known in state.members.values())
    unknown = sum(known.is_unknown for known in state.members.values())
    word = "ended" if state.is_finished else "under way or killed"
    text = f"{state.began[:19]}Z  {word}, {proven} of {len(state.members)} begun proven, {unknown} unknown"
    return {"fleet": fleet, "began": state.began, "finished": state.is_finished, "text": text}


def _record(name: str, wave: int, state: FleetState) -> dict[str, Any]:
    known = state.members.get(name)
    if known is None:
        return {"device": name, "wave": wave, "ending": "not begun"}
    return {
        "device": name,
        "wave": wave,
        "ending": "skipped" if known.skipped else known.ending or "unknown",
        "exit_code": known.exit_code,
        "run": known.run,
        "seconds": known.seconds,
        "text": known.skipped or known.text,
        "neighbours": list(known.agree) if known.agree else None,
    }


def _is_proven(known: MemberState | None) -> bool:
    return known is not None and known.is_recovered


def _said(known: MemberState) -> str:
    if known.skipped:
        return known.skipped
    said = SAID.get(known.ending, "unknown" if not known.ending else "stopped")
    return f"{said}{f': {known.text}' if known.text else ''}{f' (run {known.run})' if known.run else ''}"
