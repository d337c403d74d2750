"""Commands that change the session or the files."""

from __future__ import annotations

from oob.lab.dialog import CTRL_C, Ask, AskKey, Dialog, Say, Wait
from oob.lab.nos.base import ping as pings
from oob.lab.nos.base import terminal
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.login import PATIENCE
from oob.lab.nos.base.secret import matches
from oob.lab.nos.eos.session import TABLE, EosSession

TRIES = 3


TABLE.command("exit", "logout", "quit", text="Leave the CLI", user=True)(terminal.leave)
TABLE.command("terminal [no] monitor", text="Log to this terminal", user=True)(terminal.ignore)


@TABLE.command("enable [<LEVEL:0-15>]", text="Turn on privileged commands", user=True)
def enable(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Ask for the secret, where there is one, and become privileged."""
    stored = (session.router.config.root.value("enable secret") or "").split()
    for _ in range(TRIES if stored and session.privilege < 15 else 0):
        typed = yield Ask(prompt="Password: ", echo=False, idle=PATIENCE, quiet=True)
        if typed.key != "\r":
            return
        yield Wait(seconds=0.05)
        if matches(stored[-1], typed.text):
            break
        yield Say(text="% Bad secret\n")
    else:
        if stored and session.privilege < 15:
            return
    session.privilege = 15


@TABLE.command("disable [<LEVEL:0-15>]", text="Turn off privileged commands", user=True)
def disable(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Give the privileges back."""
    session.privilege = 1
    yield Say(text="")


@TABLE.command("terminal length <LINES:0-32767>", text="Set number of lines on a screen", user=True)
def terminal_length(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Set how many lines a page has."""
    session.router.terminal.length = int(params["LINES"])
    lines = params["LINES"]
    yield Say(text=f"Pagination set to {lines} lines.\n" if int(lines) else "Pagination disabled.\n")


@TABLE.command("terminal width <COLUMNS:0-32767>", text="Set width of the terminal", user=True)
def terminal_width(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Set how wide the screen is."""
    session.router.terminal.width = int(params["COLUMNS"])
    yield Say(text=f"Width set to {params['COLUMNS']} columns.\n")


@TABLE.command("configure [terminal]", text="Config mode")
def configure(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Enter configuration mode."""
    session.enter_configuration()
    yield Say(text="")


@TABLE.command("write [memory]", "copy running-config startup-config", text="Write running configuration to memory")
def write(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Save the running configuration to start-up."""
    yield Wait(seconds=0.6)
    session.router.save(session.username)
    yield Say(text="Copy completed successfully.\n")


@TABLE.command("write erase [now]", "erase startup-config [now]", text="Erase the start-up configuration")
def write_erase(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Forget the start-up configuration."""
    key = "\r" if "now" in words else (yield AskKey(prompt="Proceed with erasing startup configuration? [confirm]"))
    yield Say(text="\n" if "now" not in words else "")
    if key in "\ryY":
        session.router.flash.delete("flash:startup-config")


@TABLE.command("reload [now|force]", text="Reboot the system")
def reload(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Restart, after asking."""
    router = session.router
    if len(words) == 1:
        if router.startup_config().partition("\n")[2] != router.running_config().partition("\n")[2]:
            typed = yield Ask(prompt="System configuration has been modified. Save? [yes/no/cancel/diff]:", quiet=True)
            answer = typed.text.strip().lower() or "cancel"
            if typed.key == CTRL_C or "cancel".startswith(answer):
                return
            if "yes".startswith(answer):
                router.save(session.username)
        if (yield AskKey(prompt="Proceed with reload? [confirm]")) not in "\ryY":
            yield Say(text="\n")
            return
        yield Say(text="\n")
    yield Say(text="\nBroadcast message from root@localhost\nThe system is going down for reboot NOW!\n")
    yield Wait(seconds=0.5)
    router.reboot()


_OPTIONS = "[repeat <COUNT:1-32767>] [timeout <SECONDS:0-3600>] [source SOURCE] [size <SIZE:36-18024>]"


@TABLE.command(
    f"ping [vrf VRF] [ip] <ADDRESS:ip> {_OPTIONS}",
    f"ping [vrf VRF] [ipv6] <ADDRESS:ipv6> {_OPTIONS}",
    text="Send ICMP echo requests",
    user=True,
)
def ping(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Ping an address from the router, as Linux does."""
    echo = pings.Echo.of(session.router, params, vrf=params.get("VRF", ""))
    size = int(params.get("SIZE", 100))
    yield from pings.linux(session.router, echo, head=f"{size - 28}({size}) bytes of data.")


@TABLE.command(f"ping [vrf VRF] NAME {_OPTIONS}", text="Send ICMP echo requests", user=True)
def ping_name(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Ping a host by its name."""
    address = yield from pings.resolve(session.router, "ip name-server")
    if address:
        yield from ping(session, {**params, "ADDRESS": address}, words)
    else:
        yield Say(text=f"ping: {params['NAME']}: Temporary failure in name resolution\n")


@TABLE.command("traceroute [vrf VRF] <ADDRESS:ip>", text="Trace the route to an address", user=True)
def traceroute(session: EosSession, params: Params, words: Words) -> Dialog[None]:
    """Show the hops to an address."""
    yield from pings.trace(session.router, params["ADDRESS"], params.get("VRF", ""))
