"""`oob probe`: each path to a device tried and timed, before it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

import click

from oob.cli.options import Settings, common
from oob.cli.servers import shared
from oob.cli.several import Shape, several
from oob.cli.target import reach, target_options
from oob.clock import Clock
from oob.device.probe import PathFinding, probe
from oob.device.session import DeviceSession
from oob.errors import BackupError, UsageError
from oob.inventory.device import ConsolePath
from oob.profile.store import load
from oob.transport.url import ConsoleURL, parse

UNKNOWN = "unknown"  # the scheme of a console server of an unknown family
ANY_PLATFORM = "linux"  # whose prompts are the widest
GUESS_SECONDS = 5.0
RELEASE = 2.0


def _summary(document: dict[str, Any]) -> str:
    usable = sum(1 for row in document["paths"] if row["usable"])
    said = ", ".join(f"{row['name']} {row['verdict']}" for row in document["paths"])
    return f"{usable} of {len(document['paths'])} paths usable: {said}"


def _detail(document: dict[str, Any]) -> dict[str, Any]:
    keys = ("name", "path", "verdict", "usable", "exit_code")
    return {"paths": [{key: row[key] for key in keys} for row in document["paths"]]}


@click.command("probe")
@common
@target_options
@several(Shape(kind="probe", summary=_summary, detail=_detail, logs_in=False))
def command(settings: Settings, target: str, **options: Any) -> int:
    """Try every path to TARGET and report the result: reached, busy, refused, silent, booting, login needed.

    It logs in nowhere on the device, and types nothing while a device boots or installs. For
    unknown://ops@192.0.2.10/7 the ports and logins of all known families of console servers are tried for line 7, the
    confirmed ones first, until one leads to a console.
    """
    way = reach(settings, target, logs_in=False, **options)
    if not way.entry.paths:
        raise UsageError(f"{way.entry.name} has no path to its console")
    rows = [_row(settings, way, path, finding) for path, finding in _findings(settings, way)]
    warnings = _warnings(way, rows)
    text = "\n".join([*(line for row in rows for line in _lines(row)), *(f"warning: {each}" for each in warnings)])
    settings.answer({"device": way.entry.name, "paths": rows, "warnings": warnings}, text)
    return 0 if any(row["usable"] for row in rows) else int(rows[0]["exit_code"])


def _findings(settings: Settings, way: DeviceSession) -> Iterator[tuple[ConsolePath, PathFinding]]:
    profile = load(way.entry.platform or ANY_PLATFORM)
    hosts: set[str] = set()  # the servers that we have just been on
    for path in way.entry.paths:
        try:
            url = parse(path.url, way.access.hosts)
        except UsageError:
            yield path, probe(path.url, profile, way.access)  # which names the fault
            continue
        if url.scheme == UNKNOWN:
            yield from _guessed(settings, way, path, url)
            continue
        settings.note(f"oob: trying {path.name}: {url}")
        finding = probe(url, profile, way.access)
        if finding.verdict == "busy" and url.host in hosts:
            Clock().wait(RELEASE)  # some servers need a moment to give the line back that we were on
            finding = probe(url, profile, way.access)
        hosts.add(url.host)
        yield path, finding


def _guessed(
    settings: Settings, way: DeviceSession, path: ConsolePath, url: ConsoleURL
) -> Iterator[tuple[ConsolePath, PathFinding]]:
    """Try the ways of all families; a login that was refused once is not tried again, which could lock it out."""
    from oob.transport.family import guesses

    profile = load(way.entry.platform or ANY_PLATFORM)
    found = guesses(url)
    if not found:
        text = f"{url}: no family has a way to this line"
        yield path, PathFinding(path=str(url), verdict="invalid", text=text, exit_code=UsageError.exit_code)
        return
    is_refused = False
    for guess in found:
        user = guess.url.user or way.access.server_login.user
        if guess.url.scheme == "ssh" and (is_refused or not user):
            continue
        settings.note(f"oob: trying {guess.family} ({guess.way}): {guess.url}")
        finding = probe(guess.url, profile, way.access, limit=GUESS_SECONDS)
        is_refused |= finding.verdict == "server login"
        if finding.verdict not in ("refused", "unreachable"):
            yield replace(path, name=f"{guess.family}:{guess.way}", url=str(guess.url)), finding
        if finding.is_usable or finding.verdict in ("busy", "wrong key"):
            return
    if not is_refused:
        yield (
            path,
            PathFinding(path=str(url), verdict="refused", text="no port of any known family answers", exit_code=3),
        )


def _row(settings: Settings, way: DeviceSession, path: ConsolePath, finding: PathFinding) -> dict[str, Any]:
    budget = None
    with suppress(UsageError):
        budget = way.access.budgets.get(str(parse(path.url, way.access.hosts)))
    row: dict[str, Any] = {
        "name": path.name,
        "path": finding.path,
        "verdict": finding.verdict,
        "usable": finding.is_usable,
        "text": finding.text,
        "holder": finding.holder,
        "state": finding.state,
        "carrier": path.carrier,
        "via": path.via,
        "byte_budget": path.byte_budget,
        "bytes_used": budget.used if budget else None,
        "budget": str(budget) if budget else "",
        "leave": _leaving(path.url),
        "exit_code": finding.exit_code,
    }
    if finding.measure:
        row |= {**asdict(finding.measure), "drops": finding.measure.drops, "open_seconds": finding.open_seconds}
        row["recovery_minutes"] = _minutes(settings, way, finding)
    return row


def _leaving(url: str) -> str:
    """Return the keys that leave a line at a server of a known family, for the person who types there."""
    from oob.transport.family import families

    family = families().get(url.partition("://")[0].rpartition("+")[2])
    return family.escape if family else ""


def _minutes(settings: Settings, way: DeviceSession, finding: PathFinding) -> float | None:
    """Return the time of a recovery from the known-good backup over this path; None without a backup."""
    from oob.backup.catalogue import Catalogue
    from oob.recovery.ladder.plan import PlanInputs, plan
    from oob.recovery.ladder.speed import Speed

    try:
        baseline = Catalogue(settings.home.backups).find(way.entry.name)
    except (BackupError, UsageError):
        return None
    assert finding.measure
    speed = Speed.of_path(finding.path)
    rate = finding.measure.bytes_per_second or speed.bytes_per_second
    speed = Speed(bytes_per_second=rate, round_trip=finding.measure.round_trip, source="measured")
    planned = plan(
        PlanInputs(
            profile=load(way.entry.platform),
            target=baseline,
            baseline=baseline,
            speed=speed,
            addresses=len(way.entry.critical_addresses),
        )
    )
    longest = max((attempt.seconds for attempt in planned.to_try), default=0.0)
    return round((planned.preserve_seconds + longest + planned.proof_seconds) / 60, 1)


def _warnings(way: DeviceSession, rows: list[dict[str, Any]]) -> list[str]:
    found = [
        f"path {row['name']} runs through {way.entry.name} itself: it dies with what it is to repair"
        for row in rows
        if row["via"] == way.entry.name
    ]
    usable = [row for row in rows if row["usable"] and row["via"] != way.entry.name]
    if len(usable) < 2:
        found.append(f"{len(usable) or 'no'} path{'' if len(usable) == 1 else 's'} that could be used; two are wanted")
    elif len({row["carrier"] for row in usable}) == 1:
        carrier = usable[0]["carrier"]
        found.append(f"all usable paths share the carrier {carrier}" if carrier else "no path names its carrier")
    names = [row["name"] for row in usable]
    sharing = shared(way.entry, [path for path in way.entry.paths if path.name in names])
    found += [f"the usable paths {' and '.join(each)} depend on {server}" for server, each in sharing.items()]
    return found


def _lines(row: dict[str, Any]) -> Iterator[str]:
    by = f" by {row['holder']}" if row["holder"] else ""
    yield f"{row['name']}: {row['verdict']}{by}  {row['path']}"
    if not row["usable"]:
        yield f"  {row['text']}"
        return
    rate = row["bytes_per_second"]
    parts = [f"{1000 * row['round_trip']:.0f} ms round trip"]
    parts.append(f"{10 * rate:.0f} bit/s" if rate else "rate not measured")
    parts.append(f"{row['sent'] - row['answered']} of {row['sent']} returns unanswered")
    if row["recovery_minutes"] is not None:
        parts.append(f"a full recovery in about {row['recovery_minutes']} minutes")
    if row["carrier"]:
        parts.append(f"carrier {row['carrier']}")
    if row["leave"]:
        parts.append(f"{row['leave']} leaves it")
    if row["budget"]:
        parts.append(row["budget"])
    yield f"  {row['text']}; {', '.join(parts)}"
