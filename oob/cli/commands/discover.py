"""`oob discover`: sweep the lines of a console server without logging in, and compare them with the inventory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.options import Settings, common
from oob.errors import NotProven, OobError, UsageError
from oob.inventory.device import InventoryDevice
from oob.printable import one_line

if TYPE_CHECKING:
    from oob.device.probe import PathFinding
    from oob.transport.access import Access

ANY_PLATFORM = "linux"  # whose prompts are the widest
MOST_LINES = 512
TCP_PORTS = 1000  # a range that begins above counts TCP ports of the server, not its lines
_RANGE = re.compile(r"\[(\d{1,5})-(\d{1,5})\]")
# A prompt of any platform: `edge1>`, `edge1(config)#`, `ops@core1>`, `RP/0/RP0/CPU0:pe1#`.
_PROMPT = re.compile(r"(?:\S+[@:])?([A-Za-z][\w.-]{0,63})(?:\([^()\s]*\))?[>#%$]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredLine:
    """One line: the finding at *url*, the device that it is in the inventory (*known*), and whether the two *agree*.

    *agrees* is None where the line shows no hostname, or the inventory does not have the line.
    """

    url: str
    verdict: str
    hostname: str
    known: str
    agrees: bool | None
    text: str


@click.command("discover")
@common
@click.argument("server", metavar="SERVER")
@click.option("--jobs", type=click.IntRange(min=1), default=16, show_default=True, metavar="N", help="Lines at once.")
@click.option("--accept-new-key", is_flag=True, help="Trust an SSH console server seen for the first time.")
@click.option(
    "--cables",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Compare also with NetBox's console ports (JSON of its API).",
)
@click.option("--called", default="", metavar="NAME", help="The server's name in NetBox, where FILE has several.")
@click.option("--first-port", type=click.IntRange(0), metavar="N", help="The server's port that the range begins with.")
def command(
    settings: Settings,
    server: str,
    jobs: int,
    accept_new_key: bool,
    cables: Path | None,
    called: str,
    first_port: int | None,
) -> int:
    """Look at each line of SERVER, say which device it shows, and compare that with the inventory.

    SERVER is a console URL with a range: "telnet://192.0.2.10:[2001-2048]" or "opengear://ops@192.0.2.10/[1-48]". No
    device is logged in on: each line is listened to, and typed is what an attach types. Exit code 1 where a line shows
    another device than the inventory says. For lines that it does not have, entries are proposed. With --cables a line
    is also compared with the device that NetBox has at its port.
    """
    urls = lines_of(server)
    devices = list(settings.inventory())
    owners = {path.url: device for device in devices for path in device.paths}
    access = _access(settings, accept_new_key)
    found: dict[str, DiscoveredLine] = {}

    def look(url: str) -> DiscoveredLine:
        return _line(url, owners.get(url), devices, access)

    def ended(line: DiscoveredLine) -> None:
        found[line.url] = line
        settings.note(f"oob: {len(found)} of {len(urls)}: {line.url}: {line.verdict}")

    is_whole = _sweep(urls, look, ended, jobs)
    rows = [found[url] for url in urls if url in found]
    if cables is not None:
        from oob.inventory.importer.netbox_cables import read

        begin = first_port if first_port is not None else _first_port(server)
        ports = read(cables, called)
        rows = [_cabled(row, ports.get(begin + urls.index(row.url), ""), devices) for row in rows]
    proposed = _proposed(rows, devices)
    text = "\n".join([*map(_shown, rows), *(["", "proposed for inventory/hosts.d:", proposed] if proposed else [])])
    document = {"server": server, "lines": [asdict(row) for row in rows], "proposed": proposed, "whole": is_whole}
    settings.answer(document, text)
    return 0 if is_whole and all(row.agrees is not False for row in rows) else NotProven.exit_code


def lines_of(server: str) -> list[str]:
    """Return the URLs that the range in *server* stands for; raises UsageError without one."""
    match = _RANGE.search(server)
    if "://" not in server or match is None:
        raise UsageError(f'{server}: give a console URL with a range, such as "telnet://192.0.2.10:[2001-2048]"')
    first, last = int(match[1]), int(match[2])
    if not first <= last < first + MOST_LINES:
        raise UsageError(f"{server}: the range has to go upwards, over {MOST_LINES} lines at most")
    width = len(match[1]) if match[1].startswith("0") else 0
    return [f"{server[: match.start()]}{number:0{width}d}{server[match.end() :]}" for number in range(first, last + 1)]


def _first_port(server: str) -> int:
    """Return the port that the range of *server* begins with: TCP ports count from 1 as the server's ports do."""
    match = _RANGE.search(server)
    assert match is not None
    first = int(match[1])
    return first if first < TCP_PORTS else 1


def _cabled(row: DiscoveredLine, cabled: str, devices: Sequence[InventoryDevice]) -> DiscoveredLine:
    """Return *row* compared with the device that is *cabled* to its port in NetBox, too."""
    if not cabled:
        return row
    device = next((each for each in devices if each.name == cabled), InventoryDevice(name=cabled, platform=""))
    if row.hostname and not _is(device, row.hostname):
        shown = next((each.name for each in devices if _is(each, row.hostname)), row.hostname)
        return replace(row, agrees=False, text=f"{row.text}; the line says {shown}, NetBox {cabled}")
    if row.known and row.known != cabled:
        return replace(row, agrees=False, text=f"{row.text}; NetBox says {cabled}, the inventory {row.known}")
    return replace(row, agrees=True if row.hostname else row.agrees, text=f"{row.text}; {cabled} in NetBox")


def _access(settings: Settings, accept_new_key: bool) -> Access:
    from oob.secret.credentials import from_environment
    from oob.transport.access import Access, ServerLogin
    from oob.transport.programs import Programs

    known = from_environment(os.environ)
    login = ServerLogin(user=known.server_username or "", password=known.server_password or "", use_agent=True)
    return Access(
        programs=Programs.load(settings.home.programs),
        known_hosts=settings.home.known_hosts,
        accept_new_key=accept_new_key,
        server_login=login,
    )


def _sweep(urls: Sequence[str], look: Any, ended: Any, jobs: int) -> bool:
    from oob.fleet.lanes import Lanes
    from oob.fleet.pool import DevicePool

    lanes = Lanes({}, jobs)
    for url in urls:
        lanes.add(url, ())
    return DevicePool(lanes, look, ended).run()


def _line(
    url: str, owner: InventoryDevice | None, devices: Sequence[InventoryDevice], access: Access
) -> DiscoveredLine:
    from oob.device.probe import PathFinding, probe
    from oob.profile.store import load
    from oob.transport.url import parse

    try:
        finding = probe(parse(url), load((owner.platform if owner else "") or ANY_PLATFORM), access)
    except OobError as error:
        finding = PathFinding(path=url, verdict="invalid", text=one_line(str(error)))
    except Exception as error:  # one line must not end the sweep of the others
        finding = PathFinding(path=url, verdict="invalid", text=f"oob itself failed: {type(error).__name__}")
    return _compared(url, finding, owner, devices)


def _compared(
    url: str, finding: PathFinding, owner: InventoryDevice | None, devices: Sequence[InventoryDevice]
) -> DiscoveredLine:
    prompt = _PROMPT.fullmatch(finding.prompt)
    name = finding.hostname or (prompt[1] if prompt else "")
    agrees = _is(owner, name) if owner and name else None
    if owner and agrees is False:
        other = next((device.name for device in devices if _is(device, name)), name)
        text = f"the line says {other}, the inventory {owner.name}"
    elif owner:
        text = f"{owner.name}, as in the inventory" if agrees else f"{owner.name} in the inventory; {_silence(finding)}"
    elif name:
        other = next((device.name for device in devices if _is(device, name)), "")
        text = f"{other}, which has no such path in the inventory" if other else f"{name}, not in the inventory"
    else:
        text = _silence(finding)
    known = owner.name if owner else ""
    return DiscoveredLine(
        url=url, verdict=finding.verdict, hostname=name, known=known, agrees=agrees, text=one_line(text)
    )


def _silence(finding: PathFinding) -> str:
    return "shows no hostname" if finding.is_usable else finding.text


def _is(device: InventoryDevice, hostname: str) -> bool:
    """Tell whether a line that shows *hostname* may be the console of *device*."""
    from oob.device.identity import Expected, Identity, Trust

    expected = Expected.of(device.expect)
    if not expected.names:
        expected = Expected(hostname=device.name)
    return Identity(device.name, expected, trust=Trust(), warn=str).objection(hostname) is None


def _shown(row: DiscoveredLine) -> str:
    code = {True: "OK", False: "FAIL", None: "NEW" if row.hostname else "--"}[row.agrees]
    return f"{code:<4} {row.url}  {row.verdict}  {row.text}"


def _proposed(rows: Sequence[DiscoveredLine], devices: Sequence[InventoryDevice]) -> str:
    """Return entries for hostnames that no device of the inventory has, "" without one."""
    import yaml

    return yaml.safe_dump(dict(_entries(rows, devices)), sort_keys=False) if any(_entries(rows, devices)) else ""


def _entries(
    rows: Sequence[DiscoveredLine], devices: Sequence[InventoryDevice]
) -> Iterator[tuple[str, dict[str, Any]]]:
    paths: dict[str, list[str]] = {}
    for row in rows:
        if row.hostname and not row.known and not any(_is(device, row.hostname) for device in devices):
            paths.setdefault(row.hostname, []).append(row.url)
    for name, urls in paths.items():
        yield name, {"data": {"oob": {"expect": {"hostname": name}, "paths": urls}}}
