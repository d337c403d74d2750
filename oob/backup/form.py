"""In which form a configuration is written, told from its lines. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

SET, XML, JSON, BRACES, OTHER = "set commands", "XML", "JSON", "sections in braces", ""
_SET = re.compile(r"(?:set|delete|deactivate|activate|edit|top|protect) ?|[#!]")
# The end of a whole configuration, in each form.
_ENDS = {
    SET: ("set system host-name r1", "set system host-name 'r1'"),
    XML: ("</config>", "</response>", "</configuration>", "</rpc-reply>"),
    JSON: ("}",),
    BRACES: ("}",),
}
_TESTS: dict[str, Callable[[list[str]], bool]] = {
    XML: lambda lines: lines[0].lstrip().startswith("<"),
    JSON: lambda lines: lines[0].lstrip().startswith(("{", "[")) and ('"' in lines[0] or '"' in "".join(lines[1:2])),
    SET: lambda lines: any(line.startswith("set ") for line in lines) and all(map(_SET.match, lines)),
    BRACES: lambda lines: any(line.rstrip().endswith("{") for line in lines),
}


def form_of(configuration: str) -> str:
    """Return the form of *configuration*, OTHER where its form has no name."""
    lines = [line for line in configuration.splitlines() if line.strip()]
    return next((form for form, is_so in _TESTS.items() if lines and is_so(lines)), OTHER)


def is_kept_in(form: str, end: str) -> bool:
    """Tell whether what must match *end* where it is whole may be written in *form*."""
    return form == OTHER or any(re.search(end, line) for line in _ENDS[form])
