"""Shows the events of a device: in a view of its own, or in that of several devices."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from oob.cli.options import Settings
from oob.events import Events


@contextmanager
def viewing(settings: Settings, events: Events, **options: Any) -> Iterator[None]:
    """Show *events* on standard error until the block ends; *options* are those of `watch`."""
    if settings.hear is not None:
        events.subscribe(settings.hear)
        yield
        return
    from oob.report.live import watch  # slow to import

    with watch(events, sys.stderr, plain=settings.plain, runs=settings.home.runs, **options):
        yield
