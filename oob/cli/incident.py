"""The options that a recovery only writes down: what it is for, and who leads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--incident", default="", metavar="ID", help="Incident that it belongs to, for the record."),
    click.option("--problem", default="", metavar="ID", help="Problem record that it belongs to."),
    click.option("--trigger", default="", metavar="TEXT", help="What triggered the rollback."),
    click.option("--affects", default="", metavar="TEXT", help="Which services and users are affected."),
    click.option("--bridge", default="", metavar="TEXT", help="Where people talk: a number or an address."),
    click.option("--lead", default="", metavar="NAME", help="Who leads the rollback."),
)
NAMES = ("incident", "problem", "trigger", "affects", "bridge", "lead")


def incident_options(command: Command) -> Command:
    """Give *command* the options."""
    return reduce(lambda wrapped, option: option(wrapped), reversed(_OPTIONS), command)


def taken(options: dict[str, Any]) -> Mapping[str, Any]:
    """Take these options out of *options*, and return them."""
    return {name: options.pop(name) for name in NAMES}
