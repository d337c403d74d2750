"""`show` commands about the box and its configuration."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.stamp import uptime
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.xr import text
from oob.lab.nos.xr.session import TABLE, TARGET, XrSession

MODEL = "IOS-XRv 9000"
PRODUCT = "R-IOSXRV9000-CC"  # as the inventory calls the same


@TARGET.command("show running-config", text="Current operating configuration")
@TABLE.command("show running-config", "show configuration running-config", text="Current operating configuration")
def show_running(session: XrSession, params: Params, words: Words) -> Dialog[None]:
    """Print the running configuration."""
    if not session.pipe:
        yield Say(text="Building configuration...\n", paged=True)
        yield Wait(seconds=0.4)
    yield session.output(session.router.running_config())


@TABLE.show("show running-config hostname", text="The configured hostname", seconds=0.1)
def show_hostname(session: XrSession, params: Params) -> str:
    """Print the line of the hostname."""
    return f"hostname {session.router.hostname}\n\n"


@TABLE.show("show running-config interface NAME [NUMBER]", text="Configuration of an interface", seconds=0.2)
def show_interface(session: XrSession, params: Params) -> str:
    """Print the configuration of one interface."""
    name = session.router.language.names.full(params["NAME"] + params.get("NUMBER", ""))
    block = session.router.config.root.find(f"interface {name}")
    return (text.body(ConfigLine("", [block])) if block else "% No such configuration item(s)\n") + "\n"


@TABLE.show("show running-config router PROTOCOL", text="Configuration of a protocol", seconds=0.2)
def show_router(session: XrSession, params: Params) -> str:
    """Print the configuration of one protocol."""
    found = session.router.config.root.under(f"router {params['PROTOCOL']}")
    return (text.body(ConfigLine("", found)) if found else "% No such configuration item(s)\n") + "\n"


@TABLE.show("show version", text="Hardware and software status")
def show_version(session: XrSession, params: Params) -> str:
    """Describe hardware and software."""
    router = session.router
    up = uptime(int(router.clock.now() - router.booted_at))
    return (
        f"Cisco IOS XR Software, Version {router.version}\n"
        "Copyright (c) 2013-2023 by Cisco Systems, Inc.\n\n"
        "Build Information:\n Built By     : ingunawa\n Built On     : Mon Aug 21 12:02:38 PDT 2023\n"
        " Built Host   : iox-ucs-032\n Workspace    : /auto/srcarchive/prod\n"
        f" Version      : {router.version}\n Location     : /opt/cisco/XR/packages/\n"
        f" Label        : {router.version}\n\n"
        f"cisco {MODEL} () processor\nSystem uptime is {up}\n\n"
    )


@TABLE.show("show inventory [all]", "admin show inventory [chassis]", text="Physical inventory")
def show_inventory(session: XrSession, params: Params) -> str:
    """List the parts with their serial numbers."""
    serial = session.router.identity.serial
    return (
        'NAME: "0/0", DESCR: "Cisco IOS-XRv 9000 Centralized Line Card"\n'
        "PID: R-IOSXRV9000-LC-C , VID: V01, SN: 5A5A5A5A5A5\n\n"
        'NAME: "0/RP0", DESCR: "Cisco IOS-XRv 9000 Centralized Route Processor"\n'
        "PID: R-IOSXRV9000-RP-C , VID: V01, SN: 6B6B6B6B6B6\n\n"
        'NAME: "Rack 0", DESCR: "Cisco IOS-XRv 9000 Centralized Virtual Router"\n'
        f"PID: {PRODUCT}   , VID: V01, SN: {serial}\n\n"
    )


@TABLE.show("show processes cpu", text="Processor use")
def show_cpu(session: XrSession, params: Params) -> str:
    """Tell how busy the processor is."""
    cpu = session.router.cpu
    return (
        "---- node0_RP0_CPU0 ----\n\n"
        f"CPU utilization for one minute: {cpu}%; five minutes: {cpu}%; fifteen minutes: {cpu}%\n \n"
        "PID    1Min    5Min    15Min Process\n1        0%      0%       0% init\n"
    )


@TABLE.show("show memory summary", text="Memory use")
def show_memory(session: XrSession, params: Params) -> str:
    """Tell how much memory is free."""
    free = 9984 * (100 - session.router.memory) // 100
    return (
        "node:      node0_RP0_CPU0\n------------------------------------------------------------------\n"
        f" Physical Memory: 9984M total ({free}M available)\n"
        f" Application Memory : 9984M ({free}M available)\n"
    )


@TABLE.show("show clock", text="System clock")
def show_clock(session: XrSession, params: Params) -> str:
    """Tell the time."""
    now = session.router.clock.utc()
    return f"{now:%H:%M:%S}.000 UTC {now:%a %b} {now.day:2d} {now.year}\n"


@TABLE.show("show logging", text="Log buffer")
def show_logging(session: XrSession, params: Params) -> str:
    """Print the log."""
    log = session.router.log
    head = "Syslog logging: enabled (0 messages dropped, 0 flushes, 0 overruns)\n"
    head += f"    Console logging: level warnings, {len(log)} messages logged\n\nLog Buffer (2097152 bytes):\n\n"
    return head + "".join(f"{line}\n" for line in log) + "\n"


@TABLE.show("show users", text="Who is logged in")
def show_users(session: XrSession, params: Params) -> str:
    """Tell who is logged in."""
    return (
        "   Line            User                 Service  Conns   Idle        Location\n"
        f"*  con0/RP0/CPU0   {session.username:<20} hardware 0       00:00:00\n\n"
    )


@TABLE.show("show platform", text="Nodes and their states")
def show_platform(session: XrSession, params: Params) -> str:
    """List the nodes."""
    return (
        f"{'Node':<18}{'Type':<27}{'State':<17}Config state\n{'-' * 80}\n"
        f"{'0/RP0/CPU0':<18}{'R-IOSXRV9000-RP-C(Active)':<27}{'IOS XR RUN':<17}NSHUT\n\n"
    )


@TABLE.show("show install active summary", "show install committed summary", text="Installed packages")
def show_install(session: XrSession, params: Params) -> str:
    """List the packages."""
    version = session.router.version
    return f"    Active Packages: 1\n        xrv9k-xr-{version} version={version} [Boot image]\n\n"
