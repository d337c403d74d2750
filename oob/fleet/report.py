"""A fleet as one page that needs nothing else: its waves, each device in them, and why it was halted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from oob.fleet.document import FleetPlan
from oob.fleet.record import FleetState, MemberState
from oob.fleet.view import SAID
from oob.report.spans import duration
from oob.report.templating import render

LEAST = 0.5  # percent of the width that the shortest bar has


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """One device on the page; *left* and *width* are percent of the time that the fleet took."""

    name: str
    site: str
    end: str = "not begun"
    tone: str = "soft"
    text: str = ""
    took: str = ""
    neighbours: str = ""
    run: str = ""
    began: str = ""
    ended: str = ""
    left: float = 0.0
    width: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRows:
    """One wave on the page."""

    number: int
    is_canary: bool
    text: str
    rows: tuple[DeviceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPage:
    """Everything that the page shows."""

    fleet: str
    change: str
    began: str
    ended: str
    began_at: str
    ended_at: str
    verdict: str
    under: str
    tone: str
    gap: str
    sentences: tuple[str, ...]
    waves: tuple[WaveRows, ...]
    plan: tuple[tuple[str, str], ...]


def html(fleet: str, plan: FleetPlan, state: FleetState, gap: str = "") -> str:
    """Return the page; *gap* says where the journal is damaged."""
    return render("fleet.html", package="oob.fleet", page=page(fleet, plan, state, gap))


def page(fleet: str, plan: FleetPlan, state: FleetState, gap: str = "") -> FleetPage:
    """Return what the page shows, from the plan and the state that the journal leads to."""
    times = [one for known in state.members.values() for one in (known.began, known.ended) if one]
    begin, end = state.began, max([state.ended, *times, state.began])
    waves = tuple(_wave(number, names, plan, state, (begin, end)) for number, names in enumerate(plan.waves, 1))
    proven = sum(known.is_recovered for known in state.members.values())
    total = len(plan.members)
    is_all = proven == total
    return FleetPage(
        fleet=fleet,
        change=plan.change,
        began=_clock(begin, with_date=True),
        ended=_clock(state.ended, with_date=True) if state.is_finished else "",
        began_at=_clock(begin),
        ended_at=_clock(end),
        verdict="ALL PROVEN" if is_all else "HALTED" if state.halted else "NOT ALL PROVEN",
        under=f"{proven} of {total} devices proven",
        tone="good" if is_all else "bad",
        gap=gap,
        sentences=tuple(_sentences(fleet, plan, state, (begin, end))),
        waves=waves,
        plan=tuple(_plan(plan)),
    )


def _wave(number: int, names: tuple[str, ...], plan: FleetPlan, state: FleetState, span: tuple[str, str]) -> WaveRows:
    rows = tuple(_row(name, plan, state.members.get(name), span) for name in names)
    proven = sum(row.tone == "good" for row in rows)
    is_canary = number == 1 and len(plan.waves) > 1 and len(names) * 4 <= len(plan.members)
    return WaveRows(number=number, is_canary=is_canary, text=f"{proven} of {len(names)} proven", rows=rows)


def _row(name: str, plan: FleetPlan, known: MemberState | None, span: tuple[str, str]) -> DeviceRow:
    row = DeviceRow(name=name, site=plan.members[name].site)
    if known is None:
        return row
    if known.skipped:
        return replace(row, end="skipped", text=known.skipped.removeprefix(f"{name}: "), tone="warn")
    whole = max(_seconds(*span), 1e-9)
    left = 100 * _seconds(span[0], known.began) / whole
    width = 100 * _seconds(known.began, known.ended or span[1]) / whole
    tone = "good" if known.is_recovered else "warn" if known.is_kept or known.is_unknown else "bad"
    return replace(
        row,
        end=SAID.get(known.ending, "stopped" if known.ending else "unknown"),
        tone=tone,
        text=known.text,
        took=duration(known.seconds) if known.seconds else "",
        neighbours=f"{known.agree[0]} of {known.agree[1]} agree" if known.agree else "",
        run=known.run,
        began=_clock(known.began),
        ended=_clock(known.ended),
        left=round(left, 2),
        width=round(max(LEAST, width), 2),
    )


def _sentences(fleet: str, plan: FleetPlan, state: FleetState, span: tuple[str, str]) -> Iterator[str]:
    expected = float(plan.content["expected"]["seconds"])
    yield f"It took {duration(_seconds(*span))}, about {duration(expected)} were expected."
    if state.halted:
        yield f"Halted: {state.halted}."
    unknown = sorted(name for name, known in state.members.items() if known.is_unknown)
    if unknown:
        yield f"Unknown: {', '.join(unknown)}. Resume with: oob fleet resume {fleet}"
    left = [name for wave in plan.waves for name in wave if name not in state.members]
    if left:
        yield f"Not begun: {', '.join(left[:20])}{f' and {len(left) - 20} more' if len(left) > 20 else ''}."
    asked = [known.agree for known in state.members.values() if known.agree]
    if asked:
        agree, total = sum(one[0] for one in asked), sum(one[1] for one in asked)
        yield f"Proven from the other side: {agree} of {total} neighbours that were asked agree."
    if state.round > 1:
        yield f"Executed {state.round} times: it was resumed."


def _plan(plan: FleetPlan) -> Iterator[tuple[str, str]]:
    content: Mapping[str, Any] = plan.content
    yield "SHA-256", plan.sha256
    yield "signed by", plan.signer or "not signed"
    yield "made", f"{content['made']} by {content.get('by', '')}"
    yield "halts after", ", ".join(f"{name} {value}" for name, value in content["rules"].items() if value is not None)
    yield "at once", ", ".join([f"{plan.jobs} devices", *(f"{name} {count}" for name, count in plan.caps.items())])
    yield "longest chain", " -> ".join(content["expected"]["longest_chain"])
    for text in content.get("beyond_budgets", ()):
        yield "beyond the budgets", str(text)


def _seconds(begin: str, end: str) -> float:
    if not begin or not end:
        return 0.0
    return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds())


def _clock(utc: str, *, with_date: bool = False) -> str:
    if not utc:
        return ""
    moment = datetime.fromisoformat(utc)
    return f"{moment:%Y-%m-%d %H:%M:%S}" if with_date else f"{moment:%H:%M:%S}"
