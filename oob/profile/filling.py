"""Names put into commands: a VRF, a checkpoint, an address, which a device or a file gave, unchecked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from oob.errors import UntypeableText

# What ends a word, quotes, or stands for something else in a shell or a CLI. A name with one would be more than a name.
ACTING = re.compile(r"""[\s\x00-\x1f\x7f-\x9f'"`$;|&<>(){}?*!]""")
# A name that a device lists in quotes, since it holds blanks.
QUOTED = re.compile(r'"[^"`$\\?!\x00-\x1f\x7f-\x9f]*"')


def check_word(name: str, value: str) -> None:
    """Raise UntypeableText where *value*, which is put in for *name*, would be more than a word in a command."""
    if not QUOTED.fullmatch(value) and (match := ACTING.search(value)):
        raise UntypeableText(f"the {name} {value!r} cannot be typed: {match[0]!r} is not a plain character of a name")


def filled(command: str, words: Mapping[str, str]) -> str:
    """Return *command* with each `{name}` in *words* replaced; raises UntypeableText."""

    def word(match: re.Match[str]) -> str:
        value = words.get(match[1])
        if value is None:
            return match[0]
        check_word(match[1], value)
        return value

    return re.sub(r"\{(\w+)\}", word, command)
