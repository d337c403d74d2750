"""Puts the documentation into the wheel: its text always, HTML and man pages where they have been made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Documentation(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own example leaves it open
    """A wheel without HTML is whole as well: `oob docs` then shows the text."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add what is there; a development installation reads it in the checkout."""
        if version == "editable":
            return
        for page in sorted(Path(self.root, "docs").glob("*.md")):
            build_data.setdefault("force_include", {})[str(page)] = f"oob/pages/{page.name}"
        for folder, key, place in (("site", "force_include", "oob/site"), ("man", "shared_data", "share/man/man1")):
            if Path(self.root, folder).is_dir():
                build_data.setdefault(key, {})[str(Path(self.root, folder))] = place
