"""The results of drills for people: a page and figures beside each record, and the history of them all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from oob import durable
from oob.drill.practice.record import WORDS, PracticeEvent
from oob.drill.practice.score import PracticeScore, score
from oob.kept import kept

RESULT, PAGE = "result.json", "drill.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeResult:
    """One drill of the past: when, which, who, and its score."""

    began: str
    scenario: str
    team: tuple[str, ...]
    points: int
    to_proof: float | None
    folder: str = ""


def keep(
    folder: Path, began: str, scenario: str, team: Sequence[str], events: Sequence[PracticeEvent]
) -> PracticeScore:
    """Write the result and the page of a drill into its *folder*, and return the score."""
    points = score(events)
    document = {"began": began, "scenario": scenario, "team": list(team), **points.as_json()}
    durable.replace_file(folder / RESULT, (json.dumps(document, indent=2) + "\n").encode())
    durable.replace_file(folder / PAGE, page(began, scenario, team, events, points).encode())
    return points


def page(began: str, scenario: str, team: Sequence[str], events: Sequence[PracticeEvent], points: PracticeScore) -> str:
    """Return the page of a drill in Markdown: the score, then what happened when."""
    lines = [f"# Drill {scenario}, {began}", "", f"Team: {', '.join(team) or 'not named'}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {_cell(value)} |" for name, value in points.rows()]
    lines += ["", "| time | where | what |", "|---|---|---|"]
    for one in events:
        about = f"{one.missing} routes missing" if one.kind == "routes" else f"{WORDS[one.kind]} {one.text}".strip()
        lines.append(f"| {int(one.seconds) // 60}:{int(one.seconds) % 60:02d} | {one.router} | {_cell(about)} |")
    return "\n".join(lines) + "\n"


def history(folder: Path) -> tuple[PracticeResult, ...]:
    """Return the drills kept below *folder*, oldest first; a damaged result is left out."""
    found = []
    for path in sorted(folder.glob(f"*/{RESULT}")):
        try:
            result = kept(PracticeResult, durable.read_file(path))
        except OSError:
            continue
        found += [replace(result, folder=path.parent.name)] if result else []
    return tuple(found)


def _cell(text: str) -> str:
    """Return *text* for a cell of a table: whatever was typed must not end it."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`")
