"""`tclsh`, as far as people use it on a console: to put a file on flash."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from oob.lab.dialog import CTRL_C, CTRL_Z, Ask, Dialog, Say
from oob.lab.ios.commands import command

if TYPE_CHECKING:
    from oob.lab.ios.session import Session

_PUTS = re.compile(r'puts\s+(-nonewline\s+)?\[\s*open\s+"?([^"\s\]]+)"?\s+(\S+?)\s*\]\s*(.*)', re.DOTALL)


@command("tclsh", text="Tool Command Language shell")
def tclsh(session: Session, params: dict[str, str], words: tuple[str, ...]) -> Dialog[None]:
    """Run Tcl: files that it wrote appear when it is left."""
    router = session.router
    files: dict[str, str] = {}
    statement = ""
    while True:
        prompt = "+>" if statement else f"{router.hostname}(tcl)#"
        typed = yield Ask(prompt=prompt)
        if typed.key == CTRL_C:
            statement = ""
            continue
        line = typed.text
        if not statement and (line.strip() in ("tclquit", "exit") or typed.key == CTRL_Z):
            break
        statement += line + "\n"
        if _depth(statement) > 0:
            continue
        yield from _run(session, statement.strip("\n"), files)
        statement = ""
    for url, text in files.items():
        router.flash.write(url, text.encode("latin-1", "replace"))


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


def _run(session: Session, statement: str, files: dict[str, str]) -> Dialog[None]:
    if not statement.strip():
        return
    found = _PUTS.fullmatch(statement.strip())
    if found is None:
        if statement.split()[0] in ("puts", "set", "open", "close"):
            yield Say(text='wrong # args: should be "puts ?-nonewline? ?channelId? string"\n')
            return
        yield from session.execute(statement.strip())  # what is no Tcl is a command of the router
        return
    url, mode, text = found[2], found[3].strip('"'), _unquoted(found[4])
    if not session.router.flash.can_hold(url):
        yield Say(text=f'couldn\'t open "{url}": no such file or directory\n')
        return
    old = ""
    if mode.startswith("a"):
        old = files.get(url) or (session.router.flash.read(url) or b"").decode("latin-1")
    files[url] = old + text + ("" if found[1] else "\n")


def _unquoted(text: str) -> str:
    """Return a Tcl word's value: in braces as it stands (escaped braces keep their backslash), in quotes unescaped."""
    if text.startswith("{") and text.endswith("}"):
        return text[1:-1]
    quoted = text[1:-1] if text.startswith('"') and text.endswith('"') else text
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    quoted = re.sub(r"\\([0-7]{1,3})", lambda octal: chr(int(octal[1], 8)), quoted)
    return re.sub(r"\\(.)", lambda one: escapes.get(one[1], one[1]), quoted)
