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


_FILTERS = (
    click.option("--group", "groups", multiple=True, metavar="GROUP", help="The devices of a group; may be repeated."),
    click.option("--site", "sites", multiple=True, metavar="SITE", help="The devices of a site; may be repeated."),
    click.option("--tag", "tags", multiple=True, metavar="TAG", help="The devices that have a tag; may be repeated."),
    click.option(
        "--where", default="", metavar="CONDITION", help="Devices by their fields: 'platform=cisco_ios and tier!=low'."
    ),
    click.option("--all", "everything", is_flag=True, help="All devices of the inventory."),
)
names_argument = click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=devices)


def filter_options(command: Command) -> Command:
    """Give *command* the options that choose devices without naming them; it gets a Selector as `selector`.

    The argument `names` becomes part of it, where the command has one.
    """

    @functools.wraps(command)
    def with_selector(
        *args: Any,
        groups: tuple[str, ...],
        sites: tuple[str, ...],
        tags: tuple[str, ...],
        where: str,
        everything: bool,
        names: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> Any:
        from oob.inventory.selector import Selector  # the inventory is loaded by the commands that use it

        selector = Selector(
            names=with_stdin(names),
            groups=groups,
            sites=sites,
            tags=tags,
            where=where,
            everything=everything,
            is_list=STDIN in names,
        )
        return command(*args, selector=selector, **kwargs)

    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(_FILTERS), with_selector)  # type: ignore[return-value]  # click's decorators keep what they wrap callable as it was


def selector_options(command: Command) -> Command:
    """Give *command* names and the options that choose devices; it gets a Selector as `selector`."""
    return names_argument(filter_options(command))


def chosen(settings: Settings, selector: Selector) -> Selection:
    """Return the devices that *selector* chooses in the inventory of the home; names devices that are left out."""
    from oob.inventory.selector import select

    selection = select(selector, settings.inventory())
    for problem in selection.problems.values():
        settings.note(f"oob: left out: {problem}")
    return selection


def with_stdin(names: tuple[str, ...]) -> tuple[str, ...]:
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
