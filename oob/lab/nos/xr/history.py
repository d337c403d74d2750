"""Commits that were made: listing them, looking at them, going back."""

from __future__ import annotations

from dataclasses import dataclass

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.delta import commands, listed
from oob.lab.nos.base.router import replay
from oob.lab.nos.xr import text
from oob.lab.nos.xr.router import XrRouter
from oob.lab.nos.xr.session import TABLE, TARGET, XrSession

LINE = "con0_RP0_CPU0"
TRIAL = "00001000-00069072-00000000"  # the configuration session that waits for a trial's end
_OWN = "00001000-00068072-00000000"
_HEAD = "Current Configuration Session  Line       User     Date                     Lock"


def state_before(router: XrRouter, params: Params) -> Configuration | None:
    """Return the configuration before the last COUNT commits, or before COMMIT was made, as it was then."""
    known = router.commits.all
    if "COMMIT" in params:
        kept = [one for one in known if str(one.id) == params["COMMIT"]]
    else:
        count = int(params.get("COUNT", 1))
        kept = known[-count:][:1] if count <= len(known) else []
    if not kept:
        return None
    config = router.config.empty()
    config.refuse = ()
    replay(config, text.parse(kept[0].before))
    return config


@TABLE.command(
    "rollback configuration last <COUNT:1-100>", "rollback configuration to COMMIT", text="Roll back the configuration"
)
def rollback(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Roll back commits at once, as a new commit."""
    router = session.router
    before = state_before(router, params)
    if before is None:
        yield Say(text="% The commit database does not hold that many commits\n")
        return
    if router.commits.trial is not None or router.lock_holder is not None:
        yield Say(text="% Cannot roll back: the configuration is locked by another session\n")
        return
    steps = commands(router.config, before.root)
    yield Say(text="Loading Rollback Changes.\n")
    yield Wait(seconds=0.5)
    yield Say(text="Loaded Rollback Changes in 1 sec \nCommitting.\n")
    yield Wait(seconds=0.5)
    result = router.config.copy()
    session.target.load(router.config, before.root)
    result, session.failures = session.target.onto(router.config, replace=False)
    session.target.steps.clear()
    if session.failures or router.fails_now():
        yield Say(
            text="\n% Failed to commit one or more configuration items. Please issue 'show configuration failed' "
            "from this session to view the errors\nConfiguration rollback failed.\n"
        )
        return
    yield Say(text=f"{len(steps)} items committed in 1 sec ({len(steps)})items/sec\nUpdating.\n")
    router.commits.commit(result, session.username, "Rollback")
    yield Say(text="Updated Commit database in 1 sec \n")
    count = params.get("COUNT")
    done = f"{count} commits" if count else f"to '{params['COMMIT']}'"
    yield Say(text=f"Configuration successfully rolled back {done}.\n")


@TABLE.show("show configuration commit list [detail]", text="Commits", seconds=0.2)
def show_list(session: XrSession, params: Params) -> str:
    """List the commits, the newest first."""
    rows = [
        f"{'SNo.':<4} {'Label/ID':<21} {'User':<9} {'Line':<19} {'Client':<11} Time Stamp",
        f"{'~~~~':<4} {'~~~~~~~~':<21} {'~~~~':<9} {'~~~~':<19} {'~~~~~~':<11} ~~~~~~~~~~",
    ]
    for number, one in enumerate(reversed(session.router.commits.all), 1):
        rows.append(f"{number:<4} {one.id:<21} {one.user:<9} {LINE:<19} {one.client:<11} {one.at}")
    return "\n".join(rows) + "\n"


@TABLE.show(
    "show configuration commit changes last <COUNT:1-100>",
    "show configuration commit changes COMMIT",
    text="What commits changed",
    seconds=0.3,
)
def show_changes(session: XrSession, params: Params) -> str:
    """Show what the last commits changed, as commands."""
    before = state_before(session.router, params)
    if before is None:
        return "% The commit database does not hold that many commits\n"
    steps = commands(before, session.router.config.root)
    head = f"Building configuration...\n!! IOS XR Configuration {session.router.version}\n"
    return head + listed(steps, 1) + "end\n\n"


@TABLE.show(
    "show configuration rollback changes last <COUNT:1-100>",
    "show configuration rollback changes to COMMIT",
    text="What rolling back would change",
    seconds=0.3,
)
def show_rollback(session: XrSession, params: Params) -> str:
    """Show what undoing the last commits would change, as commands."""
    before = state_before(session.router, params)
    if before is None:
        return "% The commit database does not hold that many commits\n"
    head = f"Building configuration...\n!! IOS XR Configuration {session.router.version}\n"
    return head + listed(commands(session.router.config, before.root), 1) + "end\n\n"


@TARGET.show("show configuration sessions [detail]", text="Not in configuration mode")
def show_nothing(session: XrSession, params: Params) -> str:
    """Report a command of exec mode."""
    return "% Invalid input detected at '^' marker.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A configuration session that is open: *client* and *process* tell a trial from a user's session."""

    number: str
    line: str
    user: str
    since: str
    is_locking: bool = False
    client: str = "CLI"
    process: str = "config"


def open_sessions(session: XrSession) -> list[Open]:
    """Return the sessions in configuration mode, and a trial commit."""
    router, found = session.router, []
    if session.where is not None:
        is_locking = router.lock_holder is session
        found.append(Open(number=_OWN, line=LINE, user=session.username, since=session.since, is_locking=is_locking))
    trial = router.commits.trial
    if trial is not None:
        found.append(
            Open(
                number=TRIAL,
                line=LINE,
                user=trial.user,
                since=trial.since,
                client="commit-confirm",
                process="cfgmgr_trial_co",
            )
        )
    for number, (user, since) in enumerate(router.foreign_editors.items(), 2):
        name, is_locking = f"00001000-0006a0{number:02x}-00000000", router.lock_holder == user
        found.append(Open(number=name, line=f"vty{number}", user=user, since=since, is_locking=is_locking))
    return found


@TABLE.show("show configuration sessions", text="Configuration sessions", seconds=0.2)
def show_sessions(session: XrSession, params: Params) -> str:
    """List the sessions in configuration mode; print nothing without any."""
    rows = [
        f"{one.number:<31}{one.line[:10]:<11}{one.user:<9}{one.since:<25}{'*' if one.is_locking else ''}".rstrip()
        for one in open_sessions(session)
    ]
    return "".join(f"{row}\n" for row in [_HEAD, *rows]) if rows else ""


@TABLE.show("show configuration sessions detail", text="Configuration sessions", seconds=0.2)
def show_sessions_detail(session: XrSession, params: Params) -> str:
    """Describe the sessions in configuration mode and a trial commit; print nothing without any."""
    return "\n".join(
        f"  {number}) Session: {one.number}  {one.since}\n"
        f"     Line: {one.line:<31}Lock: {'Reserved' if one.is_locking else 'None'}\n"
        f"     User: {one.user:<31}Client: {one.client}\n"
        f"     Process: {one.process:<28}PID: {29763 + number}\n"
        "     Node:                                Elapsed Time: unknown\n"
        for number, one in enumerate(open_sessions(session), 1)
    )
