"""YAML by libyaml, where PyYAML was built with it: thousands of entries are a matter of seconds then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import yaml

LOADER: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER: Final[type[yaml.SafeDumper]] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def nested(content: str | bytes) -> Iterator[tuple[yaml.Event, int]]:
    """Yield the events of *content*, each with the number of nodes that it lies in.

    For content from outside: the loader ends the process where some 20,000 nodes lie within each other, and the events
    come without that.
    """
    depth = 0
    for event in yaml.parse(content, LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        yield event, depth
