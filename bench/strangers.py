"""Reading tables that other people published: exact, as pasted text, in part, opaque, refused or wrong.

    python bench/strangers.py [--lines] PLATFORM=FOLDER-OR-FILE ...

Each text is read as a console's; where that is refused, as pasted text, as a partial answer, and with opaque lines. A
reading is wrong where an address of the text is in no route and in no opaque line, or a route has an address that the
text does not have. Legends, prompts and headings have no addresses of routes, so they are left out.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from oob.errors import DataError
from oob.routing.parse import parse
from oob.routing.table import RouteTable

WAYS = {
    "exact": {},
    "pasted": {"pasted": True},
    "partial": {"pasted": True, "partial": True},
    "opaque": {"pasted": True, "partial": True, "lenient": True},
}
ADDRESS = re.compile(r"(?<![\w.:])(\d{1,3}(?:\.\d{1,3}){3})(?![\w.])")
# Lines that have addresses which are not of a route.
AROUND = re.compile(
    r"^ *from |Gateway of last resort|is (?:variably )?subnetted|from \d|\bsrc \d|Local preference|"
    r"Router ID|local-address|"
    r"[>#$] ?(?:sh|dis|get|ip )|AS path|tunnelid|Area|area|LSA|TSI|KRT|Path|router-mac|^ *S?R? ?(?:Incoming|Repair)|"
    r"Source|pref-src|Nexthop:|next hop:|Originating|Router ID|AS-path|Advertis|Cluster|Originator|"
    r"Communities|reason|vector|Vector"
)
MASKS = re.compile(r"(?:255|254|252|248|240|224|192|128|0)(?:\.(?:255|254|252|248|240|224|192|128|0)){3}")


def texts(path: Path) -> Iterator[Path]:
    """Yield the files to read, those that are tables of somebody else's tests among them."""
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.suffix in (".txt", ".raw") and file.is_file():
            yield file


def reading(platform: str, text: str) -> tuple[str, RouteTable | None, str]:
    """Return the first way in which the text can be read, with the table, or the reason of the refusal."""
    reason = ""
    for way, options in WAYS.items():
        try:
            return way, parse(platform, text, **options), reason
        except DataError as error:
            reason = reason or str(error)
    return "refused", None, reason


def lost(text: str, table: RouteTable) -> set[str]:
    """Return the addresses of the text that neither a route nor an opaque line has, and those that only routes have."""
    said = {
        found
        for line in text.splitlines()
        if not AROUND.search(line)
        for found in ADDRESS.findall(line)
        if not MASKS.fullmatch(found)
    }
    kept = {found for line in table.opaque for found in ADDRESS.findall(line.text)}
    read = set()
    for route in table.routes:
        read.add(route.prefix.partition("/")[0])
        read.add(route.selector.removeprefix("from ").partition("/")[0])
        read.update(hop.address for hop in route.next_hops)
    everything = set(ADDRESS.findall(text))
    invented = {found for found in read if ADDRESS.fullmatch(found) and found not in everything}
    return (said - read - kept) | {found for found in invented if not MASKS.fullmatch(found)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", nargs="+", metavar="PLATFORM=PATH")
    parser.add_argument("--lines", action="store_true", help="Name each text that is not read exactly.")
    chosen = parser.parse_args()
    counts: Counter[str] = Counter()
    for source in chosen.source:
        platform, _, path = source.partition("=")
        for file in texts(Path(path)):
            text = file.read_text(errors="replace")
            if not text.strip():
                continue
            way, table, reason = reading(platform, text)
            missed = lost(text, table) if table else set()
            way = "WRONG?" if missed else way
            counts[way] += 1
            if chosen.lines and way != "exact":
                print(f"{way:8} {platform:16} {file.name}  {', '.join(sorted(missed)[:5]) or reason[:120]}")
    print(", ".join(f"{way} {counts[way]}" for way in (*WAYS, "refused", "WRONG?")), f"of {counts.total()}")


if __name__ == "__main__":
    main()
