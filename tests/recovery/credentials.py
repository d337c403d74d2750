"""The login of the lab's routers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Credentials:
    """What the lab's routers take."""

    username: str | None = "ops"
    password: str | None = "oob-lab"
    enable: str | None = "oob-lab"
