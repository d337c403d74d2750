"""Facts about programs that are consoles themselves: how they are left, and which keys they keep for themselves.

The data is `device_profiles/console_programs.yaml`; nothing about a program is known here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache

from pydantic import BaseModel, ConfigDict

from oob.profile.store import entries


class Manners(BaseModel):
    """The manners of a program; keys are written `^A` for Ctrl-A. Empty is what it has not, or does not mind.

    *busy* is its message for a console in use, *evict* the argument that takes the console from its user, and *lost*
    what it says of a console that is gone, where it does not end by itself then.
    """

    source: str
    leave: str = ""
    escape: str = ""
    literal: str = ""
    break_: str = ""
    term: str = "dumb"
    busy: str = ""
    evict: str = ""
    lost: str = ""
    confirmed: bool = True

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=lambda name: name.rstrip("_"))


@cache
def programs() -> Mapping[str, Manners]:
    """Return what each program may print, by its name; raises ProfileError as `file:key: reason`."""
    return entries("console_programs.yaml", Manners)


def manners(command: Sequence[str]) -> Manners:
    """Return how to behave with the program that *command* runs: `virsh console` is virsh with that word."""
    name = os.path.basename(command[0])
    words = {word for word in command[1:] if not word.startswith("-")}
    for key, known in programs().items():
        program, *needed = key.split()
        if program == name and words.issuperset(needed):
            return known
    return Manners(source="")


def keys(text: str) -> bytes:
    """Return the bytes of keys written as `^A`, `^[`, `^?`."""
    return re.sub(r"\^([@-_a-z?])", lambda key: chr(ord(key[1].upper()) ^ 64), text).encode("latin-1")
