"""`oob show`: one recovery, line by line of its journal."""

from __future__ import annotations

from dataclasses import asdict

import click

from oob.cli.history import history, run_argument
from oob.cli.options import Settings, common
from oob.errors import JournalError


@click.command("show")
@common
@run_argument
def command(settings: Settings, run: str) -> int:
    """Print how far RUN is and its journal line by line.

    A journal that is damaged is printed up to the damage; the exit code is then 7.
    """
    from oob.report.code import code, spoken

    found = history(settings, run)
    short = code(found.entries)
    meaning = spoken(short).meaning
    lines = [f"{found.entries[0].device}, code {short}: {meaning}"]
    lines += [f"{entry.utc} {entry.event:<24} {entry.data.get('text', '')}" for entry in found.entries]
    if found.damage:
        lines.append(f"damaged from here on: {found.damage}")
    document = {"code": short, "meaning": meaning, "entries": list(map(asdict, found.entries)), "damage": found.damage}
    settings.answer(document, "\n".join(lines))
    return JournalError.exit_code if found.damage else 0
