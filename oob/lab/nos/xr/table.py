"""The tables of IOS-XR commands: those of exec mode, and those that configuration mode has besides its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oob.lab.nos.base.commands import Commands

if TYPE_CHECKING:
    from oob.lab.nos.xr.session import XrSession

TABLE: Commands[XrSession] = Commands()
TARGET: Commands[XrSession] = Commands()
