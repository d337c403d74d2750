"""Requests of another terminal to a fleet under way: pause, continue, skip a device."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from oob.recovery.record.request_file import AnyRequest, RequestFile

NAME = "control.jsonl"
Verb = Literal["pause", "continue", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRequest(AnyRequest):
    """A request to a fleet, for a *member* where only one device is meant."""

    do: Verb
    member: str = ""
    reason: str = ""


class Control(RequestFile[FleetRequest]):
    """The requests of a fleet below *folder*."""

    def __init__(self, folder: Path, *, from_start: bool = False) -> None:
        super().__init__(folder / NAME, FleetRequest, from_start=from_start)
