"""`commit` in all its forms, as a dialog with its delays, messages and timer."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.junos import check
from oob.lab.nos.junos.schema import RefusedStatement
from oob.lab.nos.junos.session import JunosSession

_WORDS = ("and-quit", "check", "comment", "confirmed", "no-synchronize", "synchronize")


@dataclass(slots=True, kw_only=True)
class Wanted:
    """The options of a `commit` line; *minutes* 0 is a commit without a timer."""

    minutes: int = 0
    check: bool = False
    and_quit: bool = False
    comment: str = ""


def wanted(words: list[str]) -> Wanted:
    """Parse the words after `commit`."""
    found = Wanted()
    index = 0
    while index < len(words):
        near = [name for name in _WORDS if name.startswith(words[index])]
        name = words[index] if words[index] in near else near[0] if len(near) == 1 else ""
        argument = words[index + 1] if index + 1 < len(words) else ""
        if name == "confirmed":
            found.minutes = 10
            if argument.isdigit():
                if not 1 <= int(argument) <= 65535:
                    raise RefusedStatement(index + 1, f"Value {argument} is not within range (1..65535)")
                found.minutes, index = int(argument), index + 1
        elif name == "comment":
            if not argument:
                raise RefusedStatement(index + 1, "missing argument.")
            found.comment, index = argument, index + 1
        elif name in ("check", "and-quit"):
            setattr(found, name.replace("-", "_"), True)
        elif not name:
            raise RefusedStatement(index, "syntax error.")
        index += 1
    return found


def commit(session: JunosSession, asked: Wanted) -> Dialog[bool]:
    """Check the candidate and make it active; True when that succeeded."""
    router, database = session.router, session.database
    yield Wait(seconds=router.commit_seconds / 2)
    stopped = _stopped(session, asked)
    if stopped:
        yield Say(text=stopped)
        return False
    for text in check.warnings(session.candidate, router.dns_dead):
        yield Say(text=text)
    if asked.check:
        router.disarm()
        yield Say(text="configuration check succeeds\n")
        return True
    router.on_moment("replace")
    if not router.is_on:
        return False
    yield Wait(seconds=router.commit_seconds / 2)
    plain = not asked.minutes
    if plain:
        router.disarm()
        for finding in check.mandatory(session.candidate):
            yield Say(text=finding.text.replace("Missing", "warning: Missing"))
    else:
        text = f"commit confirmed will be automatically rolled back in {asked.minutes} minutes unless confirmed"
        yield Say(text=wrapped(text, router.terminal.width))
    note = "" if plain else f"commit confirmed, rollback in {asked.minutes}mins"
    router.disarm()
    database.commit(session.candidate, session.user, note=note, comment=asked.comment)
    session.committed()
    if not plain:
        router.arm(asked.minutes)
    router.applied()
    yield Say(text="commit complete\n")
    return True


def _stopped(session: JunosSession, asked: Wanted) -> str:
    """Return the message that stops the commit, "" without any."""
    router, database = session.router, session.database
    if session.mode == "private" and asked.minutes:
        return "error: commit confirmed is not allowed on a private copy of the configuration\n"
    if database.lock is not None:
        return f"error: configuration database locked by:\n{database.lock}"
    if session.mode == "private" and database.is_modified:
        return "error: shared configuration database modified\n"
    findings = list(check.errors(session.candidate))
    findings += check.refused(session.candidate, router.refused_at_commit)
    if asked.check or asked.minutes:
        findings += check.mandatory(session.candidate)
    if router.take_abort():
        findings.append(
            check.CheckFinding(
                text="[edit interfaces]\n  'interface-set'\n    statement constraint check failed\n",
                last=f"{check.CHECK_OUT}: (statement constraint check failed)",
            )
        )
    return "".join(finding.text for finding in findings) + (f"{findings[-1].last}\n" if findings else "")


def wrapped(text: str, width: int) -> str:
    """Break *text* at words as Junos does before the margin of a screen; a width of 0 means no limit."""
    return textwrap.fill(text, width - 1, break_on_hyphens=False) + "\n" if width else f"{text}\n"
