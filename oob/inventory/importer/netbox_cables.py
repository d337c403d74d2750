"""The cables of console servers exported from NetBox: the JSON of its REST API for console ports, of either end.

`/api/dcim/console-server-ports/` has the ports of servers, `/api/dcim/console-ports/` those of devices. Each names its
`device` and the far end: `connected_endpoints`, before NetBox 3.3 `connected_endpoint`, as NetBox's serializers do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from oob.errors import InventoryError
from oob.inventory import document

_NUMBER = re.compile(r"(\d+)\D*$")


class ConsoleCable(NamedTuple):
    """A cable from the numbered *port* of the console *server* to *device*."""

    server: str
    port: int
    device: str


def read(path: Path, server: str = "") -> dict[int, str]:
    """Return the device at each port of *server*, which may be left out where the file has one server alone.

    Raises InventoryError where the file is of another kind, or has several servers and not *server*.
    """
    content = document.json_file(path)
    rows = content.get("results", content) if isinstance(content, dict) else content
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InventoryError(f"{path}: is not an answer of NetBox about console ports")
    cables = [cable for row in rows for cable in _cables(row)]
    names = dict.fromkeys(cable.server for cable in cables)
    if server not in names and (server or len(names) != 1):
        raise InventoryError(f"{path}: has cables of {', '.join(names) or 'no console server'}; name one with --called")
    return {cable.port: cable.device for cable in cables if cable.server == (server or next(iter(names)))}


def _cables(row: Mapping[str, Any]) -> Iterator[ConsoleCable]:
    """Yield the cables of one port. NetBox' URL of the port tells which end it is."""
    ends = row.get("connected_endpoints") or [row.get("connected_endpoint")]
    is_server = "console-server-ports" in str(row.get("url", ""))
    for end in ends if isinstance(ends, list) else []:
        far = end if isinstance(end, dict) else {}
        here, there = _name(row), _name(far)
        server, device, port = (here, there, row) if is_server else (there, here, far)
        number = _NUMBER.search(str(port.get("name", "")))
        if server and device and number:
            yield ConsoleCable(server=server, port=int(number[1]), device=device)


def _name(port: Mapping[str, Any]) -> str:
    device = port.get("device")
    return str(device.get("name") or "") if isinstance(device, dict) else ""
