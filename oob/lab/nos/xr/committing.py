"""The commands of configuration mode besides its lines: commit, abort, load, and show the target."""

from __future__ import annotations

from oob.lab.dialog import Ask, Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.configuration import TOP
from oob.lab.nos.base.delta import listed
from oob.lab.nos.xr import text
from oob.lab.nos.xr.history import TRIAL, show_sessions, state_before
from oob.lab.nos.xr.session import TABLE, TARGET, XrSession
from oob.lab.nos.xr.target import Failure, Target

SECONDS = 600  # of a confirmed commit that does not say for how long
COMMIT_SECONDS = 1.0
_REPLACES = """This commit will replace or remove the entire running configuration. This
operation can be service affecting.
Do you wish to proceed? [no]: """
_FAILED = """
% Failed to commit one or more configuration items during a pseudo-atomic operation. All changes made have been \
reverted. Please issue 'show configuration failed [inheritance]' from this session to view the errors
"""
_HEAD = "Building configuration...\n!! IOS XR Configuration {version}\n"
_ERRORS = """!! SEMANTIC ERRORS: This configuration was rejected by
!! the system due to semantic errors. The individual
!! errors with each failed configuration command can be
!! found below.


"""


@TABLE.command("configure [terminal]", "configure exclusive", text="Enter configuration mode")
def configure(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Open a target of one's own."""
    router = session.router
    if "exclusive" in words:
        if router.commits.trial is not None:
            yield Say(
                text="Cannot enter exclusive mode. A trial commit is underway in another configuration session.\n"
            )
            return
        if router.lock_holder is not None:
            yield Say(
                text=show_sessions(session, {})
                + "Cannot enter exclusive mode. The Configuration Namespace is locked by another agent.\n"
            )
            return
    session.enter_configuration(exclusive="exclusive" in words)
    yield Say(text="")


_CONFIRMED = "[confirmed] [confirmed <SECONDS:30-65535>] [confirmed minutes <MINUTES:1-1024>]"


@TARGET.command(
    f"commit [best-effort] [replace] [label LABEL] {_CONFIRMED}",
    "commit [replace] [label LABEL] comment COMMENT...",
    text="Commit the configuration changes to running",
)
def commit(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Put the target in force, for good or on trial; without anything new, confirm the trial of this session."""
    router = session.router
    replaces = "replace" in words
    if not replaces and not session.target.changes(router.config):
        if session.has_trial:
            router.commits.confirm()
            yield Say(text="% Confirming commit for trial session.\n")
        else:
            session.target = Target()
            yield Say(text="No configuration changes to commit.\n")
        return
    trial = router.commits.trial
    if trial is not None and not session.has_trial:
        yield Say(text=f"% Cannot commit because there is an unexpired trial/rollback session '{TRIAL}'.\n")
        return
    if router.lock_holder not in (None, session):
        yield Say(text="% Failed to commit .. Another configuration session had a lock on the running configuration.\n")
        return
    if replaces:
        typed = yield Ask(prompt=_REPLACES, quiet=True)
        if not typed.text.strip().lower().startswith("y"):
            return
    yield Wait(seconds=COMMIT_SECONDS / 2)
    router.on_moment("replace")
    config, session.failures = session.target.onto(router.config, replace=replaces)
    if router.fails_now() and not session.failures:
        step = session.target.steps[-1]
        session.failures = [Failure(step=step, why="'cfgmgr' detected the 'fatal' condition 'Verifier timed out'")]
    yield Wait(seconds=COMMIT_SECONDS / 2)
    if session.failures:
        yield Say(text=_FAILED)
        return
    before = router.config
    if "confirmed" in words and router.lock_holder is session:
        router.lock_holder = None  # a trial keeps others out by itself
    if router.body_of(config) == router.body():
        session.target = Target()
        yield Say(text="" if replaces else "No configuration changes to commit.\n")
        return
    router.commits.confirm()
    router.commits.commit(config, session.username, "CLI")
    if "confirmed" in words:
        seconds = int(params["MINUTES"]) * 60 if "MINUTES" in params else int(params.get("SECONDS", SECONDS))
        router.commits.arm(session, session.username, seconds, before)
    session.target = Target()
    session.where = TOP


@TARGET.command("abort", text="Abort this configuration session")
def abort(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Leave configuration mode and drop the target, without a question; a trial of this session is undone."""
    if session.has_trial:
        session.target = Target()
        yield from session.leave_configuration()
        return
    session.drop()
    yield Say(text="")


@TARGET.command("clear", text="Clear the uncommitted configuration")
def clear(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Empty the target."""
    session.target = Target()
    yield Say(text="")


@TARGET.command("root", text="Exit to the global configuration mode")
def root(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Return to the top level of the configuration."""
    session.where = TOP
    yield Say(text="")


@TARGET.command(
    "load rollback changes last <COUNT:1-100>", "load rollback changes to COMMIT", text="Load what undoes commits"
)
def load_rollback(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Put what undoes the last commits into the target."""
    before = state_before(session.router, params)
    if before is None:
        yield Say(text="% The commit database does not hold that many commits\n")
        return
    yield Say(text="Building configuration...\nLoading.\n")
    yield Wait(seconds=0.5)
    session.target.load(session.router.config, before.root)
    yield Say(
        text=f"{len(session.target.steps) * 40} bytes parsed in 1 sec ({len(session.target.steps) * 40})bytes/sec\n"
    )


@TARGET.command("load URL", text="Load a file into the target")
def load(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Put a file into the target."""
    data = session.router.flash.read(params["URL"])
    if data is None:
        yield Say(text=f"Couldn't open file {params['URL']}\n")
        return
    yield Say(text="Loading.\n")
    wanted = session.router.load(data.decode("latin-1"))
    session.target.load(session.router.config.empty(), wanted.root)
    yield Say(text=f"{len(data)} bytes parsed in 1 sec ({len(data)})bytes/sec\n")


@TARGET.show("show", "show configuration", "show configuration merge", text="The target", seconds=0.3)
def show_target(session: XrSession, params: Params) -> str:
    """Print what a commit would change."""
    head = _HEAD.format(version=session.router.version)
    return head + listed(session.target.changes(session.router.config), 1) + "end\n\n"


@TARGET.show("show configuration changes diff", text="What a replacing commit would change", seconds=0.3)
def show_changes(session: XrSession, params: Params) -> str:
    """Show how the running configuration and the target by itself differ."""
    config, _ = session.target.onto(session.router.config, replace=True)
    lines = text.marked(session.router.config.root, config.root)
    return _HEAD.format(version=session.router.version) + "".join(f"{line}\n" for line in lines) + "end\n\n"


@TARGET.show("show commit changes diff", text="What a merging commit would change", seconds=0.3)
def show_merge(session: XrSession, params: Params) -> str:
    """Show the differences between the running configuration and the result of a commit."""
    config, _ = session.target.onto(session.router.config, replace=False)
    lines = text.marked(session.router.config.root, config.root)
    return _HEAD.format(version=session.router.version) + "".join(f"{line}\n" for line in lines) + "end\n\n"


@TARGET.show("show configuration failed [inheritance]", text="Why the last commit failed", seconds=0.2)
@TABLE.show("show configuration failed", text="Why the last commit failed", seconds=0.2)
def show_failed(session: XrSession, params: Params) -> str:
    """Print the lines that could not be committed, each with its reason."""
    if not session.failures:
        return ""
    shown = ""
    for failure in session.failures:
        path = failure.step.where.texts
        shown += "".join(f"{' ' * depth}{line}\n" for depth, line in enumerate(path))
        shown += f"{' ' * len(path)}{failure.step.text}\n!!% {failure.why}\n!\n"
    return _ERRORS + shown + "end\n\n"
