"""`oob show`: one recovery, line by line of its journal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from oob.cli.history import find_run, history, run_argument
from oob.cli.options import Settings, common
from oob.errors import JournalError
from oob.printable import one_line

if TYPE_CHECKING:
    from oob.recovery.record.anchor import Anchor
    from oob.recovery.record.journal import History


@click.command("show")
@common
@run_argument
@click.option("--head", default="", metavar="HASH", help="A hash of the journal that was printed or sent.")
@click.option(
    "--signed-by", type=click.Path(exists=True, path_type=Path), help="Public key the index must be signed with."
)
def command(settings: Settings, run: str, head: str, signed_by: Path | None) -> int:
    """Print how far RUN is and its journal line by line.

    A journal that is damaged, or differs from the index of runs or from HASH, has exit code 7.
    """
    from oob.recovery.record.anchor import Index
    from oob.report.code import code, spoken

    run = find_run(settings, run)
    found = history(settings, run)
    short = code(found.entries)
    meaning = spoken(short).meaning
    known = Index(settings.home).anchors(run)
    wrong = found.damage or _without_head(found, head) or _unsigned(known, signed_by)
    lines = [f"{found.entries[0].device}, code {short}: {meaning}"]
    lines += [f"{entry.utc} {entry.event:<24} {one_line(str(entry.data.get('text', '')))}" for entry in found.entries]
    lines.append(f"damaged from here on: {wrong}" if found.damage else wrong or _held(known, found))
    document = {
        "code": short,
        "meaning": meaning,
        "entries": list(map(asdict, found.entries)),
        "damage": wrong,
        "anchors": list(map(asdict, known)),
    }
    settings.answer(document, "\n".join(lines))
    return JournalError.exit_code if wrong else 0


def _without_head(found: History, head: str) -> str:
    has = not head or any(entry.hash == head.lower() for entry in found.entries)
    return "" if has else f"no line has the hash {head}: this is not the journal that it was printed for"


def _unsigned(known: tuple[Anchor, ...], signed_by: Path | None) -> str:
    from oob.recovery.authority.keys import public_key

    if signed_by is None or any(one.is_signed and one.key == public_key(signed_by) for one in known[-1:]):
        return ""
    return f"the index of runs is not signed with {signed_by}"


def _held(known: tuple[Anchor, ...], found: History) -> str:
    if not known:
        return "not in the index of runs: only the journal itself says that it is whole"
    last = known[-1]
    more = len(found.entries) - last.lines
    signed = f", signed by key {last.key}" if last.is_signed else ""
    return f"in the index of runs with {last.lines} lines{signed}{f'; {more} lines came after' if more else ''}"
