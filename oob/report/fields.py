"""The fields of a run's messages, from its journal up to a line. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

import oob.recovery.record.events as events
from oob.errors import UsageError
from oob.fault import nearest
from oob.recovery.record.ending import PUT_BACK
from oob.recovery.record.heartbeat import EVERY
from oob.recovery.record.journal import JournalEntry
from oob.yaml_file import load

NAME = "messages.yaml"
CAUTION = (
    "Rolling back removes the change from the configuration. What it did meanwhile (sessions that dropped, routes that "
    "were learned elsewhere, data that was lost) is not undone by it; watch the device for a while."
)
Templates = Mapping[str, Mapping[str, str]]
GIVEN = ("trigger", "bridge", "lead", "change", "incident", "problem")
FIELDS = (
    *("scope", "impact", *GIVEN, "contacts", "text", "duration", "next_update", "under_way", "attempts", "reverts"),
    *("window", "agreed_end", "old_end", "new_end", "extension_reason", "percent", "before", "after", "caution"),
)
# The fields that the rollback guides ask of each message.
ASKED = {
    "started": ("scope", "impact", "trigger", "bridge", "lead"),
    "heartbeat": ("under_way", "window", "next_update"),
    "extension": ("old_end", "new_end", "extension_reason", "percent"),
    "escalation": ("agreed_end", "under_way", "contacts", "bridge"),
    "completed": ("duration", "before", "after", "caution"),
    "resolved": ("text",),
}


def templates(home: Path | None = None) -> Templates:
    """Return the lines of each kind of message, as data: oob's own, those of the *home* in place of them by kind.

    Raises UsageError, naming the kind and the field, where the home's cannot be used.
    """
    own = _own()
    if home is None:
        return own
    path = home / NAME
    given = load(path, dict[str, dict[str, str]], {})
    for kind, template in given.items():
        if kind not in own:
            raise UsageError(f"{path}: {kind}: there is no such message{nearest(kind, own)}")
        for label, name in template.items():
            if name not in FIELDS:
                raise UsageError(f"{path}: {kind}: {label}: there is no field {name}{nearest(name, FIELDS)}")
    return {**own, **given}


@cache
def _own() -> Templates:
    """Return oob's own templates; read once, as figures are made of thousands of runs."""
    found: Templates = yaml.safe_load((files("oob.report") / NAME).read_text())
    return found


def lacking(known: Templates) -> tuple[str, ...]:
    """Return what the guides ask of each message and its template lacks, as sentences."""
    missing = {kind: [name for name in names if name not in known[kind].values()] for kind, names in ASKED.items()}
    return tuple(f"{kind} lacks {', '.join(names)}" for kind, names in missing.items() if names)


def lines(kind: str, fields: Mapping[str, str], known: Templates) -> tuple[str, ...]:
    """Return the lines of a message of this *kind*: a missing value is said where the template wants that."""
    shown = []
    for label, name in known.get(kind, {}).items():
        value = fields.get(name, "")
        if value or label.endswith("!"):
            shown.append(f"{label.rstrip('!')}: {value or 'not stated'}")
    return tuple(shown)


class RunFields:
    """Follows the lines of a run and holds the fields that its messages may show."""

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}
        self._began: datetime | None = None
        self._tried = 0
        self._failed = 0

    def take(self, entry: JournalEntry) -> Mapping[str, str]:
        """Follow *entry* and return the fields as they are with it."""
        at = datetime.fromisoformat(entry.utc)
        self._began = self._began or at
        self._fields |= {
            "text": str(entry.data.get("text", "")),
            "duration": _minutes((at - self._began).total_seconds()),
            "next_update": f"{at + timedelta(seconds=EVERY):%H:%M} UTC",
            **self._of(entry),
        }
        return self._fields

    def _of(self, entry: JournalEntry) -> Mapping[str, str]:
        data = entry.data
        match entry.event:
            case events.RUN_STARTED:
                return self._started(entry)
            case events.WINDOW_OPENED:
                return {"window": _clock(data, "until"), "agreed_end": _clock(data, "until")}
            case events.WINDOW_EXTENDED:
                return {
                    "old_end": _clock(data, "before"),
                    "new_end": _clock(data, "until"),
                    "window": _clock(data, "until"),
                    "extension_reason": str(data.get("reason", "")),
                    "percent": f"{data['percent']} %" if "percent" in data else "",
                }
            case events.HEARTBEAT | events.WINDOW_MISSED:
                return {"under_way": str(data["text"]).rpartition("missed by half: ")[2].partition("; ")[0]}
            case events.DIFFERENCE:
                return {"before": figures(data)}
            case events.PROOF.finished if entry.marks.get("phase") != PUT_BACK:
                return {"after": figures(data)}
            case events.TIMER_ARMED:
                return {"reverts": f"{_clock(data, 'deadline')} unless confirmed"}
            case events.ATTEMPT_STARTED | events.ATTEMPT_ENDED:
                return self._attempt(entry)
        return {}

    def _started(self, entry: JournalEntry) -> Mapping[str, str]:
        choices: Mapping[str, Any] = entry.marks.get("choices", {})
        users = choices.get("users")
        return {
            **{name: str(choices.get(name) or "") for name in GIVEN},
            "trigger": str(choices.get("trigger") or choices.get("reason") or ""),
            "scope": f"{entry.device}, backup {entry.marks['target']}" if entry.marks.get("target") else entry.device,
            "impact": "; ".join(filter(None, (str(choices.get("affects") or ""), f"{users} users" if users else ""))),
            "contacts": ", ".join(map(str, entry.data.get("contacts", ()))),
            "caution": CAUTION,
        }

    def _attempt(self, entry: JournalEntry) -> Mapping[str, str]:
        ended = entry.event == events.ATTEMPT_ENDED
        self._tried += not ended
        self._failed += ended and entry.marks.get("verdict") == "failed"
        return {"attempts": f"{self._tried} begun, {self._failed} failed", **({"reverts": ""} if ended else {})}


def figures(proof: Mapping[str, Any]) -> str:
    """Return how far a device is from its baseline, in figures."""
    routes = proof.get("routes")
    differing = len(routes.get("changes", ())) if isinstance(routes, Mapping) else None
    return ", ".join(
        (
            f"{int(proof.get('lines_differing', 0))} configuration lines differ",
            "routes not compared" if differing is None else f"{differing} routes differ",
            f"{len(proof.get('lost', ()))} neighbours or interfaces down",
            f"{len(proof.get('silent', ()))} critical addresses without reply",
        )
    )


def _clock(data: Mapping[str, Any], key: str) -> str:
    return f"{datetime.fromisoformat(str(data[key])):%H:%M} UTC" if data.get(key) else ""


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
