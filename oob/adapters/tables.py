"""Tables out of command outputs, by TextFSM with ntc-templates: for people; nothing is decided on them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from oob.errors import DataError, UsageError

Row = Mapping[str, object]
INDEX = "index"


class Unparsed(DataError):
    """The output is not a table that a template reads."""


def check_installed() -> None:
    """Raise UsageError where the libraries are missing: before a command is typed, not after its output came."""
    if not all(map(find_spec, ("ntc_templates", "textfsm"))):
        raise UsageError("--parse needs ntc-templates: pip install 'oob[parse]'")


def rows(platform: str, command: str, text: str, own: Path) -> list[Row]:
    """Return the rows of *text*, the output of *command*, one mapping each.

    Templates in the folder *own*, which has an `index` as ntc-templates does, come before the installed ones. Raises
    Unparsed where none reads it.
    """
    from ntc_templates.parse import ParsingException, parse_output
    from textfsm import TextFSMError, TextFSMTemplateError

    try:
        if (own / INDEX).is_file():
            found = parse_output(platform, command, text, template_dir=str(own), try_fallback=True)
        else:
            found = parse_output(platform, command, text)
    except ParsingException:
        raise Unparsed(f"no template for {command!r} on {platform}") from None
    except (TextFSMError, TextFSMTemplateError, OSError, ValueError) as error:
        raise Unparsed(f"the template for {command!r} on {platform} does not read it: {_first_line(error)}") from None
    if not found and text.strip():
        raise Unparsed(f"the template for {command!r} on {platform} finds no row in it")
    return [dict(row) for row in found]


def as_csv(table: Sequence[Row]) -> str:
    """Return *table* as CSV with a heading; a list in a cell is joined by blanks."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table[0])
    writer.writerows([_cell(value) for value in row.values()] for row in table)
    return out.getvalue().rstrip("\n")


def as_columns(table: Sequence[Row]) -> str:
    """Return *table* in columns under a heading; columns that are empty in every row are left out."""
    names = [name for name in table[0] if any(_cell(row[name]) for row in table)]
    cells = [names, *([_cell(row[name]) for name in names] for row in table)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(names))]
    padded = ([text.ljust(width) for text, width in zip(row, widths, strict=True)] for row in cells)
    return "\n".join("  ".join(row).rstrip() for row in padded)


def _cell(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
