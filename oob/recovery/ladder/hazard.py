"""Hazards in a configuration, which fail or act at the worst moment: names, jobs, and console logins. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oob.backup.difference import CLOSERS
from oob.backup.folder import Backup
from oob.profile.model import Profile, Service
from oob.recovery.ladder import lockout
from oob.recovery.ladder.difference import is_set_form


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededServer:
    """A server that the device needs, and the VRF in which it is reached; *kind* names its service."""

    kind: str
    address: str
    vrf: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.address}{f' in {self.vrf}' if self.vrf else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name that the configuration uses, and the VRF in which it is looked up."""

    name: str
    vrf: str = ""

    def __str__(self) -> str:
        return f"{self.name}{f' in {self.vrf}' if self.vrf else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHazards:
    """The hazards of one configuration, a sentence each; *lockouts* block every console login while AAA is down."""

    lockouts: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


def find(profile: Profile, backup: Backup) -> FoundHazards:
    """Return the hazards of loading *backup* while name and AAA servers are unreachable."""
    lines = statements(profile, backup)
    doors = lockout.look(profile.hazards.console, lines)
    names = tuple(
        f"{name} is a name, which does not resolve while DNS is down ({_shown(line[: match.end('name')])})"
        for pattern in profile.hazards.names
        for line, match in _matches(pattern, lines)
        if (name := match["name"])
    )
    return FoundHazards(lockouts=doors.closed, cautions=(*doors.doubtful, *names))


def jobs(profile: Profile, *backups: Backup) -> tuple[str, ...]:
    """Return the scheduled jobs in *backups* and their times, once each."""
    found = (
        match["name"] + (f" ({when})" if (when := match.groupdict().get("when")) else "")
        for backup in backups
        for pattern in profile.hazards.jobs
        for _, match in _matches(pattern, statements(profile, backup))
    )
    return tuple(dict.fromkeys(found))


def servers(profile: Profile, backup: Backup) -> tuple[NeededServer, ...]:
    """Return the servers that the device needs with *backup* in force."""
    lines = statements(profile, backup)
    found = (
        NeededServer(kind=kind, address=match["address"], vrf=match.groupdict().get("vrf") or "")
        for kind, pattern in profile.hazards.servers.items()
        for _, match in _matches(pattern, lines)
    )
    return tuple(dict.fromkeys(found))


def names_of(profile: Profile, service: Service, backup: Backup) -> tuple[Named, ...]:
    """Return the names that *service* looks up with *backup* in force, once each."""
    lines = statements(profile, backup)
    patterns = (service.named,) if service.named else profile.hazards.names
    found = (
        Named(name=match["name"], vrf=match.groupdict().get("vrf") or "")
        for pattern in patterns
        for _, match in _matches(pattern, lines)
    )
    return tuple(dict.fromkeys(found))


def statements(profile: Profile, backup: Backup) -> tuple[str, ...]:
    """Return the configuration as whole statements: each line behind the lines that it stands below."""
    if is_set_form(profile, backup.configuration):
        return _commands(backup.configuration)
    if backup.configuration_set:
        return _commands(backup.configuration_set)
    return tuple(_indented(backup.configuration))


def _commands(text: str) -> tuple[str, ...]:
    return tuple(line.removeprefix("set ").strip() for line in text.splitlines() if line.startswith("set "))


def _indented(text: str) -> Iterator[str]:
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        words = line.strip().rstrip("{;").rstrip()
        if words in CLOSERS or words.startswith(("!", "#")):
            continue
        depth = len(line) - len(line.lstrip())
        while above and above[-1][0] >= depth:
            above.pop()
        above.append((depth, words))
        yield " ".join(part for _, part in above)


def _shown(line: str) -> str:
    """Return the beginning of a line without what follows the name, which is often a secret."""
    return re.sub(r"//[^@/\s]+@", "//", line)


def _matches(pattern: str, lines: Sequence[str]) -> Iterator[tuple[str, re.Match[str]]]:
    for line in lines:
        if match := re.search(pattern, line):
            yield line, match
