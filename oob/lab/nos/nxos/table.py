"""The table of NX-OS commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oob.lab.nos.base.commands import Commands

if TYPE_CHECKING:
    from oob.lab.nos.nxos.session import NxosSession

TABLE: Commands[NxosSession] = Commands()
