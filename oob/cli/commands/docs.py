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

CHECKOUT = Path(__file__).parents[3] / "site"


@click.command("docs")
@common
def command(settings: Settings) -> None:
    """Open the documentation in a browser and print where it lies; with --plain or --json only print it."""
    page = _folder() / "index.html"
    if not page.is_file():
        raise UsageError("this installation came without its documentation; in a checkout, make docs builds it")
    if not (settings.plain or settings.as_json):
        for name in set(os.environ) - set(own_environment()):
            del os.environ[name]  # the browser is started with what is there
        webbrowser.open(page.as_uri())
    settings.answer({"path": str(page)}, str(page))


def _folder() -> Path:
    """Return the folder of the pages: the checkout's, else the copy in the installed package."""
    return CHECKOUT if CHECKOUT.is_dir() else Path(str(resources.files("oob") / "site"))
