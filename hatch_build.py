"""Puts the built documentation and man pages into the wheel, where `make docs` and `make man` have made them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Documentation(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own example leaves it open
    """A wheel without them is whole as well: `oob docs` then says how to get them."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add what is there; a development installation reads it in the checkout."""
        if version == "editable":
            return
        for folder, key, place in (("site", "force_include", "oob/site"), ("man", "shared_data", "share/man/man1")):
            if Path(self.root, folder).is_dir():
                build_data.setdefault(key, {})[str(Path(self.root, folder))] = place
