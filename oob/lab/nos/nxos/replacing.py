"""`configure replace`: replace the running configuration by a file, with or without a commit timer."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.nxos.rollback import EMPTY, PHASE_SECONDS, absent, execute, find, patch
from oob.lab.nos.nxos.session import TABLE, NxosSession

_ADVICE = """ADVISORY: Config Replace operation started...
Modifying running configuration from another VSH terminal in parallel
is not recommended, as this may lead to Config Replace failure.

"""
_DONE = (
    "\nConfigure replace completed successfully. Please run 'show config-replace log exec' to see if there is any "
    "configuration that requires reload to take effect.\n\n"
)


@TABLE.command("configure replace commit", text="Confirm a configuration that was replaced")
def commit(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Confirm the replace."""
    confirmed = session.router.timer.disarm()
    yield Say(text="" if confirmed is not None else "ERROR: No config-replace commit timer is running\n")


@TABLE.command(
    "configure replace URL [verify-only] [best-effort] [verbose] [commit-timeout <SECONDS:30-3600>]",
    text="Replace the running configuration with a file",
)
def replace(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Replace the running configuration by a file."""
    router = session.router
    target = find(router, "file", params["URL"])
    if target is None:
        yield Say(text=absent("file", params["URL"]))
        return
    if router.timer.pending is not None:
        yield Say(text="ERROR: A config-replace commit timer is running\n")
        return
    stated = target.value("version")
    match = "match" if stated is None or stated.split()[0] == router.version else "mismatch"
    yield Say(text=f"Version {match} between user file and running configuration.\n")
    yield Say(text="Pre-check for User config PASSED\n")
    if "verify-only" in words:
        yield Wait(seconds=PHASE_SECONDS)
        yield Say(text="Patch validation completed successful\n")
        return
    yield Say(text=_ADVICE + "Collecting Running-Config\n")
    yield Wait(seconds=PHASE_SECONDS)
    yield Say(text="Generating Rollback Patch\n")
    yield Wait(seconds=PHASE_SECONDS)
    before = router.config.copy()
    if router.fails_now():
        yield Say(text="ERROR: Rollback patch computation failed\n\nConfigure replace failed.\n")
        return
    if patch(router, router.config.root, target):
        done = yield from execute(
            session, target, "best-effort" if "best-effort" in words else "atomic", verbose="verbose" in words
        )
    else:
        done = True
        yield Say(text=EMPTY)
    router.history = [f"Operation Status: {'Success' if done else 'Failed'}"]
    if done and "SECONDS" in params:
        router.timer.arm(before, int(params["SECONDS"]))
    yield Say(text=_DONE if done else "\nConfigure replace failed.\n\n")


@TABLE.show("show config-replace status", text="Status of the last replacement")
def show_status(session: NxosSession, params: Params) -> str:
    """Tell how the last replacement ended, and whether it waits to be confirmed."""
    router = session.router
    text = "Last operation : Config-replace to user config\nDetails:\n  Config-replace type: atomic\n"
    text += "".join(f"  {line}\n" for line in router.history)
    if router.timer.pending is not None:
        left = int(router.timer.seconds_left)
        text += f"  Commit Status: Pending\n  Commit Timeout Remaining: {left} seconds\n"
    return text


@TABLE.show("show config-replace log exec|verify", text="Log of the last replacement")
def show_log(session: NxosSession, params: Params) -> str:
    """Print what the last replacement did."""
    return "Operation            : Config-replace to user config\n" + "".join(
        f"{line}\n" for line in session.router.history
    )
