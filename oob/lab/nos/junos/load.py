"""`load override|replace|merge|set`: configuration text from the terminal or a file, into the candidate."""

from __future__ import annotations

import re
from collections.abc import Sequence

from oob.lab.dialog import CTRL_C, CTRL_D, Ask, Dialog, Say, Wait
from oob.lab.nos.junos.command import Request
from oob.lab.nos.junos.database import Database
from oob.lab.nos.junos.parse import Loaded, Loader, load_lines
from oob.lab.nos.junos.render import set_lines
from oob.lab.nos.junos.schema import RefusedStatement
from oob.lab.nos.junos.session import JunosSession
from oob.lab.nos.junos.tree import Statement

_BYTES = 4000  # of pasted configuration take as long to load as a commit
_ACTIONS = ("merge", "override", "replace", "set", "update")


def load(session: JunosSession, request: Request) -> Dialog[str]:
    """Carry out a `load` command."""
    words = request.words
    action = next((name for name in _ACTIONS if words and name.startswith(words[0])), "")
    if not action:
        raise RefusedStatement(0, "syntax error.")
    if len(words) < 2:
        raise RefusedStatement(1, "missing argument.")
    if session.database.lock is not None:
        return locked(session.database)
    if words[1] != "terminal":
        text = session.router.files.read(words[1])
        if text is None:
            return f"error: file: {words[1]}: No such file or directory\n"
        return loaded(session, action, text, words[1])
    base = session.path if words[2:] == ["relative"] else []
    pasted = yield from _typed_in()
    if pasted is None:
        return ""
    yield Wait(seconds=session.router.commit_seconds * len(pasted) / _BYTES)
    return loaded(session, action, pasted, "terminal", base)


def _typed_in() -> Dialog[str | None]:
    """Read lines until Ctrl-D on a line of its own; return None after Ctrl-C."""
    yield Say(text="[Type ^D at a new line to end input]\n")
    lines: list[str] = []
    while True:
        typed = yield Ask(prompt="", ends=CTRL_C + CTRL_D, quiet=True)
        if typed.key == CTRL_C:
            return None
        if typed.key == CTRL_D and not typed.text:
            # the tty driver shows ^D and puts the cursor back on it
            yield Say(text="^D\b\b")
            return "".join(f"{line}\n" for line in lines)
        lines.append(typed.text)


def loaded(session: JunosSession, action: str, text: str, source: str, base: Sequence[str] = ()) -> str:
    """Put *text* into the candidate, below the level *base*, and return what Junos says of it."""
    tree = Statement.empty() if action in ("override", "update") else session.candidate.copy()
    if action == "set":
        result = load_lines(tree, _below(text, base), source, session.router.refused_at_load)
    else:
        result = Loader(tree, source, base).read(_tagged(text, action))
        _take_refused_away(tree, session.router.refused_at_load, result, text, source)
    session.candidate = tree
    # `load set` tells of its errors line by line and never counts them (seen on 23.x)
    count = f" ({result.errors} errors)" if result.errors and action != "set" else ""
    return "".join(f"{line}\n" for line in (*result.messages, f"load complete{count}"))


def stored(session: JunosSession, text: str) -> str:
    """Load a rollback or rescue file, as far as this software still understands it."""
    return loaded(session, "override", text, "rollback")


def locked(database: Database) -> str:
    """Return the refusal while another user holds the database."""
    return f"error: configuration database locked by:\n{database.lock}"


def _below(text: str, base: Sequence[str]) -> str:
    """Return `set` lines with *base* put behind their verbs."""
    return re.sub(r"(?m)^(\s*[a-z]+) ", rf"\1 {' '.join(base)} ", text) if base else text


def _tagged(text: str, action: str) -> str:
    return text if action == "replace" else re.sub(r"\breplace:\s", "", text)


def _take_refused_away(tree: Statement, patterns: tuple[str, ...], result: Loaded, text: str, source: str) -> None:
    for line in list(set_lines(tree)):
        if not any(re.search(pattern, line) for pattern in patterns):
            continue
        words = line.split()[1:]
        tree.remove([word.strip('"') for word in words])
        number, column = _where(text, words)
        word = words[-1]
        result.errors += 1
        result.messages += [
            f"{source}:{number}:({column}) syntax error: {word}",
            f"  [edit {' '.join(words[:-1])}]",
            f"    '{word};'",
            "      syntax error",
        ]


def _where(text: str, words: list[str]) -> tuple[int, int]:
    """Find the line and column where the last of *words* stands in braces text."""
    tail = " ".join(words[-2:]) + ";"
    for number, line in enumerate(text.splitlines(), 1):
        for end in (tail, f"{words[-1]};"):
            if line.strip() == end:
                return number, len(line) - 1
    return 1, 1
