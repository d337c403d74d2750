"""Configuration mode: the commands that change, show, load and commit the candidate."""

from __future__ import annotations

from typing import Any

from oob.lab.dialog import Ask, Dialog, Say
from oob.lab.nos.junos.command import Menu, Request, command
from oob.lab.nos.junos.commit import commit, wanted
from oob.lab.nos.junos.compare import compare
from oob.lab.nos.junos.database import parsed
from oob.lab.nos.junos.load import load, locked, stored
from oob.lab.nos.junos.parse import change
from oob.lab.nos.junos.render import block, curly, set_lines
from oob.lab.nos.junos.schema import RefusedStatement, StatementRule, grammar
from oob.lab.nos.junos.session import JunosSession
from oob.lab.nos.junos.tree import Statement, expanded

_CHANGES = ("set", "delete", "activate", "deactivate")


# --- changes


def _change(verb: str) -> Any:
    def run(session: JunosSession, request: Request) -> Any:
        if session.database.lock is not None:
            return locked(session.database)
        words = _whole(session, request.words)
        if not words:
            return _delete_all(session) if verb == "delete" else "missing argument.\n"
        if verb == "set" and words[-1] == "plain-text-password":
            return _password(session, words)
        tree = session.candidate.copy()
        if verb == "set" and session.router.refuses(" ".join(("set", *words))):
            raise RefusedStatement(len(request.words) - 1, "syntax error.")
        if not change(tree, verb, words):
            return "warning: statement not found\n"
        session.candidate = tree
        return ""

    return run


def _whole(session: JunosSession, words: list[str]) -> list[str]:
    """Return the words from the top, abbreviations written out."""
    path = session.path
    try:
        return expanded(grammar(), [*path, *words])
    except RefusedStatement as refused:
        raise RefusedStatement(max(0, refused.index - len(path)), refused.message) from None


def _delete_all(session: JunosSession) -> Dialog[str]:
    yield Say(text="This will delete the entire configuration\n")
    sure = yield Ask(prompt="Delete everything under this level? [yes,no] (no) ", quiet=True)
    if sure.text.strip().lower() in ("y", "yes"):
        session.candidate.remove(session.path)
    return ""


def _password(session: JunosSession, words: list[str]) -> Dialog[str]:
    first = yield Ask(prompt="New password:", echo=False, quiet=True)
    second = yield Ask(prompt="Retype new password:", echo=False, quiet=True)
    if first.text != second.text:
        return "error: Passwords are not equal; aborting\n"
    session.candidate.put([*words[:-1], "encrypted-password", session.router.hashed(first.text)])
    return ""


# --- going up and down


def _edit(session: JunosSession, request: Request) -> str:
    words = _whole(session, request.words)
    tree = session.candidate.copy()
    place = tree.put(words)
    if place.rule.kind in ("leaf", "leaves", "flag"):
        raise RefusedStatement(len(request.words) - 1, "syntax error.")
    if place.rule.key_type and tree != session.candidate:
        session.candidate = tree
    session.edits.append(words)
    return ""


def _up(session: JunosSession, request: Request) -> str:
    levels = int(request.words[0]) if request.words else 1
    path = session.path
    for _ in range(levels):
        path = _above(path)
    session.edits = [path] if path else []
    return ""


def _above(path: list[str]) -> list[str]:
    rule, index, last = grammar(), 0, 0
    while index < len(path):
        last = index
        rule, _, index = rule.step(path, index)
    return path[:last]


def _top(session: JunosSession, request: Request) -> Any:
    session.edits = []
    if request.words:
        found, rest = CONFIGURE.find(request.words)
        return found.run(session, Request(words=rest, display=request.display, compare=request.compare))
    return ""


def _exit(session: JunosSession, request: Request) -> Any:
    if session.edits and not request.words:
        session.edits.pop()
        return ""
    if request.words and not "configuration-mode".startswith(request.words[0]):
        raise RefusedStatement(0, "syntax error.")
    return _leave(session)


def _leave(session: JunosSession) -> Dialog[str]:
    """Leave configuration mode; ask first when there are uncommitted changes."""
    if session.is_modified:
        yield Say(text="The configuration has been changed but not committed\n")
        verb = "Exit with" if session.mode == "shared" else "Discard"
        sure = yield Ask(prompt=f"{verb} uncommitted changes? [yes,no] (yes) ", quiet=True)
        if sure.text.strip().lower() not in ("", "y", "yes"):
            return ""
        yield Say(text="\n")
    session.leave()
    return "Exiting configuration mode\n"


# --- showing


def _show(session: JunosSession, request: Request) -> str:
    words = _whole(session, request.words)
    if request.compare is not None:
        before = version(session, request.compare)
        return compare(before, session.candidate) if before is not None else "error: no such rollback file\n"
    return shown(session.candidate, words, request.display)


def shown(tree: Statement, words: list[str], display: str) -> str:
    """Return the part of *tree* that *words* name, with braces or as `set` lines."""
    found = tree.trail(words) if words else [tree]
    if found is None:
        return ""
    statement = found[-1]
    if display.startswith("set"):
        names = tuple(word for step in found for word in step.name)
        if statement.values or statement.rule.kind in ("flag", "presence"):
            alone = Statement(found[-2].rule)
            alone.children[statement.name] = statement
            return "".join(f"{line}\n" for line in set_lines(alone, names[: -len(statement.name)]))
        return "".join(f"{line}\n" for line in set_lines(statement, names))
    if statement.rule.kind in ("leaf", "leaves", "flag"):
        return "".join(f"{line}\n" for line in block(statement, 0))
    return "".join(f"{line}\n" for line in curly(statement))


def version(session: JunosSession, words: list[str]) -> Statement | None:
    """Return the configuration that `compare` is asked to compare with: the active one, or a rollback."""
    if len(words) == 2 and "rollback".startswith(words[0]) and words[1].isdigit():
        text = session.database.rollback(int(words[1]))
        return parsed(text) if text is not None else None
    return session.database.active


# --- database


def _rollback(session: JunosSession, request: Request) -> str:
    word = request.words[0] if request.words else "0"
    if session.database.lock is not None:
        return locked(session.database)
    if word == "rescue":
        text = session.database.rescue()
        if text is None:
            return "error: Rescue configuration does not exist\n"
        return stored(session, text)
    if not word.isdigit() or int(word) > 49:
        raise RefusedStatement(0, "syntax error.")
    if word == "0":
        session.candidate = session.database.active.copy()
        return "load complete\n"
    text = session.database.rollback(int(word))
    if text is None:
        return f"error: problem opening file: /config/juniper.conf.{word}.gz: No such file or directory\n"
    return stored(session, text)


def _commit(session: JunosSession, request: Request) -> Dialog[str]:
    asked = wanted(request.words)
    done = yield from commit(session, asked)
    if done and asked.and_quit:
        session.leave()
        return "Exiting configuration mode\n"
    return ""


def _save(session: JunosSession, request: Request) -> str:
    if not request.words:
        raise RefusedStatement(0, "missing argument.")
    text = shown(session.candidate, session.path, "")
    if request.words[0] == "terminal":
        return text
    session.router.files.write(request.words[0], text)
    return f"Wrote {text.count(chr(10))} lines of configuration to '{request.words[0]}'\n"


def _status(session: JunosSession, request: Request) -> str:
    mine = f"Users currently editing the configuration:\n  {session.user} terminal u0 (pid 2212) on since "
    mode = f"{session.mode} " if session.mode != "shared" else ""
    level = " ".join(("edit", *session.path))
    others = "".join(str(editor) for editor in session.database.others)
    return f"{mine}{session.database.stamp()}\n      {mode}[{level}]\n{others}"


# --- completion


def statement_options(session: JunosSession, words: list[str]) -> dict[str, str] | None:
    """Return the statements that may follow, for commands that take a statement; else None."""
    verb, *rest = words
    if not any(name.startswith(verb) for name in (*_CHANGES, "edit", "show")):
        return None
    rule: StatementRule = grammar()
    full = [*session.path, *rest]
    index = 0
    while index < len(full):
        full[index] = rule.completed(full[index])
        half = rule.children.get(full[index])
        if half is not None and half.kind == "half":
            rule, index = half, index + 1
            continue
        found, _, index = rule.step(full, index)
        if found.kind in ("leaf", "leaves"):
            if index >= len(full):
                return {f"<{found.word}>": ""}
            index += 1
        else:
            rule = found
    named = {name: "" for name in sorted(rule.children)}
    return named | ({f"<{rule.anything.key_type}>": ""} if rule.anything is not None else {})


def enter(session: JunosSession, mode: str) -> str:
    """Enter configuration mode: `shared`, `exclusive` or `private`, unless another user blocks it."""
    database = session.database
    if database.lock is not None and mode != "shared":
        return locked(database)
    if database.is_modified and mode != "shared":
        shared = "shared " if mode == "private" else ""
        return f"error: {shared}configuration database modified\n"
    session.enter(mode)
    text = "" if mode == "shared" else "warning: uncommitted changes will be discarded on exit\n"
    text += "Entering configuration mode\n"
    if database.others:
        text += "Users currently editing the configuration:\n" + "".join(str(e) for e in database.others)
    if mode == "shared" and database.is_modified:
        text += "The configuration has been changed but not committed\n"
    return text


CONFIGURE = Menu(
    [
        command("activate", "Remove the inactive tag from a statement", _change("activate"), takes=True),
        command("commit", "Commit current set of changes", _commit, takes=True),
        command("deactivate", "Add the inactive tag to a statement", _change("deactivate"), takes=True),
        command("delete", "Delete a data element", _change("delete"), takes=True),
        command("edit", "Edit a sub-element", _edit, takes=True),
        command("exit", "Exit from this level", _exit, takes=True),
        command("load", "Load configuration from ASCII file", load, takes=True),
        command("quit", "Quit from this level", _exit, takes=True),
        command("rollback", "Roll back to previous committed configuration", _rollback, takes=True),
        command("run", "Run an operational-mode command", lambda s, r: "missing argument.\n", takes=True),
        command("save", "Save configuration to ASCII file", _save, takes=True),
        command("set", "Set a parameter", _change("set"), takes=True),
        command("show", "Show a parameter", _show, takes=True),
        command("status", "Show users currently editing configuration", _status),
        command("top", "Exit to top level of configuration", _top, takes=True),
        command("up", "Exit one level of configuration", _up, takes=True),
    ],
    {},
    "syntax error.",
)
