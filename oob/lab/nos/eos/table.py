"""The table of EOS commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oob.lab.nos.base.commands import Commands

if TYPE_CHECKING:
    from oob.lab.nos.eos.session import EosSession

TABLE: Commands[EosSession] = Commands()
