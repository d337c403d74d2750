"""The post-recovery checks, and the journal's answer to each: an unread point is not a yes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import oob.recovery.record.events as events
from oob.events import Act
from oob.recovery.after.point import Point, Standing
from oob.recovery.record.journal import JournalEntry

BY_HAND = (
    "AAA and DNS answer the device again",
    "in-band management reaches the device",
    "scheduled jobs and alarms that were paused for the change are on again",
)


def check_list(entries: Iterable[JournalEntry]) -> tuple[Point, ...]:
    """Return the list for the run with these *entries*: as it was gone through last, else what its journal can tell."""
    lines = list(entries)
    last = {entry.event: entry for entry in lines}
    if executed := tuple(_executed(lines)):
        return (*executed, *_of_acts(last))
    return (
        *_of_proof(_proof(last)),
        *_of_acts(last),
        *(Point(text=text, standing="not looked at") for text in BY_HAND),
    )


def _executed(lines: list[JournalEntry]) -> Iterator[Point]:
    """Give the points that were looked at since the list was begun the last time."""
    begun = max((index for index, entry in enumerate(lines) if entry.event == events.AFTER_STARTED), default=len(lines))
    for entry in lines[begun:]:
        if entry.event == events.AFTER_CHECKED:
            standing: Standing = entry.marks["standing"]
            yield Point(text=str(entry.data["text"]), standing=standing, why=str(entry.data.get("why", "")))


def _proof(last: Mapping[str, JournalEntry]) -> Mapping[str, Any]:
    entry = last.get(events.PROOF.finished) or last.get("difference")
    return entry.data if entry else {}


def _of_proof(proof: Mapping[str, Any]) -> Iterator[Point]:
    if not proof:
        yield Point(text="configuration, routes, neighbours and addresses are back", standing="not looked at")
        return
    differing = proof["lines_differing"]
    yield _point("the configuration is the target's", not differing, f"{differing} lines differ")
    routes = proof.get("routes")
    if routes is None:
        why = str(proof.get("routes_problem", ""))
        yield Point(text="the routing table is the baseline's", standing="not looked at", why=why)
    else:
        # Journals of older versions have no such count.
        as_text = routes.get("lines_as_text", 0)
        text = "the routing table is the baseline's" + (f"; {as_text} lines compared as text" if as_text else "")
        yield _point(text, routes["equal"], "oob report shows the lines")
    yield _point("neighbours and interfaces are up", not proof["lost"], ", ".join(proof["lost"]))
    yield _point("critical addresses answer", not proof["silent"], ", ".join(proof["silent"]))


def _of_acts(last: Mapping[str, JournalEntry]) -> Iterator[Point]:
    steps = (last.get(events.STEP.started), last.get(events.STEP.finished))
    if events.CONFIRM.started in last or any(step.marks.get("arms") for step in steps if step):
        is_disarmed = events.CONFIRM.finished in last or events.TIMER_ABSENT in last
        yield _point("the device's timer is disarmed", is_disarmed, "ask it")
    yield from _act(last, events.SAVE, "the configuration is saved")
    yield from _act(last, events.TIDY, "files brought to the device are removed")
    if watched := last.get(events.WATCH_FINISHED):
        yield _point("it was stable for a while", bool(watched.marks["stable"]), str(watched.data["text"]))
    else:
        yield Point(text="it was stable for a while", standing="not looked at", why="oob watch sees to it")


def _act(last: Mapping[str, JournalEntry], act: Act, text: str) -> Iterator[Point]:
    if failed := last.get(act.failed):
        yield Point(text=text, standing="no", why=str(failed.data["text"]))
    elif act.finished in last:
        yield Point(text=text, standing="yes")


def _point(text: str, is_so: bool, why: str) -> Point:
    return Point(text=text, standing="yes") if is_so else Point(text=text, standing="no", why=why)
