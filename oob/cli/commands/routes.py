"""`oob routes`: routing tables in files, parsed and compared; no device is touched."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from oob.backup.folder import ROUTES_OPAQUE, parse_opaque
from oob.cli import difference
from oob.cli.file import STDIN, text_of
from oob.cli.options import CommandGroup, Settings, common, shared
from oob.errors import DataError, NotProven, RouteError, UsageError
from oob.routing.diff import RouteDiff, diff
from oob.routing.normalise import normalise
from oob.routing.opaque import OpaqueLine
from oob.routing.parse import parse
from oob.routing.route import Route
from oob.routing.rules import IgnoreRule, VrfPrefix
from oob.routing.table import RouteTable


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadingChoice:
    """The options of a reading."""

    lenient: bool
    pasted: bool
    partial: bool


def _readings(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a reading."""
    for option in (
        click.option("--partial", is_flag=True, help="Read a filtered or one-prefix answer; totals do not count."),
        click.option("--pasted", is_flag=True, help="Read text from a ticket; its completeness is not proven."),
        click.option("--lenient", is_flag=True, help="Keep unrecognised lines as text instead of refusing the table."),
    ):
        function = option(function)
    return function


@click.group("routes", cls=CommandGroup)
@shared
def command() -> None:
    """Parse and compare routing tables in files."""


@command.command("parse")
@common
@click.option("--platform", required=True, metavar="NAME", help="What printed the table.")
@_readings
@click.argument("file", default=STDIN)
def parse_file(settings: Settings, platform: str, lenient: bool, pasted: bool, partial: bool, file: str) -> None:
    """Read the table in FILE (- is standard input) as a console gave it, all VRFs and families.

    An unrecognised line, or a truncated table, is an error with its number and exit code 9.
    """
    table = _parsed(platform, text_of(file), file, _ReadingChoice(lenient=lenient, pasted=pasted, partial=partial))
    lines = [f"vrf {vrf}: {count} routes" for vrf, count in Counter(route.vrf for route in table.routes).items()]
    lines += [f"{route.vrf}  {route}" for route in normalise(table.routes)]
    settings.answer(table.as_json(), "\n".join(lines) or "no routes")
    for line in table.opaque:
        settings.note(f"oob: {RouteError(line.reason, line=line.line, text=line.text)}")
    for total in table.totals_wrong:
        settings.note(f"oob: line {total.line}: {total.announced} {total.what} announced but {total.counted} printed")
    for limit in table.limits:
        settings.note(f"oob: {limit}")


@command.command("diff")
@common
@click.option("--platform", multiple=True, metavar="NAME", help="What printed a table that is text; twice: A, then B.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave out: ospf, 10.0.0.0/8, vrf=RED, interface=Gi0/1.")
@click.option("--must-have", multiple=True, metavar="PREFIX", help="A prefix that B must have an active route for.")
@_readings
@click.argument("a")
@click.argument("b")
def diff_files(
    settings: Settings,
    platform: tuple[str, ...],
    ignore: tuple[str, ...],
    must_have: tuple[str, ...],
    lenient: bool,
    pasted: bool,
    partial: bool,
    a: str,
    b: str,
) -> int:
    """Compare table A, the baseline, with table B.

    Each is a file, or - for standard input: text of a console (with --platform), the output of `oob routes parse
    --json`, or the routes.json of a backup, of any two platforms. With --lenient, unrecognised lines are compared as
    text. Exit code 0 where they are equal, 1 where they differ, 9 where one cannot be read.
    """
    if a == b == STDIN:
        raise UsageError("only one of the two tables can come from standard input")
    if len(platform) > 2:
        raise UsageError("there are two tables, so at most two platforms")
    names = platform or ("",)
    way = _ReadingChoice(lenient=lenient, pasted=pasted, partial=partial)
    before, after = _table(text_of(a), a, names[0], way), _table(text_of(b), b, names[-1], way)
    found = diff(before, after, ignore=map(IgnoreRule.parse, ignore), must_have=map(VrfPrefix.parse, must_have))
    if found.lines() and not (settings.as_json or settings.plain) and sys.stdout.isatty():
        difference.show(found)
    else:
        settings.answer(found.as_json(), "\n".join(found.lines()) or _equal(before, found))
    return 0 if found.is_equal else NotProven.exit_code


def _equal(table: RouteTable, found: RouteDiff) -> str:
    as_text = f"; {found.lines_as_text} lines compared as text" if found.lines_as_text else ""
    return f"equal: {len(table.routes)} routes{as_text}"


def _table(text: str, name: str, platform: str, way: _ReadingChoice) -> RouteTable:
    document = _document(text)
    try:
        if isinstance(document, dict) and "routes" in document and ("opaque" in document or "unparsed" in document):
            return _sound(RouteTable.from_json(document))
        if _is_backup(document):
            return _sound(
                RouteTable(platform=platform, routes=tuple(map(Route.from_json, document)), opaque=_beside(name))
            )
    except (TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{name}: is not a table that oob has written: {error!r}") from error
    if not platform:
        raise UsageError(f"{name}: is text of a device; name its platform with --platform")
    return _parsed(platform, text, name, way)


def _beside(name: str) -> tuple[OpaqueLine, ...]:
    """Return the opaque lines of a backup, whose file stands beside that of its routes."""
    file = Path(name).with_name(ROUTES_OPAQUE)
    return parse_opaque(file.read_bytes()) if name != STDIN and file.is_file() else ()


def _sound(table: RouteTable) -> RouteTable:
    """Return *table*; raises TypeError where it was edited into something else."""
    hash(table.routes)
    for route in table.routes:
        if not all(isinstance(word, str) for word in (route.vrf, route.prefix, route.protocol)):
            raise TypeError(f"{route.prefix!r} is not a route")
    return table


def _parsed(platform: str, text: str, name: str, way: _ReadingChoice) -> RouteTable:
    try:
        return parse(platform, text, lenient=way.lenient, pasted=way.pasted, partial=way.partial)
    except DataError as error:
        raise DataError(f"{'standard input' if name == STDIN else name}: {error}") from error


def _document(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None  # a device's own JSON may have a prompt behind it, and prompts begin with brackets too


def _is_backup(document: Any) -> bool:
    return isinstance(document, list) and all(isinstance(row, dict) and "next_hops" in row for row in document)
