"""The options that choose many devices, the same for every command that takes them."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from oob.cli.naming import devices
from oob.cli.options import Settings
from oob.errors import UsageError

if TYPE_CHECKING:
    from oob.inventory.selector import Selection, Selector

Command = TypeVar("Command", bound=Callable[..., Any])

STDIN = "-"


def selector_options(command: Command) -> Command:
    """Give *command* the options that choose devices; it gets a Selector as `selector`, with the names as given."""

    @click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=devices)
    @click.option("--group", "groups", multiple=True, metavar="GROUP", help="The devices of a group; may be repeated.")
    @click.option("--site", "sites", multiple=True, metavar="SITE", help="The devices of a site; may be repeated.")
    @click.option("--tag", "tags", multiple=True, metavar="TAG", help="The devices that have a tag; may be repeated.")
    @click.option(
        "--where", default="", metavar="CONDITION", help="Devices by their fields: 'platform=cisco_ios and tier!=low'."
    )
    @click.option("--all", "everything", is_flag=True, help="All devices of the inventory.")
    @functools.wraps(command)
    def with_selector(
        *args: Any,
        names: tuple[str, ...],
        groups: tuple[str, ...],
        sites: tuple[str, ...],
        tags: tuple[str, ...],
        where: str,
        everything: bool,
        **kwargs: Any,
    ) -> Any:
        from oob.inventory.selector import Selector  # the inventory is loaded by the commands that use it

        selector = Selector(
            names=_with_stdin(names), groups=groups, sites=sites, tags=tags, where=where, everything=everything
        )
        return command(*args, selector=selector, **kwargs)

    return with_selector  # type: ignore[return-value]  # click's decorators keep what they wrap callable as it was


def chosen(settings: Settings, selector: Selector) -> Selection:
    """Return the devices that *selector* chooses in the inventory of the home; what is left out is said."""
    from oob.inventory.inventory import Inventory
    from oob.inventory.selector import select

    selection = select(selector, Inventory.load(settings.home))
    for problem in selection.problems.values():
        settings.note(f"oob: left out: {problem}")
    return selection


def _with_stdin(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return *names* with the words on standard input in the place of `-`; a comment begins with #."""
    if STDIN not in names:
        return names
    if names.count(STDIN) > 1:
        raise UsageError("- (names on standard input) can be given once")
    lines = sys.stdin.read().splitlines() if sys.stdin else []
    read = tuple(word for line in lines for word in line.partition("#")[0].split())
    if not read:
        raise UsageError("-: there is no name on standard input")
    place = names.index(STDIN)
    return (*names[:place], *read, *names[place + 1 :])
