"""`configure replace`, `confirm`, `revert` and the configuration lock."""

from __future__ import annotations

from oob.lab.dialog import Ask, AskKey, Dialog, Say, TypedLine, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.place import TOP
from oob.lab.nos.base.stamp import long_date
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.ios.archive import read
from oob.lab.nos.ios.rollback import NEEDS_ARCHIVE, NOTHING_PENDING
from oob.lab.nos.ios.router import IosRouter
from oob.lab.nos.ios.session import TABLE, IosSession

_QUESTION = """This will apply all necessary additions and deletions
to replace the current running configuration with the
contents of the specified configuration file, which is
assumed to be a complete configuration, not a partial
configuration. Enter Y if you are sure you want to proceed. ? [no]: """
_HALF = "Overwriting with a file sized 50% or less than running config's. Proceed? [no]: "
_OPTIONS = (
    "[nolock] [list] [force] [ignorecase] [revert trigger error] [revert trigger error timer <MINUTES:1-120>] "
    "[revert trigger timer <MINUTES:1-120>] [time <MINUTES:1-120>]"
)


@TABLE.command(f"configure replace URL {_OPTIONS}", text="Replace the running-config with a new config file")
def configure_replace(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Replace the running configuration by a file's."""
    router, url = session.router, params["URL"]
    minutes = int(params.get("MINUTES", 0))
    needs_archive = bool(minutes) or "revert" in words
    refusal, target = _checked(router, url, session.who, needs_archive)
    if target is None:
        yield Say(text=refusal)
        return
    if not (yield from _is_wanted(router, url, "force" in words)):
        yield Say(text="\nTotal number of passes: 0\nRollback aborted\n\n")
        return
    if not router.lock.take(session.who):
        yield Say(text=f"Configuration mode is locked by user '{router.lock.holder}' from terminal '2'.\n\n")
        return
    router.say("Rollback:Acquired Configuration lock.")
    backup = ""
    if needs_archive:
        yield Wait(seconds=0.3)
        backup = router.archive.store()
        if minutes:
            yield Say(text=f"Rollback Confirmed Change: Backing up current running config to {backup}\n\n")
            router.rollback.arm(session.who, minutes, backup)
    try:
        replaced = yield from router.rollback.replace(
            target, is_listed="list" in words, on_error=backup if "error" in words else ""
        )
        if not replaced and "error" in words and minutes:
            router.rollback.forget()
    finally:
        router.lock.give(session.who)


def _checked(router: IosRouter, url: str, who: str, needs_archive: bool) -> tuple[str, ConfigLine | None]:
    """Return the refusal of *url*, or its configuration."""
    if needs_archive and not router.archive.path:
        return NEEDS_ARCHIVE, None
    if needs_archive and router.rollback.pending is not None:
        return f"%Rollback Confirmed Change is already pending for user {router.rollback.pending.user}\n", None
    target = read(router, url)
    if target is None:
        return f"%Error opening {url} (No such file or directory)\n", None
    data = (router.flash.read(url) or b"version\nend").decode("latin-1")
    return ("", target) if _is_configuration(data) else ("%The input file is not a valid config file.\n", None)


def _is_configuration(text: str) -> bool:
    """Tell whether IOS takes *text* for a configuration: from `version`, below comments alone, to `end`.

    Sources: NAPALM's issue 653 (a first line `Using 1316 out of 196600 bytes`) and napalm-ansible's issue 54 (a file of
    21 bytes).
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("!")]
    return bool(lines) and lines[0].startswith("version") and lines[-1].strip() == "end"


def _is_wanted(router: IosRouter, url: str, force: bool) -> Dialog[bool]:
    if not force:
        typed = yield Ask(prompt=_QUESTION, quiet=True)
        if not _says_yes(typed):
            return False
        yield Say(text="\n")
    size = len(router.flash.read(url) or b"") or len(router.running_config())
    if 2 * size <= len(router.running_config()):
        typed = yield Ask(prompt=_HALF, quiet=True)
        return _says_yes(typed)
    return True


def _says_yes(typed: TypedLine) -> bool:
    return bool(typed.text.strip()) and "yes".startswith(typed.text.strip().lower())


@TABLE.command("configure confirm", text="Confirm replacement of running-config with a new config file")
def configure_confirm(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Confirm the new configuration."""
    yield Say(text=session.router.rollback.confirm(session.who))


@TABLE.command("configure revert now", "configure revert timer <MINUTES:1-120>", text="Parameters for reverting")
def configure_revert(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Roll back now, or set another time."""
    rollback = session.router.rollback
    pending = rollback.pending
    if pending is None:
        yield Say(text=NOTHING_PENDING)
    elif "MINUTES" in params:
        rollback.arm(pending.user, int(params["MINUTES"]), pending.file)
    else:
        rollback.forget()
        yield Say(text=f"Rollback Confirmed Change: Rollback immediately.\n\nrolling to:{pending.file}\n")
        target = read(session.router, pending.file)
        if target is not None:
            yield from rollback.replace(target, is_listed=False)


@TABLE.command("configure terminal revert timer <MINUTES:1-120>", text="Configure, and go back unless confirmed")
def configure_terminal_revert(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Enter configuration mode with a timer armed."""
    router = session.router
    if not router.archive.path:
        yield Say(text=NEEDS_ARCHIVE)
        return
    yield Wait(seconds=0.3)
    backup = router.archive.store()
    yield Say(text=f"Rollback Confirmed Change: Backing up current running config to {backup}\n\n")
    router.rollback.arm(session.who, int(params["MINUTES"]), backup)
    yield Say(text="Enter configuration commands, one per line.  End with CNTL/Z.\n")
    session.where = TOP


@TABLE.show("show archive config rollback timer", text="Settings of the rollback timer")
def show_timer(session: IosSession, params: Params) -> str:
    """Describe an armed timer."""
    pending = session.router.rollback.pending
    if pending is None:
        return NOTHING_PENDING
    return (
        f"Time configured(or reset): {long_date(pending.set_at)}\nTimer type: absolute timer\n"
        f"Timer value: {pending.minutes} min\nUser: {pending.user}\n"
    )


@TABLE.show("show configuration lock", text="Who holds the configuration lock")
def show_lock(session: IosSession, params: Params) -> str:
    """Describe the lock."""
    holder = session.router.lock.holder
    if not holder:
        return "Parser Configure Lock\n---------------------\nOwner PID         : -1\n"
    return (
        "Parser Configure Lock\n---------------------\nOwner PID         : 543\n"
        f"User              : {holder}\nTTY               : 2\nType              : EXCLUSIVE\n"
        "State             : LOCKED\n"
    )


@TABLE.command("clear configuration lock", text="Take the configuration lock from its holder")
def clear_lock(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Free the lock."""
    holder = session.router.lock.holder
    if holder and (yield AskKey(prompt=f"Clear configuration lock of user {holder}? [confirm]")) not in "\ryY":
        yield Say(text="\n")
        return
    yield Say(text="\n" if holder else "")
    session.router.lock.holder = ""
