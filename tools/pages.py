"""What mkdocs needs to know beyond mkdocs.yml: the page of commands, and an order for the pages that there are."""

from __future__ import annotations

from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation

from tools import api, reference

ORDER = (
    "index.md",
    "install.md",
    "quickstart.md",
    "inventory.md",
    "secrets.md",
    "backups.md",
    "console.md",
    "paths.md",
    "routing.md",
    "plan.md",
    "recovery.md",
    "messages.md",
    "unattended.md",
    "troubleshooting.md",
    "coming-from.md",
    "web.md",
    "drills.md",
    "sessions.md",
    "adapters.md",
    "adding-a-platform.md",
    "commands.md",
    "api.md",
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of commands and of the library, made from what these say of themselves."""
    files.append(File.generated(config, "commands.md", content=reference.markdown()))
    files.append(File.generated(config, "api.md", content=api.markdown()))
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Put the pages in the order in which somebody new reads them; those it does not name come last."""

    def place(item: Any) -> tuple[int, str]:
        page = item.file.src_uri if item.is_page else ""
        return (ORDER.index(page) if page in ORDER else len(ORDER), str(item.title or page))

    nav.items.sort(key=place)
    return nav
