"""The table of IOS commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oob.lab.nos.base.commands import Commands

if TYPE_CHECKING:
    from oob.lab.nos.ios.session import IosSession

TABLE: Commands[IosSession] = Commands()
