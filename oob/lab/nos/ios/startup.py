"""The start-up configuration, read as at a boot."""

from __future__ import annotations

from functools import lru_cache

from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.place import TOP, Rejected, Where
from oob.lab.nos.base.tree import ConfigLine, begins
from oob.lab.nos.ios.configuration import fresh
from oob.lab.nos.ios.tree import parse, render


@lru_cache(maxsize=16)
def canonical(text: str, physical: tuple[str, ...]) -> str:
    """Return a configuration as the router itself would have saved it."""
    config = fresh(physical)
    replay(config, parse(text))
    return render(config.root) + "!\nend\n"


def replay(config: Configuration, wanted: ConfigLine, where: Where = TOP) -> None:
    """Type a configuration into *config* without the refused lines, as at a boot."""
    for line in wanted.children:
        try:
            below, _ = config.apply(where, line.text)
        except (RefusedCommand, Rejected):
            continue
        if begins(line.text, "interface"):
            block = config.block(below)
            block.children = [child for child in block.children if child.text != "shutdown"]
        replay(config, line, below)
