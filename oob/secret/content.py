"""The content of the secrets file: slots and their expiry for devices, groups and everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

import yaml

from oob.errors import SecretError
from oob.secret.credentials import SLOTS, Credentials

TEMPLATE = """\
# Credentials by device, by group and for everything else; the nearest wins. Each slot may be left out:
# username, password, enable, server_username, server_password (the console server's), and a date: expires.
#
# default:
#   username: ops
#   password: change me
#   expires: 2027-12-31
# groups:
#   berlin:
#     enable: change me
# devices:
#   edge1:
#     server_username: console
#     server_password: change me
"""
SECTIONS = ("default", "groups", "devices")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretEntry:
    """The credentials of one device or group, and the day on which they expire."""

    credentials: Credentials = field(default_factory=Credentials)
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretName:
    """That a secret is there, without its value; *scope* is `default`, `group berlin` or `device edge1`."""

    scope: str
    slot: str
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The content of the secrets file."""

    default: SecretEntry = field(default_factory=SecretEntry, repr=False)
    groups: Mapping[str, SecretEntry] = field(default_factory=dict, repr=False)
    devices: Mapping[str, SecretEntry] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, text: str) -> Secrets:
        """Read the YAML; raises SecretError (`place: reason`), which never quotes a value."""
        content = _mapping(_load(text), "", SECTIONS)
        return cls(
            default=_entry(content.get("default"), "default"),
            groups=_entries(content.get("groups"), "groups"),
            devices=_entries(content.get("devices"), "devices"),
        )

    def credentials(self, device: str, groups: Sequence[str] = ()) -> Credentials:
        """Return the credentials of *device*: its own, else those of its groups in order, else the default's."""
        found = Credentials()
        for _, entry in self._applying(device, groups):
            found = found.over(entry.credentials)
        return found

    def names(self) -> tuple[SecretName, ...]:
        """Return which secrets are there."""
        return tuple(
            SecretName(scope=scope, slot=slot, expires=entry.expires)
            for scope, entry in self._scopes()
            for slot in SLOTS
            if getattr(entry.credentials, slot) is not None
        )

    def expiring(self, device: str, groups: Sequence[str] = (), *, today: date, days: int = 14) -> tuple[str, ...]:
        """Return a sentence for each entry of *device* that has expired or will within *days*."""
        entries = [(scope, entry.expires) for scope, entry in self._applying(device, groups) if entry.expires]
        limit = today + timedelta(days=days)
        return tuple(
            f"credentials of {scope} {'expired' if expires < today else 'expire'} on {expires}"
            for scope, expires in entries
            if expires <= limit
        )

    def _applying(self, device: str, groups: Sequence[str]) -> Iterator[tuple[str, SecretEntry]]:
        wanted = (f"device {device}", *(f"group {group}" for group in groups), "default")
        scopes = dict(self._scopes())
        return ((scope, scopes[scope]) for scope in wanted if scope in scopes)

    def _scopes(self) -> Iterator[tuple[str, SecretEntry]]:
        yield "default", self.default
        yield from ((f"group {name}", entry) for name, entry in self.groups.items())
        yield from ((f"device {name}", entry) for name, entry in self.devices.items())


def _load(text: str) -> object:
    try:
        return yaml.safe_load(text) or {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise SecretError(f"secrets:{line}: this is not YAML") from None  # the parser's words quote what stands there
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SecretError("secrets: this is not YAML") from None


def _mapping(content: object, place: str, known: Sequence[str] = ()) -> dict[str, Any]:
    content = {} if content is None else content
    if not isinstance(content, dict):
        raise SecretError(f"secrets{':' if place else ''}{place}: should be a mapping")
    for key in content:
        if not isinstance(key, str) or (known and key not in known):
            near = get_close_matches(str(key), known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}" if known else "quote it"
            raise SecretError(f"secrets:{place}{'.' if place else ''}{key}: there is no such key; {hint}")
    return content


def _entries(content: object, place: str) -> dict[str, SecretEntry]:
    return {name: _entry(entry, f"{place}.{name}") for name, entry in _mapping(content, place).items()}


def _entry(content: object, place: str) -> SecretEntry:
    values = _mapping(content, place, (*SLOTS, "expires"))
    expires = values.pop("expires", None)
    if expires is not None and type(expires) is not date:
        raise SecretError(f"secrets:{place}.expires: should be a date, as in 2027-12-31")
    for slot, value in values.items():
        if not isinstance(value, str):
            raise SecretError(f"secrets:{place}.{slot}: should be text; YAML takes it for something else, quote it")
    return SecretEntry(credentials=Credentials(**values), expires=expires)
