"""The `show` commands about the box and its configurations."""

from __future__ import annotations

from datetime import datetime, timedelta

from oob.lab.nos.junos import routes
from oob.lab.nos.junos.command import Request
from oob.lab.nos.junos.compare import compare
from oob.lab.nos.junos.configure import shown, version
from oob.lab.nos.junos.database import STAMP, parsed
from oob.lab.nos.junos.schema import RefusedStatement, grammar
from oob.lab.nos.junos.session import JunosSession
from oob.lab.nos.junos.tree import expanded

_NO_FILE = "error: No such rollback file\n"


def show_configuration(session: JunosSession, request: Request) -> str:
    """Show the active configuration, or what changed since a rollback."""
    tree = session.database.active
    if request.compare is not None:
        before = version(session, request.compare)
        return compare(before, tree) if before is not None else _NO_FILE
    words = expanded(grammar(), request.words)
    text = shown(tree, words, request.display)
    return text if words or request.display else session.database.header() + text


def show_version(session: JunosSession, request: Request) -> str:
    """Show host name, model and software."""
    router = session.router
    named = f"Hostname: {router.hostname}\n" if router.hostname else ""
    return (
        f"{named}Model: {router.model}\nJunos: {router.version}\n"
        f"JUNOS OS Kernel 64-bit  [20240112.7ed4bf9_builder_stable_12_223]\n"
        f"JUNOS OS libs [20240112.7ed4bf9_builder_stable_12_223]\n"
        f"JUNOS Base OS boot [{router.version}]\nJUNOS Routing Software Suite [{router.version}]\n"
    )


def show_hardware(session: JunosSession, request: Request) -> str:
    """Show the inventory with serial numbers."""
    serial, model = session.router.identity.serial, session.router.model.upper()
    rows = [
        ("Item", "Version", "Part number", "Serial number", "Description"),
        ("Chassis", "", "", serial, model),
        ("Midplane", "", "", "", ""),
        ("Routing Engine 0", "", "", "", f"RE-{model}"),
        ("CB 0", "", "", "", f"{model} SCB"),
        ("FPC 0", "", "", "", f"{model} FPC"),
    ]
    lines = [f"{a:<16} {b:<8} {c:<12} {d:<17} {e}".rstrip() for a, b, c, d, e in rows]
    return "Hardware inventory:\n" + "".join(f"{line}\n" for line in lines)


def show_engine(session: JunosSession, request: Request) -> str:
    """Show how busy processor and memory are."""
    router = session.router
    return (
        "Routing Engine status:\n    Temperature                 33 degrees C / 91 degrees F\n"
        "    DRAM                     16323 MB (16384 MB installed)\n"
        f"    Memory utilization          {router.memory} percent\n    5 sec CPU utilization:\n"
        f"      User                       {router.cpu} percent\n      Background                 0 percent\n"
        "      Kernel                     0 percent\n      Interrupt                  0 percent\n"
        f"      Idle                      {100 - router.cpu} percent\n    Model                          RE-VMX\n"
    )


def show_uptime(session: JunosSession, request: Request) -> str:
    """Show since when the box runs and when it was last configured."""
    router = session.router
    now = router.clock.utc()
    booted = now - timedelta(seconds=router.clock.now() - router.booted_at)
    newest = session.database.commits[0]
    configured = datetime.strptime(newest.time, STAMP).replace(tzinfo=now.tzinfo)
    lines = (
        f"Current time: {now.strftime(STAMP)}",
        "Time Source:  LOCAL CLOCK ",
        f"System booted: {booted.strftime(STAMP)} ({_ago(now - booted)} ago)",
        f"Protocols started: {booted.strftime(STAMP)} ({_ago(now - booted)} ago)",
        f"Last configured: {newest.time} ({_ago(now - configured)} ago) by {newest.user}",
        f"{now:%I:%M%p}  up {_ago(now - booted)}, 1 user, load averages: 0.21, 0.18, 0.15".lstrip("0"),
    )
    return "".join(f"{line}\n" for line in lines)


def _ago(span: timedelta) -> str:
    return routes.age(max(0, int(span.total_seconds())))


def show_commits(session: JunosSession, request: Request) -> str:
    """Show the commit history; an unconfirmed commit is marked below the newest entry."""
    database = session.database
    lines: list[str] = []
    for number, entry in enumerate(database.commits):
        lines.append(f"{number:<3} {entry.time} by {entry.user} via {entry.client} {entry.note}".rstrip())
        if entry.comment:
            lines.append(f"    {entry.comment}")
        if number == 0 and database.pending is not None:
            lines.append("    rollback pending")
    return "".join(f"{line}\n" for line in lines)


def show_rollback(session: JunosSession, request: Request) -> str:
    """Show a rollback file."""
    text = session.database.rollback(_number(request.words, 0))
    return _NO_FILE if text is None else shown(parsed(text), [], request.display) if request.display else text


def show_rollback_compare(session: JunosSession, request: Request) -> str:
    """Show what changed from one rollback file to another."""
    texts = [session.database.rollback(_number(request.words, index)) for index in (0, 1)]
    if texts[0] is None or texts[1] is None:
        return _NO_FILE
    return compare(parsed(texts[0]), parsed(texts[1]))


def _number(words: list[str], index: int) -> int:
    if index >= len(words) or not words[index].isdigit():
        raise RefusedStatement(index, "syntax error, expecting <command>.")
    return int(words[index])


def show_rescue(session: JunosSession, request: Request) -> str:
    """Show the rescue configuration."""
    text = session.database.rescue()
    if text is None:
        return "error: No rescue configuration is set.\n"
    return shown(parsed(text), [], request.display) if request.display else text


def show_alarms(session: JunosSession, request: Request) -> str:
    """Show what the box complains about."""
    if session.database.rescue() is not None:
        return "No alarms currently active\n"
    booted = session.router.clock.utc() - timedelta(seconds=session.router.clock.now() - session.router.booted_at)
    return (
        "1 alarms currently active\nAlarm time               Class  Description\n"
        f"{booted.strftime(STAMP)}  Minor  Rescue configuration is not set\n"
    )


def show_storage(session: JunosSession, request: Request) -> str:
    """Show the file systems in blocks of 1024 bytes."""
    total = 2_097_152
    used = min(total, 104_858 + session.router.files.size() // 1024)
    rows = [(f"/dev/gpt/{name}", total, used, total - used, f"/.mount/{name}") for name in ("config", "var")]
    lines = [f"{a:<24} {b:>11} {c:>11} {d:>11} {100 * c // b:>8}%  {e}" for a, b, c, d, e in rows]
    return f"{'Filesystem':<24} {'1024-blocks':>11} {'Used':>11} {'Avail':>11} {'Capacity':>9}  Mounted on\n" + "".join(
        f"{line}\n" for line in lines
    )


def show_users(session: JunosSession, request: Request) -> str:
    """Show who is logged in."""
    now = session.router.clock.utc()
    others = "".join(
        f"{e.user:<8} {e.terminal:<8} -                {now:%I:%M%p}     - -cli (cli)\n"
        for e in session.database.others
    )
    return (
        f"{now:%I:%M%p}  up, 1 users, load averages: 0.21, 0.18, 0.15\n"
        f"USER     TTY      FROM              LOGIN@  IDLE WHAT\n"
        f"{session.user:<8} u0       -                {now:%I:%M%p}     - -cli (cli)\n{others}"
    )


def show_log(session: JunosSession, request: Request) -> str:
    """Show a log file."""
    name = request.words[0] if request.words else "messages"
    text = session.router.files.read(f"/var/log/{name}")
    return text if text is not None else f"error: could not resolve file: {name}\n"
