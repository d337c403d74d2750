"""How a difference of two routing tables looks on a terminal that has colours."""

from __future__ import annotations

from oob.printable import one_line
from oob.routing.diff import Group, Kind, RouteDiff

_COLOURS = {
    Kind.MISSING: "red",
    Kind.MEMBER_LOST: "red",
    Kind.ADDED: "green",
    Kind.MEMBER_ADDED: "green",
}
_EXAMPLES = 3


def show(found: RouteDiff) -> None:
    """Print *found* as a table, a line per VRF and cause, the largest first; what must be there stands above it."""
    from rich.console import Console  # slow to import, and most output is plain
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for prefix in found.must_have_missing:
        console.print(Text(one_line(f"no active route for {prefix}, which must be there"), style="bold red"))
    table = Table("VRF", "cause", "routes", "prefixes", box=None, header_style="bold", pad_edge=False)
    for group in found.groups:
        counts = (
            Text(f"{count} {kind}", style=_COLOURS.get(Kind(kind), "yellow")) for kind, count in group.counts.items()
        )
        table.add_row(
            Text(one_line(group.vrf)),
            Text(one_line(group.cause)),
            Text("\n").join(counts),
            Text(one_line(_examples(group))),
        )
    if found.groups:
        console.print(table)
    for text in found.reservations:
        console.print(Text(one_line(f"note: {text}"), style="dim"))


def _examples(group: Group) -> str:
    shown = [change.route.prefix for change in group.changes[:_EXAMPLES]]
    return ", ".join(shown) + (", ..." if len(group.changes) > _EXAMPLES else "")
