"""Devices exported from NetBox: the CSV of the list of devices (headings in English), or the JSON of its REST API
or of a GraphQL query of `device_list`.

NetBox knows neither address nor port of a line of a console server; a custom field `console_url` is where a path can
stand, several with a space between them.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Hashable, Iterator
from pathlib import Path

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.device import ConsolePath, Expect, InventoryDevice
from oob.inventory.document import ToolDocument
from oob.inventory.importer.imported import Imported, collected
from oob.inventory.platform import platform

URLS = "console_url"
ADDRESSES = ("address", "ipv4", "ipv6")
GRAPHQL = ("data", "device_list")
# What a device has besides its name, in a full answer, a brief one, or one with chosen fields.
OF_A_DEVICE = frozenset(("device_type", "role", "device_role", "site", "platform", "primary_ip", "primary_ip4"))
UNNAMED = "Unnamed device"  # how the list shows one, and older versions export it
DELIMITERS = ",;|"  # a matter of each user's preferences
# The headings of a column in the views and exports of NetBox's versions.
HEADINGS = {
    "name": ("name",),
    "platform": ("platform",),
    "serial": ("serial number", "serial"),
    "address": ("ip address", "primary ip", "primary_ip"),
    "ipv4": ("ipv4 address", "primary ipv4", "primary_ip4"),
    "ipv6": ("ipv6 address", "primary ipv6", "primary_ip6"),
    "site": ("site",),
    URLS: (URLS, "console url", f"cf_{URLS}"),
}


def read(path: Path) -> Imported:
    """Return the devices that have a name; NetBox allows some without."""
    export = ToolDocument.json(path) if path.suffix == ".json" else None
    devices = list(_json(export) if export else _csv(path))
    counts = Counter(device.name for device in devices if device.name)
    notes = _unnamed(devices) + _ambiguous(counts) + (_other_pages(export) if export else [])
    return collected((device for device in devices if counts[device.name] == 1), notes)


def _json(export: ToolDocument) -> Iterator[InventoryDevice]:
    for here, row in _rows(export):
        if not _is_device(row):
            raise export.error("is not a device", *here)
        value = {
            "name": export.text(*here, "name"),
            "platform": export.text(*here, "platform", "slug"),
            "platform name": export.text(*here, "platform", "name"),
            "serial": export.text(*here, "serial"),
            "address": export.text(*here, "primary_ip", "address"),
            "ipv4": export.text(*here, "primary_ip4", "address"),
            "ipv6": export.text(*here, "primary_ip6", "address"),
            "site": export.text(*here, "site", "slug"),
            URLS: export.text(*here, "custom_fields", URLS),
        }
        if fault := _fault(value):
            raise export.error(fault, *here, "custom_fields", URLS)
        yield _device(value)


def _rows(export: ToolDocument) -> Iterator[tuple[tuple[Hashable, ...], object]]:
    """Give the devices of an answer with their places: one page of many, a list, or one device alone."""
    content = export.content
    top: tuple[str, ...] = () if isinstance(content, list) else ("results",)
    if isinstance(content, dict) and "results" not in content:
        top = GRAPHQL
        if _is_device(content):
            yield (), content
            return
        if export.get(*GRAPHQL) is None:
            detail = export.text("detail") or export.text("error") or _first_error(export)
            raise export.error(f"NetBox answered: {detail}" if detail else "this is not a list of devices")
    elif not isinstance(content, dict | list):
        raise export.error("this is not a list of devices")
    yield from (((*top, number), row) for number, row in enumerate(export.entries(*top)))


def _is_device(row: object) -> bool:
    return isinstance(row, dict) and "name" in row and bool(OF_A_DEVICE & row.keys())


def _first_error(export: ToolDocument) -> str:
    """Return the first error of a GraphQL answer, empty without one."""
    return export.text("errors", 0, "message") if isinstance(export.get("errors"), list) else ""


def _csv(path: Path) -> Iterator[InventoryDevice]:
    text = document.text(path)
    delimiter = max(DELIMITERS, key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: dict[str, int] = {}
    try:
        for cells in rows:
            if not columns:
                columns = _columns(cells, path)
                continue
            if not cells:
                continue
            if len(cells) <= max(columns.values()):
                raise InventoryError(f"{path.name}:{rows.line_num}: has {len(cells)} columns, fewer than the heading")
            value = {name: cells[at].strip() for name, at in columns.items()}
            value["name"] = value["name"] if value["name"] != UNNAMED else ""
            if fault := _fault(value):
                raise InventoryError(f"{path.name}:{rows.line_num}: {fault}")
            yield _device(value)
        if not columns:
            raise InventoryError(f"{path.name}:1: there is no heading: this is not an export of devices")
    except csv.Error as error:
        raise InventoryError(f"{path.name}:{rows.line_num}: {error}") from error


def _columns(heading: list[str], path: Path) -> dict[str, int]:
    found = {cell.strip().lower(): number for number, cell in reversed(list(enumerate(heading)))}
    columns = {
        name: next(found[each] for each in headings if each in found)
        for name, headings in HEADINGS.items()
        if any(each in found for each in headings)
    }
    if "name" not in columns:
        raise InventoryError(f"{path.name}:1: there is no column Name: this is not an export of devices")
    return columns


def _fault(value: dict[str, str]) -> str:
    odd = [url for url in value.get(URLS, "").split() if "://" not in url]
    return f"{odd[0]!r} is not a console URL, such as telnet://192.0.2.10:2007" if odd else ""


def _device(value: dict[str, str]) -> InventoryDevice:
    urls = value.get(URLS, "").split()
    return InventoryDevice(
        name=value["name"],
        platform=platform(value.get("platform", "")) or platform(value.get("platform name", "")),
        hostname=next((value[key] for key in ADDRESSES if value.get(key)), "").partition("/")[0],
        groups=(value["site"],) if value.get("site") else (),
        expect=Expect(serial=value.get("serial", "")),
        paths=tuple(ConsolePath(url=url, name=str(number)) for number, url in enumerate(urls, 1)),
    )


def _other_pages(export: ToolDocument) -> list[str]:
    content = export.content if isinstance(export.content, dict) else {}
    if not content.get("next") and not content.get("previous"):
        return []
    return [f"this is one page of {export.text('count')} devices: ask NetBox for all of them with ?limit=0"]


def _ambiguous(counts: Counter[str]) -> list[str]:
    """Return the note about devices of one name, which NetBox allows at several sites and oob does not."""
    twice = [f"{name} ({count} devices)" for name, count in counts.items() if count > 1]
    return [f"left out, because NetBox has several devices of this name: {', '.join(twice)}"] if twice else []


def _unnamed(devices: list[InventoryDevice]) -> list[str]:
    count = sum(not device.name for device in devices)
    return [f"left out: {count} {'device' if count == 1 else 'devices'} without a name"] if count else []
