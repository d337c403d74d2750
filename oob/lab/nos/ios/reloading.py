"""`reload`, `reload in` and `reload cancel`."""

from __future__ import annotations

from oob.lab.dialog import Ask, AskKey, Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.ios.reload import BOX
from oob.lab.nos.ios.session import TABLE, IosSession


@TABLE.command("reload", text="Halt and perform a cold restart")
def reload(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Restart, after asking."""
    if (yield from _is_sure(session)):
        yield Say(text="\n")
        yield Wait(seconds=0.5)
        session.router.reload.now(session.who)


@TABLE.command("reload in <MINUTES:1-34560>", text="Reload after a time interval")
def reload_in(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Restart later."""
    router = session.router
    if not (yield from _saved(session)):
        return
    minutes = int(params["MINUTES"])
    yield Say(text=router.reload.announced(minutes, session.who) + "\n")
    yield Say(text="Reload reason: Reload Command\n")
    if not (yield from _confirmed()):
        return
    router.reload.schedule(minutes, session.who)
    router.terminal.interject(BOX.format(f"in {minutes // 60}:{minutes % 60:02d}:00").strip("\n"))


@TABLE.command("reload cancel", text="Cancel pending reload")
def reload_cancel(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Cancel a scheduled reload."""
    if session.router.reload.cancel():
        session.router.terminal.interject(BOX.format("ABORTED").strip("\n"))
    else:
        yield Say(text="%No reload is scheduled.\n")


@TABLE.show("show reload", text="Scheduled reload information", user=True)
def show_reload(session: IosSession, params: Params) -> str:
    """Show the scheduled reload."""
    return (session.router.reload.text or "No reload is scheduled.") + "\n"


def _is_sure(session: IosSession) -> Dialog[bool]:
    return (yield from _saved(session)) and (yield from _confirmed())


def _saved(session: IosSession) -> Dialog[bool]:
    router = session.router
    while router.is_dirty:
        typed = yield Ask(prompt="\nSystem configuration has been modified. Save? [yes/no]: ", quiet=True)
        answer = typed.text.strip().lower()
        if typed.key != "\r":
            return False
        if answer and "yes".startswith(answer):
            yield Say(text="Building configuration...\n")
            yield Wait(seconds=0.5)
            router.save(session.who)
            yield Say(text="[OK]\n")
            return True
        if answer and "no".startswith(answer):
            return True
        yield Say(text="% Please answer 'yes' or 'no'.\n")
    return True


def _confirmed() -> Dialog[bool]:
    key = yield AskKey(prompt="Proceed with reload? [confirm]")
    yield Say(text="\n" if key in "\ryY" else f"{key}\n" if key.isprintable() else "\n")
    return key in "\ryY"
