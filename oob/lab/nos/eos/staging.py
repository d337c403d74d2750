"""Configuration sessions, checkpoints and `configure replace`, as commands."""

from __future__ import annotations

import difflib
import re

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.configuration import TOP, Configuration
from oob.lab.nos.eos import text
from oob.lab.nos.eos.candidate import CHECKPOINTS, COMPLETED, PENDING
from oob.lab.nos.eos.copying import missing, read, whole
from oob.lab.nos.eos.session import TABLE, EosSession

COMMIT_SECONDS = 1.0
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})")
_NO_SESSION = "% This command is only available in a configuration session\n"


@TABLE.command("configure session [NAME]", text="Enter configuration session; commands applied only on commit")
def configure_session(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Open a session, or reopen a pending session."""

    def enter() -> None:
        session.enter_configuration(session.router.candidates.open(params.get("NAME", ""), session.username))

    yield from session.attempt(enter)


@TABLE.command("configure session NAME commit", text="Commit pending session")
def session_commit(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Commit a session from outside; one whose timer runs is confirmed."""
    yield from _commit(session, params["NAME"], 0)


@TABLE.command("configure session NAME commit timer TIME", text="Commit session with a timeout")
def session_commit_timer(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Commit a session from outside, undone unless confirmed in time."""
    yield from _commit_timer(session, params["NAME"], params["TIME"])


@TABLE.command("configure session NAME abort", text="Abort configuration session")
def session_abort(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Abort a session from outside; one whose timer runs is undone."""
    if session.router.candidates.timer.pending is not None:
        yield Wait(seconds=COMMIT_SECONDS)
    yield from session.attempt(lambda: session.router.candidates.abort(params["NAME"], session.username))


@TABLE.command("no configure session NAME", text="Delete configuration session")
def session_delete(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Delete a session."""
    session.router.candidates.delete(params["NAME"])
    yield Say(text="")


@TABLE.command("commit", text="Commit the configuration session")
def commit(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Commit the session that one is in."""
    if session.candidate is None:
        yield Say(text=_NO_SESSION)
    else:
        yield from _commit(session, session.candidate.name, 0)


@TABLE.command("commit timer TIME", text="Commit session with a timeout")
def commit_timer(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Commit the session that one is in, undone unless confirmed in time."""
    if session.candidate is None:
        yield Say(text=_NO_SESSION)
    else:
        yield from _commit_timer(session, session.candidate.name, params["TIME"])


@TABLE.command("abort", text="Abort the configuration session")
def abort(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Drop the session that one is in."""
    if session.candidate is None:
        yield Say(text=_NO_SESSION)
        return
    name = session.candidate.name
    session.where = session.candidate = None
    yield from session.attempt(lambda: session.router.candidates.abort(name, session.username))


def _commit_timer(session: EosSession, name: str, time: str) -> Dialog[None]:
    found = _TIME.fullmatch(time)
    if found is None:
        yield Say(text=f"% Invalid input (at token 2: '{time}')\n")
        return
    yield from _commit(session, name, int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]))


def _commit(session: EosSession, name: str, seconds: int) -> Dialog[None]:
    router = session.router
    yield Wait(seconds=COMMIT_SECONDS / 2)
    router.on_moment("replace")
    yield Wait(seconds=COMMIT_SECONDS / 2)
    if (yield from session.attempt(lambda: router.candidates.commit(name, session.username, seconds=seconds))):
        session.where = session.candidate = None


@TABLE.command("rollback clean-config", text="Copy clean-config to session")
def rollback_clean(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Empty the session."""
    if session.candidate is None:
        yield Say(text=_NO_SESSION)
        return
    session.candidate.config = session.candidate.config.empty()
    session.where = TOP
    yield Wait(seconds=0.3)


@TABLE.show("show session-config [named NAME]", text="Operating configuration of session", seconds=0.3)
def show_session(session: EosSession, params: Params) -> str:
    """Print a session's configuration."""
    config = _config(session, params)
    return whole(session, config) if config else _NO_SESSION


@TABLE.show("show session-config [named NAME] diffs", text="Differences from running-config", seconds=0.3)
def show_session_diffs(session: EosSession, params: Params) -> str:
    """Show what a commit would change."""
    config = _config(session, params)
    if config is None:
        return _NO_SESSION
    name = params.get("NAME") or (session.candidate.name if session.candidate else "")
    running = text.body(session.router.config.root)
    return differences(running, text.body(config.root), "system:/running-config", f"session:/{name}-session-config")


def _config(session: EosSession, params: Params) -> Configuration | None:
    named = session.router.candidates.all.get(params["NAME"]) if "NAME" in params else session.candidate
    return named.config if named else None


def differences(before: str, after: str, old: str, new: str) -> str:
    """Return a unified difference, "" for none."""
    return "".join(difflib.unified_diff(before.splitlines(True), after.splitlines(True), old, new, lineterm="\n"))


@TABLE.show("show running-config diffs", text="Differences from startup-config", seconds=0.3)
def show_running_diffs(session: EosSession, params: Params) -> str:
    """Show the unsaved changes."""
    router = session.router
    saved = text.body(text.parse(router.startup_config()))
    return differences(saved, text.body(router.config.root), "flash:/startup-config", "system:/running-config")


@TABLE.show("diff SOURCE TARGET", text="Differences between two files", seconds=0.3)
def diff(session: EosSession, params: Params) -> str:
    """Compare two files."""
    texts = [read(session, params[name]) for name in ("SOURCE", "TARGET")]
    for content, name in zip(texts, ("SOURCE", "TARGET"), strict=True):
        if content is None:
            return missing(params[name])
    return differences(texts[0] or "", texts[1] or "", params["SOURCE"], params["TARGET"])


@TABLE.show("show configuration sessions [detail]", text="Configuration sessions", user=False)
def show_sessions(session: EosSession, params: Params) -> str:
    """List the sessions and the timer."""
    router = session.router
    candidates = router.candidates
    head = (
        f"Maximum number of completed sessions: {COMPLETED}\nMaximum number of pending sessions: {PENDING}\n"
        "Merge on commit is disabled\nAutosave to startup-config on commit is disabled\n\n"
    )
    if (timed := candidates.timer.pending) is not None:
        left = int(candidates.timer.seconds_left)
        head += f"Session with pending commit timer: {timed.name}\n"
        head += f"Time left until commit timer expiry: in {left // 3600}:{left // 60 % 60:02d}:{left % 60:02d}\n\n"
    width = max([16, *(len(name) for name in candidates.all)])
    rows = [
        f"  {'Name':<{width}} {'State':<9} {'User':<9} {'Terminal':<8} {'Completed Time':<19} Committed By",
        f"- {'-' * width} {'-' * 9} {'-' * 9} {'-' * 8} {'-' * 19} ------------",
    ]
    for one in candidates.all.values():
        mark = "*" if one is session.candidate else " "
        by = one.user if one.state == "completed" else ""
        state = "committed" if one.state == "completed" else one.state
        user = "" if one.state == "completed" else one.user
        rows.append(
            f"{mark} {one.name:<{width}} {state:<9} {user:<9} {one.terminal:<8} {one.completed:<19} {by}".rstrip()
        )
    return head + "\n".join(rows) + "\n"


# --- checkpoints


@TABLE.command("configure checkpoint save [NAME]", text="Create a new checkpoint")
def checkpoint_save(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Save the running configuration as a checkpoint."""
    yield Wait(seconds=0.3)
    session.router.checkpoints.save(params.get("NAME", ""), session.username)


@TABLE.command("configure checkpoint restore NAME", text="Restore a checkpoint")
def checkpoint_restore(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Put a checkpoint in force at once."""
    kept = session.router.checkpoints.find(params["NAME"])
    if kept is None:
        yield Say(text=f"% Checkpoint {params['NAME']} does not exist\n")
        return
    yield from _replace(session, kept.text, ignore_errors=False)


@TABLE.show("show configuration checkpoints", text="Checkpoints")
def show_checkpoints(session: EosSession, params: Params) -> str:
    """List the checkpoints."""
    kept = session.router.checkpoints.all
    width = max([14, *(len(one.name) + 2 for one in kept)])
    rows = [f"{'Filename':^{width}} {'Date':^25} {'User':^11}".rstrip(), f"{'-' * width} {'-' * 25} {'-' * 11}"]
    rows += [f"{one.name:<{width}}    {one.at:<22} {one.user}" for one in kept]
    return f"Maximum number of checkpoints: {CHECKPOINTS}\n" + "\n".join(rows) + "\n"


@TABLE.command("configure replace URL [ignore-errors]", text="Replace configuration state")
def configure_replace(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Put a file in force in place of the running configuration."""
    content = read(session, params["URL"])
    if content is None:
        yield Say(text=missing(params["URL"]))
        return
    yield from _replace(session, content, ignore_errors="ignore-errors" in words)


def _replace(session: EosSession, content: str, *, ignore_errors: bool) -> Dialog[None]:
    router = session.router
    config = router.config.empty()
    yield Wait(seconds=COMMIT_SECONDS / 2)
    bad = text.take(config, content)
    for one in bad:
        yield Say(text=f"{one}\n")
    if (bad and not ignore_errors) or router.fails_now():
        yield Say(text="% Error replacing configuration; running-config is unchanged\n")
        return
    router.on_moment("replace")
    yield Wait(seconds=COMMIT_SECONDS / 2)
    router.checkpoints.save("", session.username)
    router.take(config)
