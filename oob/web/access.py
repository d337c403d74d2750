"""Who may look at the live page, and who may give orders: tokens of the home's web.yaml, kept as hashes alone.

On loopback without a token a person is a viewer; an operator always has a token, and so has everyone elsewhere.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from oob import durable
from oob.errors import UsageError
from oob.yaml_file import load

NAME = "web.yaml"
Role = Literal["viewer", "operator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person at the page, by the name of their token."""

    name: str
    role: Role

    @property
    def is_operator(self) -> bool:
        """Tell whether this person may give orders to a run."""
        return self.role == "operator"


class Enrolment(BaseModel):
    """A token as it is kept: the SHA-256 of it, and the role that it gives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    role: Role


class Tokens(BaseModel):
    """The tokens of a home, by the names of their holders."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tokens: dict[str, Enrolment] = {}

    @classmethod
    def load(cls, home: Path) -> Tokens:
        """Return the tokens of *home*, none where it has no web.yaml; raises UsageError where that cannot be used."""
        return load(home / NAME, cls, cls())

    def enrol(self, home: Path, name: str, role: Role) -> str:
        """Write a new token for *name* to the web.yaml of *home*, and return it; an older one of that name is void."""
        token = secrets.token_urlsafe(32)
        kept = {**self.tokens, name: Enrolment(sha256=_hash(token), role=role)}
        document = {"tokens": {each: enrolment.model_dump() for each, enrolment in kept.items()}}
        try:
            durable.create_folder(home)
            durable.replace_file(home / NAME, yaml.safe_dump(document, sort_keys=True).encode())
        except OSError as error:
            raise UsageError(f"{home / NAME}: cannot be written: {error.strerror}") from error
        return token

    def visitor(self, token: str) -> Visitor | None:
        """Return the holder of *token*, None where it is unknown."""
        own = _hash(token)
        found = None
        for name, enrolment in self.tokens.items():
            if secrets.compare_digest(enrolment.sha256, own):
                found = Visitor(name=name, role=enrolment.role)
        return found


def is_loopback(address: str) -> bool:
    """Tell whether *address*, an IP address, can only be reached from this machine."""
    return ipaddress.ip_address(address).is_loopback


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
