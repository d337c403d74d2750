"""The checkpoints that a device can roll back to by itself, and copies among its files, from its own lists."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from oob.profile.model import Checkpoints, DeviceFiles

LIKELY = re.compile(r"(?i)cfg|conf|archive|backup|rollback")  # in the name of a file that holds a configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """One of them: its *name* now, and what tells it *lasting*ly where names count from the newest, else ""."""

    name: str
    lasting: str = ""


def listed(data: Checkpoints, text: str) -> tuple[Checkpoint, ...]:
    """Return the checkpoints that *text*, what the device answered, lists, newest first."""
    if data.absent and re.search(data.absent, text, re.M):
        return ()
    found = list(re.finditer(data.pattern, text, re.M))
    if "made" in re.compile(data.pattern).groupindex:
        found.sort(key=lambda match: match["made"])
    elif data.newest == "first":
        found.reverse()
    checkpoints: list[Checkpoint] = []
    alike: Counter[str] = Counter()
    for match in found:
        lasting = match.groupdict().get("lasting") or ""
        alike[lasting] += 1  # two commits of one second are told by their order, from the oldest on
        told = f"{lasting}, number {alike[lasting]}" if lasting and alike[lasting] > 1 else lasting
        checkpoints.append(Checkpoint(name=match["name"], lasting=told))
    return tuple(reversed(checkpoints))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file on the device that may be a copy of its configuration; *taken* is its time as the device writes it.

    *show* is the command that prints it.
    """

    name: str
    taken: str
    show: str


def files(data: DeviceFiles, text: str) -> tuple[KeptFile, ...]:
    """Return the copies among the files that *text*, what the device answered, lists."""
    return tuple(
        KeptFile(
            name=match["name"],
            taken=" ".join((match.groupdict().get("taken") or "").split()),
            show=data.show.replace("{name}", match["name"]),
        )
        for match in re.finditer(data.pattern, text, re.M)
        if LIKELY.search(match["name"])
    )
