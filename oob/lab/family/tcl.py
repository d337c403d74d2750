"""Tcl, as far as people use it on a console: to put a file on flash."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from oob.lab.dialog import CTRL_C, CTRL_Z, Ask, Dialog, Say
from oob.lab.family.flash import Flash

_PUTS = re.compile(r'puts\s+(-nonewline\s+)?\[\s*open\s+"?([^"\s\]]+)"?\s+(\S+?)\s*\]\s*(.*)', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """A Tcl shell with *prompt*, and *more* while braces are open; what is no Tcl goes to *execute*.

    *url* makes the name of a file on *flash* of what `open` is given.
    """

    flash: Flash
    prompt: Callable[[], str]
    more: str
    execute: Callable[[str], Dialog[None]]
    url: Callable[[str], str] = lambda name: name

    def run(self) -> Dialog[None]:
        """Read statements until it is left; files that they wrote appear then."""
        files: dict[str, str] = {}
        statement = ""
        while True:
            typed = yield Ask(prompt=self.more if statement else self.prompt())
            if typed.key == CTRL_C:
                statement = ""
                continue
            line = typed.text
            if not statement and (line.strip() in ("tclquit", "exit") or typed.key == CTRL_Z):
                break
            statement += line + "\n"
            if _depth(statement) > 0:
                continue
            yield from self._statement(statement.strip("\n"), files)
            statement = ""
        for url, text in files.items():
            self.flash.write(url, text.encode("latin-1", "replace"))

    def _statement(self, statement: str, files: dict[str, str]) -> Dialog[None]:
        if not statement.strip():
            return
        found = _PUTS.fullmatch(statement.strip())
        if found is None:
            if statement.split()[0] in ("puts", "set", "open", "close"):
                yield Say(text='wrong # args: should be "puts ?-nonewline? ?channelId? string"\n')
                return
            yield from self.execute(statement.strip())
            return
        url, mode, text = self.url(found[2]), found[3].strip('"'), _unquoted(found[4])
        if not self.flash.can_hold(url):
            yield Say(text=f'couldn\'t open "{found[2]}": no such file or directory\n')
            return
        old = ""
        if mode.startswith("a"):
            old = files.get(url) or (self.flash.read(url) or b"").decode("latin-1")
        files[url] = old + text + ("" if found[1] else "\n")


def _depth(text: str) -> int:
    """Return how many braces are open."""
    depth = 0
    escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            depth += {"{": 1, "}": -1}.get(character, 0)
    return depth


def _unquoted(text: str) -> str:
    """Return a Tcl word's value: in braces as it stands (escaped braces keep their backslash), in quotes unescaped."""
    if text.startswith("{") and text.endswith("}"):
        return text[1:-1]
    quoted = text[1:-1] if text.startswith('"') and text.endswith('"') else text
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    quoted = re.sub(r"\\([0-7]{1,3})", lambda octal: chr(int(octal[1], 8)), quoted)
    return re.sub(r"\\(.)", lambda one: escapes.get(one[1], one[1]), quoted)
