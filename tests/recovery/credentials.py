"""The login of the lab's routers."""

from __future__ import annotations

from dataclasses import dataclass

from oob.secret import credentials


@dataclass(frozen=True, kw_only=True)
class Credentials(credentials.Credentials):
    """A user that the lab's routers let in."""

    username: str | None = "ops"
    password: str | None = "oob-lab"
    enable: str | None = "oob-lab"
