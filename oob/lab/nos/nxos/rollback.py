"""Checkpoints, and rolling back to one: a patch is worked out, executed and verified."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.configuration import Configuration, Rejected
from oob.lab.nos.base.delta import PlacedCommand, commands, listed
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.nxos.router import NxosRouter
from oob.lab.nos.nxos.session import TABLE, NxosSession

STEP_SECONDS = 0.02
PHASE_SECONDS = 0.6
EMPTY = "Rollback Patch is Empty\n"
_RULE = "-" * 80 + "\n"


# --- what a configuration is called in commands


def find(router: NxosRouter, kind: str, name: str) -> ConfigLine | None:
    """Return the configuration that `checkpoint NAME`, `file URL`, `running-config` or `startup-config` stands for."""
    if kind == "running-config":
        return router.config.root
    if kind == "startup-config":
        return router.parse(router.startup_config())
    if kind == "checkpoint":
        kept = router.checkpoints.find(name)
        return router.parse(kept.text) if kept else None
    data = router.flash.read(name)
    return router.parse(data.decode("latin-1")) if data is not None else None


def absent(kind: str, name: str) -> str:
    """Return what NX-OS says of something that is not there."""
    return f"ERROR: {'Checkpoint' if kind == 'checkpoint' else 'File'} {name} does not exist\n"


def patch(router: NxosRouter, source: ConfigLine, target: ConfigLine) -> list[PlacedCommand]:
    """Return the commands that lead from *source* to *target*."""
    config = Configuration(router.language, router.physical, source)
    return commands(config, without_version(target))


def without_version(root: ConfigLine) -> ConfigLine:
    """Return a configuration without the line that names the software."""
    return ConfigLine("", [line for line in root.children if not line.text.startswith("version ")])


@TABLE.command(
    "checkpoint [NAME]", "checkpoint NAME description TEXT...", text="Create configuration rollback checkpoint"
)
def checkpoint(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Save the running configuration as a checkpoint."""
    yield Wait(seconds=PHASE_SECONDS)
    yield Say(text="...")
    named = session.router.checkpoints.save(params.get("NAME", ""), session.username, params.get("TEXT", "None"))
    yield Say(text="Done\n" if "NAME" in params else f"{named} created Successfully\n\nDone\n")


@TABLE.command("checkpoint file URL", text="Create a checkpoint file")
def checkpoint_file(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Save the running configuration in a file."""
    yield Wait(seconds=PHASE_SECONDS)
    session.router.flash.write(params["URL"], session.router.printed(session.router.config.root).encode())
    yield Say(text="Done\n")


@TABLE.command("no checkpoint NAME", "clear checkpoint database", text="Delete checkpoints")
def checkpoint_delete(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Drop a checkpoint, or all."""
    checkpoints = session.router.checkpoints
    if "NAME" in params:
        checkpoints.delete(params["NAME"])
    else:
        checkpoints.clear()
    yield Say(text="." * 10 + "Done\n")


@TABLE.show("show checkpoint summary [user|system]", text="Summary of checkpoints")
def show_checkpoints(session: NxosSession, params: Params) -> str:
    """List the checkpoints."""
    text, number = "", 0
    for title, is_system in (("User", False), ("System", True)):
        kept = [one for one in session.router.checkpoints.all if one.name.startswith("system-") is is_system]
        if kept:
            text += f"{title} Checkpoint Summary\n{_RULE}"
        for one in kept:
            number += 1
            text += f"{number}) {one.name}:\nCreated by {one.user}\nCreated at {one.at}\n"
            text += f"Size is {len(one.text):,} bytes\nDescription: {one.about}\n\n"
    return text


@TABLE.show("show checkpoint", "show checkpoint NAME", text="Contents of checkpoints")
def show_checkpoint(session: NxosSession, params: Params) -> str:
    """Print one checkpoint, or all."""
    kept = [one for one in session.router.checkpoints.all if params.get("NAME", one.name) == one.name]
    return "".join(f"{_RULE}Name: {one.name}\n\n{one.text}" for one in kept)


def _both() -> list[str]:
    sources = ("checkpoint SOURCE", "file SOURCE", "running-config", "startup-config")
    targets = ("checkpoint TARGET", "file TARGET", "running-config", "startup-config")
    return [f"show diff rollback-patch {source} {target}" for source in sources for target in targets]


@TABLE.command(*_both(), text="Differences as a rollback patch")
def show_patch(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Show the commands that lead from one configuration to another."""
    router = session.router
    kinds = [word for word in words[3:] if word in ("checkpoint", "file", "running-config", "startup-config")]
    if "running-config" in kinds:
        yield Say(text="Collecting Running-Config\n")
    yield Wait(seconds=PHASE_SECONDS)
    found = []
    for kind, name in zip(kinds, (params.get("SOURCE", ""), params.get("TARGET", "")), strict=True):
        root = find(router, kind, name)
        if root is None:
            yield Say(text=absent(kind, name))
            return
        found.append(without_version(root))
    yield Say(text="#Generating Rollback Patch\n")
    yield Wait(seconds=PHASE_SECONDS)
    steps = patch(router, *found)
    yield Say(text=("!!\n" + listed(steps, 2) if steps else EMPTY), paged=True, breakable=True)


# --- rolling back


@TABLE.command(
    *(
        f"rollback running-config {what} [atomic|best-effort|stop-at-first-failure] [verbose]"
        for what in ("checkpoint NAME", "file URL")
    ),
    text="Perform configuration rollback",
)
def rollback(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Roll the running configuration back to a checkpoint or a file."""
    router = session.router
    kind = "checkpoint" if "NAME" in params else "file"
    name = params.get("NAME") or params["URL"]
    target = find(router, kind, name)
    if target is None:
        yield Say(text=absent(kind, name))
        return
    how = next((word for word in ("best-effort", "stop-at-first-failure") if word in words), "atomic")
    yield Say(text="Note: Applying config parallelly may fail Rollback verification\nCollecting Running-Config\n")
    yield Wait(seconds=PHASE_SECONDS)
    yield Say(text="#Generating Rollback Patch\n")
    yield Wait(seconds=PHASE_SECONDS)
    if router.fails_now():
        router.history = ["Operation Status: Failed"]
        yield Say(text="ERROR: Rollback patch computation failed\n\nRollback failed.\n")
        return
    if not patch(router, router.config.root, target):
        router.history = ["Operation Status: Success"]
        yield Say(text=EMPTY + "\nRollback completed successfully.\n\n")
        return
    done = yield from execute(session, target, how, verbose="verbose" in words)
    router.history = [f"Operation Status: {'Success' if done else 'Failed'}"]
    yield Say(text="\nRollback completed successfully.\n\n" if done else "\nRollback failed.\n\n")


def execute(session: NxosSession, target: ConfigLine, how: str, *, verbose: bool) -> Dialog[bool]:
    """Execute the patch and verify the result; return whether the target is in force."""
    router = session.router
    before = router.config.copy()
    steps = patch(router, router.config.root, target)
    yield Say(text="Executing Rollback Patch\n")
    if verbose:
        yield Say(text=listed(steps, 2))
    yield from _type(session, steps, stops=how == "stop-at-first-failure")
    yield Say(text="Generating Running-config for verification\n")
    yield Wait(seconds=PHASE_SECONDS)
    yield Say(text="Generating Patch for verification\n")
    yield Wait(seconds=PHASE_SECONDS)
    if not patch(router, router.config.root, target):
        yield Say(text="Verification is Successful.\n")
        return True
    if how != "atomic":
        yield Say(text="Verification failed\n")
        return False
    yield Say(text="Verification failed, Rolling back to previous configuration\nCollecting Running-Config\n")
    yield Say(text="Generating Rollback Patch\nExecuting Rollback Patch\n")
    yield Wait(seconds=PHASE_SECONDS)
    router.config = before
    router.configured()
    yield Say(text="Generating Running-config for verification\nRollback Patch is Empty\n")
    yield Say(text="Rolling back to previous configuration is successful\n")
    return False


def _type(session: NxosSession, steps: list[PlacedCommand], *, stops: bool) -> Dialog[None]:
    router = session.router
    for number, step in enumerate(steps):
        if number == len(steps) // 2:
            router.on_moment("replace")
        yield Wait(seconds=STEP_SECONDS)
        try:
            router.config.apply(step.where, step.text)
        except (RefusedCommand, Rejected):
            yield Say(text=f"`{step.text}`\nSyntax error while parsing '{step.text}'\n\n")
            if stops:
                return
            continue
        if step.text.startswith("no feature "):
            router.feature_gone(step.text.removeprefix("no feature "), session.username)
        router.configured()


@TABLE.show("show rollback status", text="Status of the last rollback")
def show_status(session: NxosSession, params: Params) -> str:
    """Tell how the last rollback ended."""
    return "Last operation : Rollback to checkpoint\nDetails:\n" + "".join(
        f"  {line}\n" for line in session.router.history
    )
