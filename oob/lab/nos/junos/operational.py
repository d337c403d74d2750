"""The commands of operational mode; those that act are here."""

from __future__ import annotations

import shlex
from typing import Any

from oob.lab.dialog import Ask, Dialog, Say, Wait
from oob.lab.nos.junos import show, show_network
from oob.lab.nos.junos.command import Menu, Request, command
from oob.lab.nos.junos.configure import enter
from oob.lab.nos.junos.netconf import netconf
from oob.lab.nos.junos.probe import ping, show_host, traceroute
from oob.lab.nos.junos.schema import RefusedStatement
from oob.lab.nos.junos.session import JunosSession, Left
from oob.lab.nos.junos.shell import shell


def _exit(session: JunosSession, request: Request) -> str:
    raise Left


def _number(request: Request, what: str) -> int:
    if not request.words:
        raise RefusedStatement(0, "syntax error, expecting <command>.")
    if not request.words[0].isdigit():
        raise RefusedStatement(0, f"invalid numeric value: '{request.words[0]}'.")
    return int(request.words[0])


def _screen_length(session: JunosSession, request: Request) -> str:
    session.router.terminal.length = _number(request, "length")
    return f"Screen length set to {session.router.terminal.length}\n"


def _screen_width(session: JunosSession, request: Request) -> str:
    width = _number(request, "width")
    if 0 < width < 40:
        return "error: screen width must be 0 or between 40 and 1024\n"
    session.router.terminal.width = width
    return f"Screen width set to {width}\n"


def _complete_on_space(session: JunosSession, request: Request) -> str:
    word = request.words[0] if request.words else ""
    if word not in ("on", "off"):
        raise RefusedStatement(0, "syntax error, expecting <command>.")
    session.complete_on_space = word == "on"
    return f"{'Enabling' if word == 'on' else 'Disabling'} complete-on-space\n"


def _idle_timeout(session: JunosSession, request: Request) -> str:
    minutes = _number(request, "minutes")
    session.idle = minutes * 60.0 or None
    return f"Idle timeout set to {minutes} minutes\n" if minutes else "Idle timeout disabled\n"


def _show_cli(session: JunosSession, request: Request) -> str:
    terminal = session.router.terminal
    idle = f"set to {int(session.idle / 60)} minutes" if session.idle else "disabled"
    return (
        f"CLI complete-on-space {'set to on' if session.complete_on_space else 'set to off'}\n"
        f"CLI idle-timeout {idle}\nCLI screen-length set to {terminal.length}\n"
        f"CLI screen-width set to {terminal.width}\nCLI terminal is 'vt100'\n"
    )


def _configure(mode: str) -> Any:
    return lambda session, request: enter(session, mode)


def _start_shell(session: JunosSession, request: Request) -> Dialog[str]:
    user = session.user
    if request.words[:2] == ["user", "root"] and user != "root":
        typed = yield Ask(prompt="Password:", echo=False, quiet=True)
        if not session.router.knows("root", typed.text):
            return "su: Sorry\n"
        user = "root"
    yield from shell(session, user)
    return ""


def _reboot(session: JunosSession, request: Request) -> Dialog[str]:
    if session.database.is_modified:
        yield Say(text="warning: The configuration has been changed but not committed\n")
    sure = yield Ask(prompt="Reboot the system ? [yes,no] (no) ", quiet=True)
    if sure.text.strip().lower() not in ("y", "yes"):
        return "\n"
    if request.words[:1] == ["in"]:
        return session.router.reboot_in(_number(Request(words=request.words[1:]), "minutes"), session.user)
    yield Say(text="\nShutdown NOW!\n[pid 7198]\n")
    yield Wait(seconds=1)
    where = f"root@{session.router.hostname}"
    yield Say(text=f"\n*** FINAL System shutdown message from {where} ***\n\nSystem going down IMMEDIATELY\n\n\n")
    yield Wait(seconds=1)
    session.router.reboot()
    return ""


def _rescue(act: str) -> Any:
    def run(session: JunosSession, request: Request) -> str:
        if act == "save":
            session.database.save_rescue()
        else:
            session.database.delete_rescue()
        return ""

    return run


def _logout(session: JunosSession, request: Request) -> str:
    """End the sessions of other users, which frees their locks."""
    database = session.database
    wanted = request.words[-1] if request.words else ""
    ended = [e for e in database.others if wanted in (e.terminal, e.user, str(e.pid))]
    if any(editor.mode == "exclusive" for editor in ended):
        database.candidate = database.active.copy()
    database.others = [editor for editor in database.others if editor not in ended]
    return "" if ended else f"error: {wanted} is not logged in\n"


# --- files


def _checksum(kind: str) -> Any:
    def run(session: JunosSession, request: Request) -> str:
        name = request.words[-1] if request.words else ""
        found = session.router.files.checksum(kind, name)
        label = {"md5": "MD5", "sha1": "SHA1", "sha-256": "SHA256"}[kind]
        return f"{label} ({name}) = {found}\n" if found else f"{kind}: {name}: No such file or directory\n"

    return run


def _file_list(session: JunosSession, request: Request) -> str:
    name = request.words[0] if request.words else f"/var/home/{session.user}/"
    names = session.router.files.names(name)
    if names is None:
        alone = session.router.files.checksum("md5", name)
        return f"{name}\n" if alone else f"{name}: No such file or directory\n"
    return f"\n{name.rstrip('/')}/:\n" + "".join(f"{entry}\n" for entry in names)


def _file_show(session: JunosSession, request: Request) -> str:
    name = request.words[0] if request.words else ""
    text = session.router.files.read(name)
    return text if text is not None else f"error: could not resolve file: {name}\n"


def _file_delete(session: JunosSession, request: Request) -> str:
    name = request.words[0] if request.words else ""
    return "" if session.router.files.delete(name) else f"error: {shlex.quote(name)}: No such file or directory\n"


_SHOW = [
    command("show bgp summary", "Show overview of BGP information", show_network.show_bgp_summary),
    command("show chassis alarms", "Show alarm status", lambda s, r: "No alarms currently active\n"),
    command("show chassis hardware", "Show installed hardware components", show.show_hardware, takes=True),
    command("show chassis routing-engine", "Show Routing Engine status", show.show_engine),
    command("show cli", "Show command-line interface settings", _show_cli),
    command("show configuration", "Show current configuration", show.show_configuration, takes=True),
    command("show host", "Show hostname information from domain name server", show_host, takes=True),
    command("show interfaces", "Show interface information", show_network.show_interfaces, takes=True),
    command(
        "show interfaces descriptions", "Display interface descriptions", show_network.show_interfaces_descriptions
    ),
    command("show interfaces terse", "Display summary information", show_network.show_interfaces_terse, takes=True),
    command("show lldp neighbors", "Show LLDP neighbors", show_network.show_lldp_neighbors),
    command("show log", "Show contents of a log file", show.show_log, takes=True),
    command("show ospf neighbor", "Show OSPF neighbor status", show_network.show_ospf_neighbor),
    command("show ospf3 neighbor", "Show OSPFv3 neighbor status", show_network.show_ospf3_neighbor),
    command("show route", "Show routing table information", show_network.show_route, takes=True),
    command("show route summary", "Show summary statistics", show_network.show_route_summary),
    command("show system alarms", "Show system alarm status", show.show_alarms),
    command("show system commit", "Show commit history and pending commits", show.show_commits),
    command("show system configuration rescue", "Show rescue configuration", show.show_rescue),
    command("show system reboot", "Show pending reboots", lambda s, r: f"{s.router.reboot_due}\n"),
    command("show system rollback", "Show rolled back configuration", show.show_rollback, takes=True),
    command("show system rollback compare", "Show differences", show.show_rollback_compare, takes=True),
    command("show system storage", "Show local storage data", show.show_storage, takes=True),
    command("show system uptime", "Show time since system and processes started", show.show_uptime),
    command("show system users", "Show users who are currently logged in", show.show_users),
    command("show version", "Show software process revision levels", show.show_version, takes=True),
]

OPERATIONAL = Menu(
    [
        *_SHOW,
        command("clear system reboot", "Clear pending reboot or halt", lambda s, r: s.router.stay_up()),
        command("configure", "Enter configuration mode", _configure("shared")),
        command(
            "configure exclusive", "Obtain exclusive lock (other users cannot make changes)", _configure("exclusive")
        ),
        command("configure private", "Work in private database (other users do not affect me)", _configure("private")),
        command("edit", "Enter configuration mode", _configure("shared")),
        command("exit", "Exit the management session", _exit),
        command("file checksum md5", "Calculate MD5 checksum", _checksum("md5"), takes=True),
        command("file checksum sha-256", "Calculate SHA-256 checksum", _checksum("sha-256"), takes=True),
        command("file checksum sha1", "Calculate SHA-1 checksum", _checksum("sha1"), takes=True),
        command("file delete", "Delete files from the system", _file_delete, takes=True),
        command("file list", "List file information", _file_list, takes=True),
        command("file show", "Show file contents", _file_show, takes=True),
        command("junoscript", "Manage the router through a script", netconf, takes=True),
        command("ping", "Ping remote target", ping, takes=True),
        command("quit", "Exit the management session", _exit),
        command("request system configuration rescue delete", "Delete rescue configuration", _rescue("delete")),
        command("request system configuration rescue save", "Save rescue configuration", _rescue("save")),
        command("request system logout", "Forcibly end user's CLI login session", _logout, takes=True),
        command("request system reboot", "Reboot the system", _reboot, takes=True),
        command(
            "set cli complete-on-space",
            "Set whether typing space completes current word",
            _complete_on_space,
            takes=True,
        ),
        command("set cli idle-timeout", "Set maximum idle time before login session ends", _idle_timeout, takes=True),
        command("set cli screen-length", "Set number of lines on screen", _screen_length, takes=True),
        command("set cli screen-width", "Set number of characters on a line", _screen_width, takes=True),
        command("start shell", "Start a Unix-level shell", _start_shell, takes=True),
        command("traceroute", "Trace route to remote host", traceroute, takes=True),
    ],
    {
        "clear": "Clear information in the system",
        "clear system": "Clear system information",
        "file": "Perform file operations",
        "file checksum": "Calculate file checksum",
        "request": "Make system-level requests",
        "request system": "Perform system-level operations",
        "request system configuration": "Request operation on system configuration",
        "request system configuration rescue": "Request operation on system rescue configuration",
        "set": "Set CLI properties, date/time, craft interface message",
        "set cli": "Set command-line interface properties",
        "show": "Show system information",
        "show bgp": "Show Border Gateway Protocol information",
        "show chassis": "Show chassis information",
        "show interfaces": "Show interface information",
        "show lldp": "Show Link Layer Discovery Protocol information",
        "show ospf": "Show Open Shortest Path First information",
        "show ospf3": "Show Open Shortest Path First version 3 information",
        "show system": "Show system information",
        "show system configuration": "Show configuration information",
        "start": "Start shell",
    },
    "syntax error, expecting <command>.",
)
