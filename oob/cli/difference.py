"""The difference of two routing tables on a terminal with colours."""

from __future__ import annotations

from oob.printable import one_line
from oob.routing.change import Kind
from oob.routing.diff import Group, RouteDiff

_COLOURS = {
    Kind.LOST: "red",
    Kind.MEMBER_LOST: "red",
    Kind.GAINED: "green",
    Kind.MEMBER_GAINED: "green",
}
_EXAMPLES = 3


def show(found: RouteDiff) -> None:
    """Print *found* as a table, a line per VRF and cause, the largest first, below the critical prefixes."""
    from rich.console import Console  # slow to import, and most output is plain
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for prefix in found.must_have_missing:
        console.print(Text(one_line(f"critical prefix {prefix}: no active route"), style="bold red"))
    table = Table("VRF", "cause", "routes", "first", box=None, header_style="bold", pad_edge=False)
    for group in found.groups:
        counts = (
            Text(f"{count} {kind}", style=_COLOURS.get(Kind(kind), "yellow")) for kind, count in group.counts.items()
        )
        table.add_row(
            Text(one_line(group.vrf)),
            Text(one_line(group.cause)),
            Text("\n").join(counts),
            Text("\n").join(Text(one_line(example)) for example in _examples(group)),
        )
    if found.groups:
        console.print(table)
    for line in found.text_lost:
        console.print(Text(one_line(f"unrecognised line lost: {line}"), style="red"))
    for line in found.text_gained:
        console.print(Text(one_line(f"unrecognised line gained: {line}"), style="green"))
    for text in found.reservations:
        console.print(Text(one_line(f"note: {text}"), style="dim"))


def _examples(group: Group) -> list[str]:
    shown = [str(group.changes[0]), *(change.route.prefix for change in group.changes[1:_EXAMPLES])]
    return [*shown, "..."] if len(group.changes) > _EXAMPLES else shown
