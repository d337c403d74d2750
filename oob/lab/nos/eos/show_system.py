"""`show` commands about the box and its configuration."""

from __future__ import annotations

import zlib
from typing import Any

from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.configuration import lines
from oob.lab.nos.base.stamp import uptime
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.eos import text
from oob.lab.nos.eos.router import MODEL
from oob.lab.nos.eos.session import TABLE, EosSession

_MEMORY = 3952960  # kB


@TABLE.show("show running-config [all]", "write terminal", text="Current operating configuration", seconds=0.4)
def show_running(session: EosSession, params: Params) -> str:
    """Print the running configuration."""
    return session.router.running_config()


@TABLE.show("show active", text="Configuration of the present mode")
def show_active(session: EosSession, params: Params) -> str:
    """Print the block that configuration mode is in."""
    if session.where is None or not session.where.path:
        return text.body(session.config.root)
    block = session.config.block(session.where)
    return block.text + "\n" + "".join(f"{line}\n" for line in lines(block, 3, 1))


@TABLE.show("show running-config interfaces NAME [NUMBER]", text="Configuration of an interface", seconds=0.2)
def show_running_interface(session: EosSession, params: Params) -> str:
    """Print the configuration of one interface."""
    name = session.router.language.names.full(params["NAME"] + params.get("NUMBER", ""))
    block = session.router.config.root.find(f"interface {name}")
    return text.body(ConfigLine("", [block])) if block else ""


@TABLE.show("show running-config section PATTERN...", text="A part of the configuration", seconds=0.2)
def show_running_section(session: EosSession, params: Params) -> str:
    """Print the blocks that a word is in."""
    wanted = params["PATTERN"]
    root = session.router.config.root
    found = [one for one in root.children if wanted in "\n".join([one.text, *lines(one, 3, 1)])]
    return text.body(ConfigLine("", found))


@TABLE.show("show startup-config", text="Contents of startup configuration", seconds=0.2)
def show_startup(session: EosSession, params: Params) -> str:
    """Print the start-up configuration."""
    return session.router.startup_config() or "% startup-config is not present\n"


def _mac(session: EosSession) -> str:
    digits = f"{zlib.crc32(session.router.name.encode()):08x}"
    return f"5254.{digits[:4]}.{digits[4:]}"


def _free(session: EosSession) -> int:
    return _MEMORY * (100 - session.router.memory) // 100


def _version(session: EosSession, params: Params) -> Any:
    router = session.router
    return {
        "mfgName": "Arista",
        "modelName": MODEL,
        "hardwareRevision": "11.03",
        "serialNumber": router.identity.serial,
        "systemMacAddress": _mac(session),
        "hwMacAddress": _mac(session),
        "version": router.version,
        "architecture": "x86_64",
        "internalVersion": f"{router.version}-35442176.{router.version.replace('.', '')}",
        "bootupTimestamp": round(router.clock.utc().timestamp() - router.clock.now() + router.booted_at, 2),
        "uptime": round(router.clock.now() - router.booted_at, 2),
        "memTotal": _MEMORY,
        "memFree": _free(session),
    }


@TABLE.show("show version", text="Software and hardware versions", user=True, document=_version)
def show_version(session: EosSession, params: Params) -> str:
    """Describe hardware and software."""
    router = session.router
    up = uptime(int(router.clock.now() - router.booted_at))
    return (
        f"Arista {MODEL}\nHardware version: 11.03\nSerial number: {router.identity.serial}\n"
        f"Hardware MAC address: {_mac(session)}\nSystem MAC address: {_mac(session)}\n\n"
        f"Software image version: {router.version}\nArchitecture: x86_64\n"
        f"Internal build version: {router.version}-35442176.{router.version.replace('.', '')}\n"
        "Internal build ID: 3d2d4ea9-d7a8-4a09-8e5a-6d5a5d2b3a51\nImage format version: 3.0\n"
        f"Image optimization: Default\n\nUptime: {up}\nTotal memory: {_MEMORY} kB\n"
        f"Free memory: {_free(session)} kB\n\n"
    )


@TABLE.show(
    "show hostname",
    text="System hostname",
    user=True,
    document=lambda session, params: {"hostname": session.router.hostname, "fqdn": session.router.hostname},
)
def show_hostname(session: EosSession, params: Params) -> str:
    """Tell the name."""
    return f"Hostname: {session.router.hostname}\nFQDN:     {session.router.hostname}\n"


@TABLE.show("show inventory", text="Inventory of the system", user=True)
def show_inventory(session: EosSession, params: Params) -> str:
    """List the parts."""
    return (
        "System Information\n"
        f"  {'Model':<25} Description\n  {'-' * 25} {'-' * 36}\n"
        f"  {MODEL:<25} 48x25GbE SFP+ & 8x100GbE QSFP Switch\n\n"
        "  HW Version    Serial Number    Mfg Date\n  ------------  ---------------  ----------\n"
        f"  {'11.03':<13} {session.router.identity.serial:<16} 2021-05-14\n\n"
    )


@TABLE.show("show processes top once", text="Processes", user=True)
def show_top(session: EosSession, params: Params) -> str:
    """Tell how busy the processor is, as top does."""
    cpu = session.router.cpu
    return (
        "top - 08:14:02 up 2 days,  3:12,  0 users,  load average: 0.24, 0.26, 0.27\n"
        "Tasks: 310 total,   1 running, 309 sleeping,   0 stopped,   0 zombie\n"
        f"%Cpu(s): {cpu:4.1f} us,  0.0 sy,  0.0 ni, {100 - cpu:4.1f} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st\n"
    )


@TABLE.show("show clock", text="System clock", user=True)
def show_clock(session: EosSession, params: Params) -> str:
    """Tell the time."""
    now = session.router.clock.utc()
    return f"{now:%a %b} {now.day:2d} {now:%H:%M:%S %Y}\nTimezone: UTC\nClock source: local\n"


@TABLE.show("show logging [LINES]", text="Log buffer", user=True)
def show_logging(session: EosSession, params: Params) -> str:
    """Print the log buffer."""
    router = session.router
    return (
        "Syslog logging: enabled\n    Buffer logging: level debugging\n"
        f"    Console logging: level {router.console_severity}\n\nLog Buffer:\n"
        + "".join(f"{line}\n" for line in router.log)
    )


@TABLE.show("show users", text="Who is logged in", user=True)
def show_users(session: EosSession, params: Params) -> str:
    """Tell who is logged in."""
    return (
        "    Line      User        Host(s)       Idle        Location\n"
        f"*   0 con 0   {session.username:<11} idle          00:00:00    -\n"
    )


@TABLE.show("show boot-config", text="What is booted next")
def show_boot(session: EosSession, params: Params) -> str:
    """Show the next boot image."""
    return (
        f"Software image: flash:/EOS-{session.router.version}.swi\nConsole speed: (not set)\n"
        "Aboot password (encrypted): (not set)\n"
    )


@TABLE.show("show extensions", text="Installed packages", user=True)
def show_extensions(session: EosSession, params: Params) -> str:
    """List the packages that were added to the software."""
    return "No extensions are available\n"


@TABLE.show("show reload cause", text="Why it restarted last", user=True)
def show_reload(session: EosSession, params: Params) -> str:
    """Tell why it restarted last."""
    return "Reload Cause 1:\n-------------------\nReload requested by the user.\n\n"


@TABLE.show("show privilege", text="Present privilege level", user=True)
def show_privilege(session: EosSession, params: Params) -> str:
    """Tell the privilege."""
    return f"Current privilege level is {session.privilege}\n"
