"""Puts the documentation into the wheel: its text always, HTML and man pages where they have been made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PATIENCE = 120  # seconds for npm


class Documentation(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own example leaves it open
    """A wheel without HTML is whole as well: `oob docs` then shows the text."""

    PLUGIN_NAME = "custom"

    def _add_xterm(self, build_data: dict[str, Any]) -> None:
        """Add xterm.js, which npm brings by its lock file; without a network the live page shows consoles as text."""
        browser = Path(self.root, "browser")
        package = browser / "node_modules" / "@xterm" / "xterm"
        if not package.is_dir() and (npm := shutil.which("npm")):
            command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
            subprocess.run(command, cwd=browser, check=False, capture_output=True, timeout=PATIENCE)
        if not package.is_dir():
            self.app.display_warning("without xterm.js: npm could not bring it, so oob serve shows consoles as text")
            return
        for file in ("lib/xterm.js", "css/xterm.css", "LICENSE"):
            build_data.setdefault("force_include", {})[str(package / file)] = f"oob/web/xterm/{Path(file).name}"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add what is there; a development installation reads it in the checkout."""
        if version == "editable":
            return
        self._add_xterm(build_data)
        for page in sorted(Path(self.root, "docs").glob("*.md")):
            build_data.setdefault("force_include", {})[str(page)] = f"oob/pages/{page.name}"
        for folder, key, place in (("site", "force_include", "oob/site"), ("man", "shared_data", "share/man/man1")):
            if Path(self.root, folder).is_dir():
                build_data.setdefault(key, {})[str(Path(self.root, folder))] = place
