"""Lines that can be typed: a control character is a key, and acts on the device before anything is checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from oob.errors import UntypeableText
from oob.profile.model import Keys

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
KEYS = {0x09: "TAB", 0x0A: "a line end", 0x0D: "a line end", 0x1B: "ESC", 0x7F: "DEL"}
# With the character that ends it on the first line, or else with EOF on one of its own (EOS).
BANNER = re.compile(r"\s*banner [\w-]+(?: (?P<end>\^C|\S)(?P<text>.*))?$")
SHOWN = 2  # words of a line that are named: more could hold a secret


def check_typeable(lines: Iterable[str], what: str = "line") -> None:
    """Raise UntypeableText where one of *lines* holds a control character, or cannot be written in UTF-8."""
    for number, line in enumerate(lines, 1):
        if match := CONTROL.search(line):
            reason = f"holds {key_name(match[0])} at column {match.start() + 1}, which the device would take for a key"
        elif not _is_encodable(line):
            reason = "holds half a character, which has no bytes"
        else:
            continue
        raise UntypeableText(f"{what} {number} ({_beginning(line)!r} ...) {reason}; nothing was typed", line=number)


def check_lines(lines: Iterable[str], keys: Keys) -> None:
    """Raise UntypeableText where one of *lines* cannot be typed at a prompt of a device with these *keys*."""
    texts = [line.rstrip("\r\n") for line in lines]
    check_typeable(texts)
    typed_lines(texts, keys)


def typed_lines(lines: Sequence[str], keys: Keys) -> list[bytes]:
    """Return the keys for *lines* at prompts; raises UntypeableText where one would ask for help.

    The text of a banner is read without help, as it comes.
    """
    typed = []
    banner_end = ""
    for number, line in enumerate(lines, 1):
        begins_banner = BANNER.match(line) if not banner_end else None
        if keys.help and keys.help in line and not banner_end and not begins_banner:
            if not keys.literal:
                raise UntypeableText(
                    f"line {number} ({_beginning(line)!r} ...) holds {keys.help!r}, which asks this device for help; "
                    "nothing was typed",
                    line=number,
                )
            line = line.replace(keys.help, keys.literal + keys.help)
        if begins_banner:
            end = begins_banner["end"] or "EOF"
            banner_end = "" if begins_banner["end"] and end in begins_banner["text"] else end
        elif banner_end and banner_end in line:
            banner_end = ""
        typed.append(line.encode())
    return typed


def key_name(character: str) -> str:
    """Return how a person calls the control *character*."""
    code = ord(character)
    if code >= 0x80:
        return f"the control character U+{code:04X}"
    return f"{KEYS.get(code) or f'Ctrl-{chr(code + 64)}'} (0x{code:02x})"


def _beginning(line: str) -> str:
    return " ".join(CONTROL.sub(" ", line).encode(errors="replace").decode().split()[:SHOWN])


def _is_encodable(line: str) -> bool:
    return line.isascii() or all(unicodedata.category(character) != "Cs" for character in line)
