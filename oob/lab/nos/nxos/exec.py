"""Commands that change the session or the files."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base import ping as pings
from oob.lab.nos.base import terminal
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.flash import CAPACITY
from oob.lab.nos.base.login import ask_servers
from oob.lab.nos.base.router import replay
from oob.lab.nos.base.tcl import Shell
from oob.lab.nos.nxos.session import TABLE, NxosSession

STARTUP = "nvram:startup-config"


TABLE.command("exit", "logout", text="Exit from command interpreter")(terminal.leave)
TABLE.command("enable", "disable", text="Switch roles")(terminal.ignore)
TABLE.command("terminal length <LINES:0-511>", text="Set number of lines on the screen")(terminal.set_length)
TABLE.command("terminal width <COLUMNS:24-511>", text="Set width of the display terminal")(terminal.set_width)
TABLE.command("terminal [no] monitor", "terminal session-timeout <MINUTES:0-525600>", text="Terminal settings")(
    terminal.ignore
)


def read(session: NxosSession, url: str) -> str | None:
    """Return the text at *url*: a file or a configuration."""
    if url in ("running-config", "startup-config"):
        router = session.router
        return router.running_config() if url == "running-config" else router.startup_config() or None
    data = session.router.flash.read(url)
    return data.decode("latin-1") if data is not None else None


@TABLE.command("configure [terminal]", text="Enter configuration mode")
def configure(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Enter configuration mode."""
    yield Say(text="Enter configuration commands, one per line. End with CNTL/Z.\n")
    session.enter_configuration()


@TABLE.command("terminal dont-ask", "no terminal dont-ask", "terminal no dont-ask", text="Answer questions with yes")
def terminal_dont_ask(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Stop asking, or ask again."""
    session.router.asks = "no" in words
    yield Say(text="")


@TABLE.command("copy running-config startup-config [vdc-all]", text="Copy from one file to another")
def save(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Save the running configuration to start-up, with a progress bar on one line."""
    for done in (1, 10, 20, 40):
        yield Say(text=f"\r[{'#' * done:<40}] {done * 100 // 40:>3}%")
        yield Wait(seconds=0.4)
    session.router.save()
    yield Say(text="\nCopy complete, now saving to disk (please wait)...\n")
    yield Wait(seconds=0.4)
    yield Say(text="Copy complete.\n")


@TABLE.command("copy SOURCE URL", "copy running-config URL", "copy startup-config URL", text="Copy a file")
def copy(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Copy a file or a configuration; into the running configuration it is merged line by line."""
    router, url = session.router, words[2]
    content = read(session, words[1])
    if content is None:
        yield Say(text=f"No such file or directory ({words[1]})\n")
        return
    yield Wait(seconds=0.3)
    if url == "running-config":
        for line, _ in replay(router.config, router.parse(content)):
            yield Say(text=f"Syntax error while parsing '{line}'\n")
        router.configured()
    elif url == "startup-config":
        router.flash.write(STARTUP, content.encode("latin-1", "replace"))
    elif not router.flash.can_hold(url):
        yield Say(text=f"Invalid destination ({url})\n")
        return
    else:
        exists = router.flash.read(url) is not None
        question = "Warning: There is already a file existing with this name. Do you want to overwrite (y/n)?[n] "
        if exists and not (yield from session.confirm(question)):
            return
        router.flash.write(url, content.encode("latin-1", "replace"))
    yield Say(text="Copy complete, now saving to disk (please wait)...\nCopy complete.\n")


@TABLE.command("delete URL [no-prompt]", text="Delete a file")
def delete(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Remove a file, after asking."""
    url = params["URL"]
    asks = "no-prompt" not in words
    if asks and not (yield from session.confirm(f'Do you want to delete "/{url}" ? (yes/no/abort)   [y] ')):
        return
    if not session.router.flash.delete(url):
        yield Say(text="No such file or directory\n")


@TABLE.command("dir [URL]", text="List files")
def directory(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """List the files on flash."""
    flash = session.router.flash
    wanted = params.get("URL", "").partition(":")[2].strip("/")
    rows = [row for row in flash.files() if wanted in ("", row[0])]
    if wanted and not rows:
        yield Say(text="No such file or directory\n")
        return
    text = "".join(f"{size:>12}    {date:%b %d %H:%M:%S %Y}  {name}\n" for name, size, date in rows)
    used = f" 5044158464 bytes used\n{flash.free()} bytes free\n{CAPACITY} bytes total\n"
    shown = f"{text}\nUsage for bootflash://sup-local\n{used}"
    yield session.output(shown)


@TABLE.command("show file URL", text="Display a file")
def show_file(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Print a file."""
    content = read(session, params["URL"])
    shown = content if content is not None else "No such file or directory\n"
    yield session.output(shown)


@TABLE.command("show file URL md5sum", text="MD5 of a file")
def show_md5(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Compute the MD5 of a file."""
    yield Wait(seconds=0.2)
    yield Say(text=f"{session.router.flash.md5(params['URL']) or 'No such file or directory'}\n")


@TABLE.command("tclsh", text="Tool Command Language shell")
def tclsh(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Run Tcl, whose files have the paths of Linux."""
    router = session.router
    shell = Shell(
        flash=router.flash,
        prompt=lambda: f"\r{router.hostname}-tcl# ",
        more="> ",
        execute=session.execute,
        url=lambda name: "bootflash:" + name.removeprefix("/bootflash/"),
    )
    yield from shell.run()


@TABLE.command("write erase", text="Erase the start-up configuration")
def write_erase(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Forget the start-up configuration and all checkpoints."""
    yield Say(text="Warning: This command will erase the startup-configuration.\n")
    if (yield from session.confirm("Do you wish to proceed anyway? (y/n)  [n] ")):
        session.router.flash.delete(STARTUP)
        session.router.checkpoints.clear()


@TABLE.command("reload", text="Reboot the switch")
def reload(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Restart, after asking."""
    router = session.router
    if (yield from session.confirm("This command will reboot the system. (y/n)?  [n] ")):
        yield Say(text="\n2026 reloading: CLI requested\n")
        yield Wait(seconds=0.5)
        router.reboot()


_OPTIONS = "[vrf VRF] [count <COUNT:1-655350>] [timeout <SECONDS:1-60>] [source SOURCE]"


@TABLE.command(f"ping <ADDRESS:ip> {_OPTIONS}", f"ping6 <ADDRESS:ipv6> {_OPTIONS}", text="Test connectivity")
def ping(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Ping an address from the switch."""
    router = session.router
    echo = pings.Echo.of(router, params, vrf=params.get("VRF", ""))
    yield Say(text=f"PING {echo.host} ({echo.address}): 56 data bytes\n")
    answered = 0
    for number in range(echo.count):
        reached = router.network.reachable(router.name, echo.address, echo.vrf, echo.source)
        yield Wait(seconds=0.002 if reached else echo.silence)
        answered += reached
        reply = f"64 bytes from {echo.address}: icmp_seq={number} ttl=254 time=0.{500 + number} ms\n"
        yield Say(text=reply if reached else f"Request {number} timed out\n")
    lost = 100 * (echo.count - answered) / echo.count
    yield Say(text=f"\n--- {echo.host} ping statistics ---\n")
    yield Say(text=f"{echo.count} packets transmitted, {answered} packets received, {lost:.2f}% packet loss\n")
    if answered:
        yield Say(text="round-trip min/avg/max = 0.5/0.502/0.504 ms\n")


@TABLE.command(f"ping NAME {_OPTIONS}", text="Test connectivity")
def ping_name(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Ping a host by its name."""
    address = yield from pings.resolve(session.router, "ip name-server")
    if address:
        yield from ping(session, {**params, "ADDRESS": address}, words)
    else:
        yield Say(text=f"% Invalid host/interface {params['NAME']}\n")


_DECIDED = {
    True: "user has been authenticated\n",
    False: "user has failed authentication\n",
    None: "error authenticating to server\n",  # not shown by any source
}


@TABLE.command("test aaa group NAME USER PASSWORD", text="Test a server group")
def test_group(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Ask the servers of a group about a login."""
    decided = yield from ask_servers(session.router, params["USER"], params["PASSWORD"])
    yield Say(text=_DECIDED[decided])


@TABLE.command("traceroute <ADDRESS:ip> [vrf VRF]", text="Trace the route to an address")
def traceroute(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Show the hops to an address."""
    yield from pings.trace(session.router, params["ADDRESS"], params.get("VRF", ""))


@TABLE.command("clear logging logfile", "clear line NAME", text="Reset functions")
def clear(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Empty the log."""
    if "logging" in words:
        session.router.log.clear()
    yield Say(text="")
