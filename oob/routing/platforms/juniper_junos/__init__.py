"""Juniper Junos: `show route`, `terse`, `detail`, `extensive`, `| display xml` and `| display json`, all instances."""

from __future__ import annotations

import re

from oob.routing.capture import Capture
from oob.routing.found import ParsedLines
from oob.routing.platforms.juniper_junos import structured, text

INDENT = ((re.compile(r"^ *(?=(?:[*+\-@#]\[|[*+\-@#]?\[[\w-]+/-?\d+\]))", re.MULTILINE), " " * 19),)
COMMAND = r"(?:run )?sh(?:ow?)? +rou(?:te?)?(?: .*)?"


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    if capture.opening in ("{", "<"):
        structured.read(capture, found)
    else:
        text.read(capture, found)
