"""In which form a configuration is written, told from its lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

SET, FLAT, XML, JSON = "set commands", "commands from the root", "XML", "JSON"
BRACES, OTHER = "sections in braces", ""
_SET = re.compile(r"(?:set|delete|deactivate|activate|edit|top|protect) ?|[#!]")
# The end of a whole configuration, in each form.
_ENDS = {
    SET: ("set system host-name r1", "set system host-name 'r1'"),
    FLAT: ('/configure system name "r1"',),
    XML: ("</config>", "</response>", "</configuration>", "</rpc-reply>"),
    JSON: (),  # no platform's backups are
    BRACES: ("}",),
}
_TESTS: dict[str, Callable[[list[str]], bool]] = {
    XML: lambda lines: lines[0].lstrip().startswith("<"),
    JSON: lambda lines: lines[0].lstrip().startswith(("{", "[")) and ('"' in lines[0] or '"' in "".join(lines[1:2])),
    # The capture may have gone on to a prompt.
    SET: lambda lines: any(line.startswith("set ") for line in lines) and all(map(_SET.match, lines[:-1])),
    FLAT: lambda lines: any(line.startswith("/configure ") for line in lines),
    BRACES: lambda lines: any(line.rstrip().endswith("{") for line in lines),
}


def form_of(configuration: str) -> str:
    """Return the form of *configuration*, OTHER where its form has no name."""
    lines = [line for line in configuration.splitlines() if line.strip()]
    return next((form for form, is_so in _TESTS.items() if lines and is_so(lines)), OTHER)


def is_kept_in(form: str, end: str) -> bool:
    """Tell whether what must match *end* where it is whole may be written in *form*."""
    return form == OTHER or any(re.search(end, line) for line in _ENDS[form])


def unbalanced(configuration: str) -> str:
    """Say which braces of a configuration in sections have no counterpart, empty where all have one.

    A section begins at the end of a line and ends on a line of its own; text in quotes and comments has no sections.
    """
    begun: list[int] = []
    in_comment = False
    for number, line in enumerate(configuration.splitlines(), 1):
        text = line.strip()
        in_comment = in_comment or text.startswith("/*")
        if not in_comment and not text.startswith("#"):
            if text.startswith("}"):
                if not begun:
                    return f"line {number} ends a section that never began"
                begun.pop()
            if text.endswith("{"):
                begun.append(number)
        in_comment = in_comment and not text.endswith("*/")
    return f"the section that begins in line {begun[-1]} has no end" if begun else ""
