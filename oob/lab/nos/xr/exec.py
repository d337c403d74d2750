"""Exec commands that change the session or the files."""

from __future__ import annotations

from oob.lab.dialog import AskKey, Dialog, Say, Wait
from oob.lab.nos.base import ping as pings
from oob.lab.nos.base import terminal
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.flash import CAPACITY
from oob.lab.nos.xr.session import TABLE, XrSession

TABLE.command("exit", "logout", "quit", text="Exit from the EXEC")(terminal.leave)
TABLE.command("terminal length <LINES:0-512>", text="Set number of lines on a screen")(terminal.set_length)
TABLE.command("terminal width <COLUMNS:0-512>", text="Set width of the display terminal")(terminal.set_width)
TABLE.command("terminal [no] monitor", "terminal exec-timeout <MINUTES:0-35791>", text="Terminal settings")(
    terminal.ignore
)


@TABLE.command("copy running-config URL", text="Copy the running configuration to a file")
def copy(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Put the running configuration into a file."""
    yield Say(text="Destination file name (control-c to abort): ")
    yield Wait(seconds=0.3)
    session.router.flash.write(params["URL"], session.router.running_config().encode("latin-1", "replace"))
    yield Say(text="\nBuilding configuration.\n[OK]\n")


@TABLE.command("show md5 file URL", text="MD5 of a file")
def md5(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Compute the MD5 of a file."""
    yield Wait(seconds=0.2)
    digest = session.router.flash.md5(params["URL"].lstrip("/"))
    yield Say(text=f"{digest}\n" if digest else f"Error opening file {params['URL']}\n")


@TABLE.command("dir [URL]", text="List files")
def directory(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """List the files on disk."""
    flash = session.router.flash
    rows = [f"  131 -rw-r--r-- 1 {size:>10} {date:%b %d %H:%M} {name}\n" for name, size, date in flash.files()]
    room = f"{CAPACITY // 1024} kbytes total ({flash.free() // 1024} kbytes free)"
    yield Say(text="\nDirectory of disk0:\n" + "".join(rows) + f"\n{room}\n", paged=True)


@TABLE.command("reload", "reload location all", text="Reload the router")
def reload(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Restart, after asking."""
    key = yield AskKey(
        prompt="\nPreparing system for backup. This may take a few minutes especially for large "
        "configurations.\nProceed with reload? [confirm]"
    )
    yield Say(text="\n")
    if key in "\ryY":
        yield Wait(seconds=0.5)
        session.router.reboot()


_OPTIONS = "[count <COUNT:1-2147483647>] [timeout <SECONDS:0-36>] [source SOURCE]"


@TABLE.command(
    f"ping [vrf VRF] [ipv4] <ADDRESS:ip> {_OPTIONS}",
    f"ping [vrf VRF] [ipv6] <ADDRESS:ipv6> {_OPTIONS}",
    text="Send echo messages",
)
def ping(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Ping an address from the router."""
    echo = pings.Echo.of(session.router, params, vrf=params.get("VRF", ""))
    yield from pings.marks(session.router, echo)


@TABLE.command(f"ping [vrf VRF] NAME {_OPTIONS}", text="Send echo messages")
def ping_name(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Ping a host by its name."""
    address = yield from pings.resolve(session.router, "domain name-server")
    if address:
        yield from ping(session, {**params, "ADDRESS": address}, words)
    else:
        yield Say(text="% Bad hostname or protocol not running\n")


_TRACE = "[numeric] [timeout <SECONDS:0-3600>] [probe <COUNT:1-64>] [maxttl <HOPS:0-255>]"


@TABLE.command(f"traceroute [vrf VRF] <ADDRESS:ip> {_TRACE}", text="Trace the route to an address")
def traceroute(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Show the hops to an address."""
    yield from pings.trace(session.router, params["ADDRESS"], params.get("VRF", ""))
