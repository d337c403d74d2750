"""`show` commands about the box and its configuration."""

from __future__ import annotations

from typing import Any

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base import pipe
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.configuration import lines
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.nxos import text
from oob.lab.nos.nxos.router import MODEL, NxosRouter
from oob.lab.nos.nxos.session import TABLE, NxosSession

_NOTICE = """Cisco Nexus Operating System (NX-OS) Software
TAC support: http://www.cisco.com/tac
Copyright (C) 2002-2023, Cisco and/or its affiliates.
All rights reserved.

"""


@TABLE.show(
    "show running-config [all]", "show running-config vdc-all", text="Current operating configuration", seconds=0.4
)
def show_running(session: NxosSession, params: Params) -> str:
    """Print the running configuration."""
    return session.router.running_config()


@TABLE.show("show running-config interface NAME [NUMBER]", text="Configuration of an interface", seconds=0.2)
def show_running_interface(session: NxosSession, params: Params) -> str:
    """Print the configuration of one interface."""
    router = session.router
    name = router.language.names.full(params["NAME"] + params.get("NUMBER", ""))
    block = router.config.root.find(f"interface {name}")
    head = f"\n!Command: show running-config interface {name}\n!Time: {router.clock.utc():%a %b %d %H:%M:%S %Y}\n\n"
    head += f"version {router.version} Bios:version 05.47 \n\n"
    return head + (text.body(ConfigLine("", [block])) if block else "") + "\n"


@TABLE.show("show running-config PART", text="Configuration of a feature", seconds=0.2)
def show_running_part(session: NxosSession, params: Params) -> str:
    """Print the blocks that a word is in."""
    root = session.router.config.root
    found = [one for one in root.children if params["PART"] in "\n".join([one.text, *lines(one, 2, 1)])]
    return text.body(ConfigLine("", found)) if found else ""


@TABLE.show("show startup-config", text="Contents of startup configuration", seconds=0.2)
def show_startup(session: NxosSession, params: Params) -> str:
    """Print the start-up configuration."""
    found = session.router.startup_config()
    return found.replace("show running-config", "show startup-config") if found else "No startup configuration\n"


def _uptime(router: NxosRouter) -> str:
    seconds = int(router.clock.now() - router.booted_at)
    days, hours = seconds // 86400, seconds // 3600 % 24
    return f"{days} day(s), {hours} hour(s), {seconds // 60 % 60} minute(s), {seconds % 60} second(s)"


def _version(session: NxosSession, params: Params) -> Any:
    router = session.router
    return {
        "header_str": _NOTICE,
        "nxos_ver_str": router.version,
        "chassis_id": f"Nexus9000 {MODEL} Chassis",
        "host_name": router.hostname,
        "proc_board_id": router.identity.serial,
        "manufacturer": "Cisco Systems, Inc.",
    }


@TABLE.show("show version", text="Software and hardware versions", document=_version)
def show_version(session: NxosSession, params: Params) -> str:
    """Describe hardware and software."""
    router = session.router
    return _NOTICE + (
        "Software\n"
        "  BIOS: version 05.47\n"
        f"  NXOS: version {router.version} [Maintenance Release]\n"
        f"  Host NXOS: version {router.version}\n"
        "  BIOS compile time:  04/28/2022\n"
        f"  NXOS image file is: bootflash:///nxos64-cs.{router.image}.M.bin\n"
        "  NXOS compile time:  3/10/2024 10:00:00 [03/10/2024 19:09:42]\n"
        "  NXOS boot mode: LXC\n\n"
        "Hardware\n"
        f"  cisco Nexus9000 {MODEL} Chassis \n"
        "  Intel(R) Xeon(R) CPU D-1526 @ 1.80GHz with 32802700 kB of memory.\n"
        f"  Processor Board ID {router.identity.serial}\n"
        f"  Device name: {router.hostname}\n"
        "  bootflash:  115805708 kB\n\n"
        f"Kernel uptime is {_uptime(router)}\n\n"
        "Last reset at 476035 usecs after Mon Apr 28 11:52:19 2025\n"
        "  Reason: Reset Requested by CLI command reload\n"
        f"  System version: {router.version}\n  Service: \n\n"
        "plugin\n  Core Plugin, Ethernet Plugin\n\nActive Package(s):\n        \n"
    )


@TABLE.show("show hostname", text="Hostname of the switch")
def show_hostname(session: NxosSession, params: Params) -> str:
    """Tell the name."""
    return f"{session.router.hostname} \n"


@TABLE.show("show inventory [chassis|all]", text="Physical inventory")
def show_inventory(session: NxosSession, params: Params) -> str:
    """List the parts with their serial numbers."""
    serial = session.router.identity.serial
    return (
        f'NAME: "Chassis",  DESCR: "Nexus9000 {MODEL} Chassis"       \n'
        f"PID: N9K-{MODEL}   ,  VID: V04 ,  SN: {serial}         \n\n"
    )


@TABLE.show("show system resources", text="Use of processor and memory")
def show_resources(session: NxosSession, params: Params) -> str:
    """Tell how busy processor and memory are."""
    cpu, total = session.router.cpu, 8163576
    used = total * session.router.memory // 100
    return (
        "Load average:   1 minute: 0.36   5 minutes: 0.27   15 minutes: 0.26\n"
        "Processes   :   702 total, 2 running\n"
        f"CPU states  :   {cpu:.2f}% user,   0.00% kernel,   {100 - cpu:.2f}% idle\n"
        f"        CPU0 states  :   {cpu:.2f}% user,   0.00% kernel,   {100 - cpu:.2f}% idle\n"
        f"Memory usage:   {total}K total,   {used}K used,   {total - used}K free\nCurrent memory status: OK\n"
    )


@TABLE.show("show clock", text="System clock")
def show_clock(session: NxosSession, params: Params) -> str:
    """Tell the time."""
    now = session.router.clock.utc()
    return (
        f"Warning: No NTP peer/server configured. Time may be out of sync.\n{now:%H:%M:%S}.000 UTC {now:%a %b %d %Y}\n"
    )


@TABLE.show("show logging [logfile]", "show logging last <LINES:1-9999>", text="Log")
def show_logging(session: NxosSession, params: Params) -> str:
    """Print the log."""
    return "".join(f"{line}\n" for line in session.router.log)


@TABLE.show("show users", text="Who is logged in")
def show_users(session: NxosSession, params: Params) -> str:
    """Tell who is logged in."""
    when = session.router.clock.utc()
    return (
        "NAME     LINE         TIME         IDLE          PID COMMENT\n"
        f"{session.username:<8} ttyS0        {when:%b %d %H:%M}   .           20513 *\n"
    )


@TABLE.show("show feature", text="Features")
def show_feature(session: NxosSession, params: Params) -> str:
    """List features and whether they are on."""
    root = session.router.config.root
    text = f"{'Feature Name':<20}  {'Instance':<8}  State\n{'-' * 20}  {'-' * 8}  --------\n"
    for name in ("bash-shell", "bgp", "interface-vlan", "lacp", "lldp", "ospf", "ospfv3", "sla_sender"):
        on = root.find(f"feature {name.replace('_', ' ')}") is not None
        text += f"{name:<20}  {1:<8}  {'enabled' if on else 'disabled'}\n"
    return text


@TABLE.show("show configuration session summary", text="Sessions of the session manager")
def show_sessions(session: NxosSession, params: Params) -> str:
    """List the configuration sessions, which only hold lines of access lists and QoS."""
    found = session.router.foreign_sessions
    if not found:
        return "There are no active configuration sessions\n"
    rows = "".join(f"{name:<24}{user:<24}{since:%H:%M:%S UTC %b %d %Y}\n" for name, user, since in found)
    head = f"{'Name':<24}{'Session Owner':<24}Creation Time\n{'-' * 68}\n"
    return f"{head}{rows}Number of active configuration sessions = {len(found)}\n"


@TABLE.show("show boot", text="What is booted next")
def show_boot(session: NxosSession, params: Params) -> str:
    """Show the next boot image."""
    return f"Current Boot Variables:\n\nsup-1\nNXOS variable = bootflash:/nxos64-cs.{session.router.image}.M.bin\n"


@TABLE.command("show tech-support", text="Everything at once")
def show_tech(session: NxosSession, params: Params, words: Words) -> Dialog[None]:
    """Print much, slowly."""
    for part in (show_version, show_running, show_logging):
        yield Wait(seconds=0.2)
        yield Say(text=pipe.filtered(part(session, {}), session.pipe), paged=True, breakable=True)
