"""Writes the page of the library: every public name with its signature and what it says of itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any

import oob
from oob import errors, events
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.console.output import Output
from oob.console.paste import Pasted
from oob.inventory.device import ConsolePath, Critical, Expect, InventoryDevice
from oob.inventory.inventory import Inventory
from oob.recovery.context import RunOptions
from oob.recovery.record.outcome import Outcome
from oob.routing.diff import RouteDiff
from oob.routing.route import NextHop, Route
from oob.routing.table import RouteTable
from oob.transport.access import Access, ServerLogin

# What `oob.connect` takes and returns, in the order of use.
SECTIONS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("Connections", (oob.connect, oob.Connection, Access, ServerLogin, Expect)),
    ("Results", (Output, Pasted, RouteTable, Route, NextHop, RouteDiff, Backup, Outcome)),
    ("Recoveries", (RunOptions, Catalogue)),
    ("Inventory", (Inventory, InventoryDevice, ConsolePath, Critical)),
    ("Events", (events.Events, events.Event)),
)


def markdown() -> str:
    """Return the page `api.md`."""
    parts = [
        "# Library",
        "",
        "The public names, from their docstrings. Start with `oob.connect`; see [Adapters](adapters.md)",
        "",
    ]
    parts[2] += " for Netmiko, NAPALM, PyEZ, pexpect, scrapli and Nornir."
    for title, named in SECTIONS:
        parts += [f"## {title}", ""]
        for each in named:
            parts += _entry(each)
    return "\n".join(
        [*parts, "## Errors", "", "Each carries the exit code that the command line would end with.", "", *_errors()]
    )


def _entry(named: Any) -> Iterator[str]:
    yield f"### {_place(named)}"
    yield ""
    yield f"```python\n{named.__name__}{_signature(named)}\n```"
    yield ""
    yield _text(named)
    yield ""
    if inspect.isclass(named):
        for name, member in sorted(vars(named).items()):
            if not name.startswith("_") and (found := _member(name, member)):
                yield f"- {found}"
        yield ""


def _member(name: str, member: Any) -> str:
    """Return a line for a public method or property with a docstring; "" for anything else."""
    if isinstance(member, (classmethod, staticmethod)):
        member = member.__func__
    if isinstance(member, property) and member.__doc__:
        return f"`{name}`: {_line(member)}"
    if inspect.isfunction(member) and member.__doc__:
        return f"`{name}{_signature(member)}`: {_line(member)}"
    return ""


def _errors() -> Iterator[str]:
    yield "| error | is a | exit code | means |"
    yield "|---|---|---|---|"
    for name, kind in vars(errors).items():
        if inspect.isclass(kind) and issubclass(kind, errors.OobError) and kind.__module__ == errors.__name__:
            yield f"| `{name}` | `{kind.__bases__[0].__name__}` | {kind.exit_code} | {_line(kind)} |"


def _place(named: Any) -> str:
    return f"oob.{named.__name__}" if named.__name__ in oob.__all__ else f"{named.__module__}.{named.__name__}"


def _signature(named: Any) -> str:
    try:
        return str(inspect.signature(named)).replace("'", "")
    except ValueError:
        return ""


def _line(named: Any) -> str:
    return _text(named).split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def _text(named: Any) -> str:
    """Return the docstring; the one that dataclasses make up says nothing."""
    text = inspect.getdoc(named) or ""
    is_made_up = is_dataclass(named) and text.startswith(f"{getattr(named, '__name__', '')}(")
    return "" if is_made_up else text
