"""Files: `copy`, `dir`, `more`, `verify`, `delete`, and copies to the configuration."""

from __future__ import annotations

from oob.lab.dialog import CTRL_C, CTRL_D, Ask, Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.flash import CAPACITY
from oob.lab.nos.eos import text
from oob.lab.nos.eos.session import TABLE, EosSession

DONE = "Copy completed successfully.\n"
LINE_SECONDS = 0.002


def read(session: EosSession, url: str) -> str | None:
    """Return the text at *url*: a file, a checkpoint, or a configuration."""
    router = session.router
    name = url.partition(":")[2].lstrip("/")
    if url in ("running-config", "system:running-config", "system:/running-config"):
        return router.running_config()
    if url in ("session-config", "session:session-config"):
        config = session.config if session.candidate else None
        return whole(session, config) if config else None
    if url == "startup-config":
        return router.startup_config() or None
    if url.startswith("checkpoint:"):
        kept = router.checkpoints.find(name)
        return kept.text if kept else None
    data = router.flash.read(url)
    return data.decode("latin-1") if data is not None else None


def whole(session: EosSession, config: Configuration) -> str:
    """Return a configuration that is not in force, as it would be printed."""
    return session.router.header("session-config") + text.body(config.root) + "!\nend\n"


def missing(url: str) -> str:
    """Return what EOS says of a file that is not there."""
    return f"% Error copying {url} (No such file or directory)\n"


@TABLE.command("copy terminal: URL", text="Copy typed text")
def copy_terminal(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Read lines until Ctrl-D; they become a file, or go into the session or the running configuration."""
    yield Say(text="enter input line by line; when done enter one or more control-d\n")
    received: list[str] = []
    while True:
        typed = yield Ask(prompt="", quiet=True, ends=CTRL_C + CTRL_D)
        if typed.key == CTRL_C:
            return
        if typed.key == CTRL_D:
            break
        received.append(typed.text)
    yield from _put(session, "\n".join(received) + "\n", params["URL"])


@TABLE.command("copy SOURCE URL", "copy running-config URL", text="Copy a file")
def copy(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Copy a file or a configuration."""
    source = read(session, words[1])
    if source is None:
        yield Say(text=missing(words[1]))
        return
    yield from _put(session, source, params["URL"])


def _put(session: EosSession, content: str, url: str) -> Dialog[None]:
    router = session.router
    yield Wait(seconds=0.2 + LINE_SECONDS * content.count("\n"))
    if url in ("running-config", "session-config"):
        if url == "session-config" and session.candidate is None:
            yield Say(text="% Error copying to session-config (not in a configuration session)\n")
            return
        config = session.config if url == "session-config" else router.config
        for bad in text.take(config, content):
            yield Say(text=f"{bad}\n")
        if config is router.config:
            router.configured()
    elif url == "startup-config":
        router.flash.write("flash:startup-config", content.encode("latin-1", "replace"))
    elif router.flash.can_hold(url):
        router.flash.write(url, content.encode("latin-1", "replace"))
    else:
        yield Say(text=f"% Error copying to {url} (Invalid argument)\n")
        return
    yield Say(text=DONE)


@TABLE.command("more URL", "show file URL", text="Display the contents of a file")
def more(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Print a file or a checkpoint."""
    content = read(session, params["URL"])
    if content is None:
        yield Say(text=f"% Error displaying {params['URL']} (No such file or directory)\n")
        return
    yield session.output(content)


@TABLE.command("verify /md5 URL", text="Verify a file")
def verify(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Compute the MD5 of a file."""
    url = params["URL"]
    digest = session.router.flash.md5(url)
    yield Wait(seconds=0.2)
    yield Say(
        text=f"verify /md5 ({url}) = {digest}\n" if digest else f"% Error verifying {url} (No such file or directory)\n"
    )


@TABLE.command("dir [URL]", text="List files", user=True)
def directory(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """List the files on flash."""
    flash = session.router.flash
    rows = [
        f"       -rw-  {size:>14}  {date:%b} {date.day:>2} {date:%H:%M}  {name}\n" for name, size, date in flash.files()
    ]
    shown = "Directory of flash:/\n\n" + "".join(rows) + f"\n{CAPACITY} bytes total ({flash.free()} bytes free)\n"
    yield session.output(shown)


@TABLE.command("delete URL", text="Delete a file")
def delete(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Remove a file."""
    url = params["URL"]
    if url.startswith("checkpoint:"):
        session.router.checkpoints.delete(url.partition(":")[2].lstrip("/"))
        yield Say(text="")
    else:
        found = session.router.flash.delete(url)
        yield Say(text="" if found else f"% Error deleting {url} (No such file or directory)\n")
