"""`oob routes`: routing tables in files, parsed and compared; no device is touched."""

from __future__ import annotations

import codecs
import json
import sys
from collections import Counter
from typing import Any

import click

from oob.cli import difference
from oob.cli.options import Settings, common
from oob.errors import DataError, NotProven, RouteError, UsageError
from oob.routing.diff import diff
from oob.routing.normalise import normalise
from oob.routing.parse import parse
from oob.routing.route import Route
from oob.routing.table import RouteTable

STDIN = "-"


@click.group("routes")
def command() -> None:
    """Parse and compare routing tables in files."""


@command.command("parse")
@common
@click.option("--platform", required=True, metavar="NAME", help="What printed the table.")
@click.option("--lenient", is_flag=True, help="List lines that are not understood instead of refusing the table.")
@click.argument("file", default=STDIN)
def parse_file(settings: Settings, platform: str, lenient: bool, file: str) -> None:
    """Read the table in FILE (- is standard input) as a console gave it, all VRFs and families.

    A line that no rule understands, or a table that was cut short, is an error with its number and exit code 9.
    """
    table = _parsed(platform, _text(file), file, lenient=lenient)
    lines = [f"vrf {vrf}: {count} routes" for vrf, count in Counter(route.vrf for route in table.routes).items()]
    lines += [f"{route.vrf}  {route}" for route in normalise(table.routes)]
    settings.answer(table.as_json(), "\n".join(lines) or "no routes")
    for line in table.unparsed:
        settings.note(f"oob: {RouteError(line.reason, line=line.line, text=line.text)}")
    for total in table.totals_wrong:
        settings.note(f"oob: line {total.line}: {total.announced} {total.what} announced but {total.counted} printed")


@command.command("diff")
@common
@click.option("--platform", multiple=True, metavar="NAME", help="What printed a table that is text; twice: A, then B.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave out: ospf, 10.0.0.0/8, vrf=RED, interface=Gi0/1.")
@click.option("--must-have", multiple=True, metavar="PREFIX", help="A prefix that B must have an active route for.")
@click.argument("a")
@click.argument("b")
def diff_files(
    settings: Settings, platform: tuple[str, ...], ignore: tuple[str, ...], must_have: tuple[str, ...], a: str, b: str
) -> int:
    """Compare table A, the baseline, with table B.

    Each is a file, or - for standard input: text of a console (with --platform), what `oob routes parse --json`
    printed, or the routes.json of a backup, of any two platforms. Exit code 0 where they are equal, 1 where they
    differ, 9 where one is not understood.
    """
    if a == b == STDIN:
        raise UsageError("only one of the two tables can come from standard input")
    if len(platform) > 2:
        raise UsageError("there are two tables, so at most two platforms")
    names = platform or ("",)
    before, after = _table(_text(a), a, names[0]), _table(_text(b), b, names[-1])
    found = diff(before, after, ignore=ignore, must_have=must_have)
    if found.lines() and not (settings.as_json or settings.plain) and sys.stdout.isatty():
        difference.show(found)
    else:
        settings.answer(found.as_json(), "\n".join(found.lines()) or f"equal: {len(before.routes)} routes")
    return 0 if found.is_equal else NotProven.exit_code


def _text(name: str) -> str:
    """Return what *name* holds, its ends of lines as they are: what a console overwrote shows in them."""
    if name == STDIN and sys.stdin is None:
        raise UsageError("standard input is closed")
    try:
        with click.open_file(name, "rb") as file:
            data = bytes(file.read())
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from error
    # Windows writes such marks, and PowerShell redirects into UTF-16.
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    encoding = next((marks[mark] for mark in marks if data.startswith(mark)), "utf-8")
    return data.decode(encoding, errors="replace")


def _table(text: str, name: str, platform: str) -> RouteTable:
    document = _document(text)
    try:
        if isinstance(document, dict) and "routes" in document and "unparsed" in document:
            return _sound(RouteTable.from_json(document))
        if _is_backup(document):
            return _sound(RouteTable(platform=platform, routes=tuple(map(Route.from_json, document))))
    except (TypeError, KeyError, AttributeError) as error:
        raise DataError(f"{name}: is no table that oob has written: {error!r}") from error
    if not platform:
        raise UsageError(f"{name}: is text of a device; say of which with --platform")
    return _parsed(platform, text, name)


def _sound(table: RouteTable) -> RouteTable:
    """Return *table*; raises TypeError where a hand has put something into it that no route is made of."""
    hash(table.routes)
    for route in table.routes:
        if not all(isinstance(word, str) for word in (route.vrf, route.prefix, route.protocol)):
            raise TypeError(f"{route.prefix!r} is no route")
    return table


def _parsed(platform: str, text: str, name: str, *, lenient: bool = False) -> RouteTable:
    try:
        return parse(platform, text, lenient=lenient)
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
