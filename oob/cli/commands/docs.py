"""`oob docs`: the documentation that came with oob, which needs no network."""

from __future__ import annotations

import os
import webbrowser
from importlib import resources
from pathlib import Path

import click

from oob.child import own_environment
from oob.cli.options import Settings, common
from oob.errors import UsageError
from oob.fault import nearest

CHECKOUT = Path(__file__).parents[3]


def _pages(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in _texts() if name.startswith(incomplete)]


@click.command("docs")
@common
@click.argument("page", default="", shell_complete=_pages)
def command(settings: Settings, page: str) -> None:
    """Open the documentation in a browser and print where it lies; with PAGE, print that page here.

    With --plain or --json it is only printed. Without a browser: oob docs paths | less
    """
    if page:
        text = _text(page)
        settings.answer({"page": page, "text": text}, text, is_copied=True)
        return
    site = _folder("site") / "index.html"
    if not site.is_file():  # a wheel that was built where no HTML had been made
        names = list(_texts())
        if not names:
            raise UsageError("this installation came without its documentation; in a checkout, make docs builds it")
        lines = ["The pages, each shown by oob docs PAGE:", *(f"  {name}" for name in names)]
        settings.answer({"pages": names}, "\n".join(lines))
        return
    if not (settings.plain or settings.as_json):
        for name in set(os.environ) - set(own_environment()):
            del os.environ[name]  # the browser inherits the environment
        webbrowser.open(site.as_uri())
    settings.answer({"path": str(site)}, str(site))


def _text(page: str) -> str:
    """Return the text of *page*; raises UsageError with the nearest name."""
    texts = _texts()
    if page not in texts:
        raise UsageError(f"{page}: there is no such page{nearest(page, texts)}")
    return texts[page].read_text(encoding="utf-8")


def _texts() -> dict[str, Path]:
    """Return the pages by name."""
    own = CHECKOUT / "docs"
    folder = own if own.is_dir() else Path(str(resources.files("oob") / "pages"))
    return {path.stem: path for path in sorted(folder.glob("*.md"))}


def _folder(name: str) -> Path:
    """Return a folder of the checkout, else the copy in the installed package."""
    own = CHECKOUT / name
    return own if own.is_dir() else Path(str(resources.files("oob") / name))
