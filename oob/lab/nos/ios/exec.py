"""Exec commands that change the session or the files."""

from __future__ import annotations

from hashlib import md5

from oob.lab.dialog import Ask, AskKey, Dialog, Say, Wait
from oob.lab.nos.base import terminal
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.flash import CAPACITY
from oob.lab.nos.base.place import TOP
from oob.lab.nos.ios import login
from oob.lab.nos.ios.archive import read
from oob.lab.nos.ios.session import TABLE, IosSession
from oob.lab.nos.ios.show_system import running
from oob.lab.nos.ios.startup import replay
from oob.lab.nos.ios.tree import ETX

TABLE.command("exit", "logout", "quit", text="Exit from the EXEC", user=True)(terminal.leave)
TABLE.command("terminal length <LINES:0-512>", text="Set number of lines on a screen", user=True)(terminal.set_length)
TABLE.command("terminal width <COLUMNS:0-512>", text="Set width of the display terminal", user=True)(terminal.set_width)


@TABLE.command("enable [<LEVEL:1-15>]", text="Turn on privileged commands", user=True)
def enable(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Ask for the secret and become privileged."""
    if session.privilege >= 15 or (yield from login.enable(session.router)):
        session.privilege = 15


@TABLE.command("disable [<LEVEL:0-15>]", text="Turn off privileged commands", user=True)
def disable(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Drop the privileges."""
    session.privilege = int(params.get("LEVEL", 1))
    yield Say(text="")


@TABLE.command("configure terminal", text="Configure from the terminal")
def configure_terminal(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Enter configuration mode."""
    holder = session.router.lock.holder
    if holder:
        yield Say(text=f"Configuration mode is locked by user '{holder}' from terminal '2'. Please try later.\n\n")
        return
    yield Say(text="Enter configuration commands, one per line.  End with CNTL/Z.\n")
    session.where = TOP


@TABLE.command("terminal [no] monitor", "terminal exec prompt timestamp", "terminal history size <N:0-256>", user=True)
def terminal_other(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Take settings that make no difference on a console."""
    yield Say(text="% Console already monitors\n" if words == ("terminal", "monitor") else "")


@TABLE.command("write [memory]", text="Write running configuration to memory")
def write_memory(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Save the running configuration."""
    yield Say(text="Building configuration...\n")
    yield from _save(session)


@TABLE.command("copy running-config startup-config", text="Copy from one file to another")
def copy_run_start(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Save the running configuration, after asking for the name."""
    typed = yield Ask(prompt="Destination filename [startup-config]? ", quiet=True)
    if typed.key != "\r":
        return
    yield Say(text="Building configuration...\n")
    yield from _save(session)


def _save(session: IosSession) -> Dialog[None]:
    router = session.router
    yield Wait(seconds=0.6)
    router.save(session.who)
    if router.archive.on_write:
        router.archive.store()
    yield Say(text="[OK]\n")


@TABLE.command("write erase", "erase startup-config", text="Erase nonvolatile memory")
def write_erase(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Forget the start-up configuration."""
    key = yield AskKey(prompt="Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]")
    if key in "\ryY":
        yield Say(text="[OK]\n")
        session.router.flash.delete("nvram:startup-config")
        yield Say(text="Erase of nvram: complete\n")
    else:
        yield Say(text="\n")


@TABLE.command("copy URL running-config", "copy startup-config running-config", text="Copy from one file to another")
def copy_to_running(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Merge a file into the running configuration."""
    router = session.router
    url = params.get("URL", "startup-config")
    typed = yield Ask(prompt="Destination filename [running-config]? ", quiet=True)
    if typed.key != "\r":
        return
    wanted = read(router, url)
    if wanted is None:
        yield Say(text=f"%Error opening {url} (No such file or directory)\n")
        return
    yield Wait(seconds=0.5)
    replay(router.config, wanted)
    router.configured(session.who)
    size = len(router.flash.read(_url(url)) or b"")
    yield Say(text=f"{size} bytes copied in 0.512 secs ({size * 2} bytes/sec)\n\n")


@TABLE.command("copy running-config URL", "copy startup-config URL", "copy URL TARGET", "copy URL startup-config")
def copy_file(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Copy a file, asking for the name it gets."""
    router = session.router
    source, target = words[1], words[2]
    if ":" not in target and target != "startup-config":
        target = "flash:" + target
    name = target.partition(":")[2].lstrip("/") or "startup-config"
    typed = yield Ask(prompt=f"Destination filename [{name}]? ", quiet=True)
    if typed.key != "\r":
        return
    if typed.text.strip():
        target = f"{target.partition(':')[0]}:{typed.text.strip()}" if ":" in target else typed.text.strip()
    running = router.running_config().encode("latin-1", "replace")
    data = running if source == "running-config" else router.flash.read(_url(source))
    if data is None:
        yield Say(text=f"%Error opening {source} (No such file or directory)\n")
        return
    if target != "startup-config" and router.flash.read(target) is not None:
        key = yield AskKey(
            prompt="%Warning:There is a file already existing with this name\nDo you want to over write? [confirm]"
        )
        yield Say(text="\n")
        if key not in "\ryY":
            return
    yield Wait(seconds=0.3)
    router.flash.write(_url(target), data)
    yield Say(text=f"{len(data)} bytes copied in 0.304 secs ({len(data) * 3} bytes/sec)\n\n")


@TABLE.command("delete [/force] [/recursive] URL", text="Delete a file")
def delete(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Remove a file, after asking twice."""
    url = params["URL"]
    if "/force" not in words:
        name = url.partition(":")[2] or url
        typed = yield Ask(prompt=f"Delete filename [{name}]? ", quiet=True)
        if typed.key != "\r" or (yield AskKey(prompt=f"Delete {url}? [confirm]")) not in "\ryY":
            yield Say(text="\n")
            return
        yield Say(text="\n")
    if not session.router.flash.delete(url) and "/force" not in words:
        yield Say(text=f"%Error deleting {url} (No such file or directory)\n")


@TABLE.command("verify /md5 URL [HASH]", text="Verify a file")
def verify(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Compute the MD5 of a file."""
    url = params["URL"]
    digest = session.router.flash.md5(_url(url))
    if url == "system:running-config":
        printed = running(session.router).partition("\n")[2].replace("^C", ETX).encode("latin-1", "replace")
        digest = md5(printed, usedforsecurity=False).hexdigest()
    if digest is None:
        yield Say(text=f"%Error verifying {url} (No such file or directory)\n")
        return
    yield Say(text="." * 8)
    yield Wait(seconds=0.2)
    if "HASH" in params and params["HASH"].lower() != digest:
        yield Say(text=f"Done!\n%Error verifying {url}\nComputed signature  = {digest}\n")
        yield Say(text=f"Submitted signature = {params['HASH']}\n")
        return
    verb = "Verified " if "HASH" in params else "verify /md5 "
    yield Say(text=f"Done!\n{verb}({url}) = {digest}\n\n")


@TABLE.command("more URL", "show file URL", text="Display the contents of a file")
def more(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Print a file."""
    data = session.router.flash.read(_url(params["URL"]))
    if data is None:
        yield Say(text=f"%Error opening {params['URL']} (No such file or directory)\n")
        return
    text = data.decode("latin-1").replace("\r\n", "\n").replace(ETX, "^C")
    yield session.output(text if text.endswith("\n") else text + "\n")


@TABLE.command("dir [URL]", text="List files on a filesystem", user=True)
def directory(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """List files."""
    url = params.get("URL", "flash:")
    disk, _, name = url.partition(":")
    flash = session.router.flash
    files = [row for row in flash.files() if not name.strip("/") or row[0] == name.strip("/")]
    if disk == "nvram":
        size = len(flash.read("nvram:startup-config") or b"")
        yield Say(
            text=f"Directory of nvram:/\n\n    1  -rw-  {size:>15}                    <no date>  startup-config\n\n"
        )
        yield Say(text="33554432 bytes total (33538048 bytes free)\n")
        return
    if name.strip("/") and not files:
        yield Say(text=f"%Error opening {url} (No such file or directory)\n")
        return
    shown = f"{disk or 'flash'}:/{name.strip('/')}"
    rows = [
        f"{number:>5}  -rw-  {size:>15}  {date:%b} {date.day:>2} {date:%Y %H:%M:%S} +00:00  {file}\n"
        for number, (file, size, date) in enumerate(files, 11)
    ]
    text = f"Directory of {shown}\n\n{''.join(rows) or 'No files in directory' + chr(10)}\n"
    text += f"{CAPACITY} bytes total ({flash.free()} bytes free)\n"
    yield session.output(text)


@TABLE.command("clear logging", "clear counters [INTERFACE]", "clear line NUMBER", text="Reset functions")
def clear(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Reset counters or a session."""
    key = yield AskKey(prompt="[confirm]")
    yield Say(text="\n")
    if words[1] == "logging" and key in "\ryY":
        session.router.log.clear()


def _url(url: str) -> str:
    return "nvram:startup-config" if url == "startup-config" else url
