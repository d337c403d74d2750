"""The table of NX-OS commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oob.lab.family.commands import Commands

if TYPE_CHECKING:
    from oob.lab.nxos.session import NxosSession

TABLE: Commands[NxosSession] = Commands()
