"""`show` commands about the box and its configuration."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.stamp import long_date, uptime
from oob.lab.nos.base.tree import ConfigLine, begins
from oob.lab.nos.ios.boot import image
from oob.lab.nos.ios.language import NAMES
from oob.lab.nos.ios.router import IosRouter
from oob.lab.nos.ios.session import TABLE, IosSession
from oob.lab.nos.ios.tree import ETX, render

MODEL = "C8200L-1N-4T"


@TABLE.command(
    "show running-config [all]",
    "show running-config interface NAME [NUMBER]",
    "show running-config | TEXT...",
    "write terminal",
    text="Current operating configuration",
)
def show_running(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Print the running configuration, or the part about an interface."""
    router = session.router
    if not session.pipe:
        yield Say(text="Building configuration...\n\n", paged=True)
        yield Wait(seconds=0.5)
    if "NAME" in params:
        name = NAMES.full(params["NAME"] + params.get("NUMBER", ""))
        block = router.config.root.find(f"interface {name}")
        text = render(ConfigLine("", [block])) + "end\n\n" if block else "% Invalid input detected at '^' marker.\n\n"
        yield Say(text=f"Current configuration : {len(text)} bytes\n!\n{text}")
        return
    yield session.output(running(router))


def running(router: IosRouter) -> str:
    """Return the running configuration as `show running-config` prints it."""
    body = router.running_config().replace(ETX, "^C")
    head = ""
    if router.changed_at is not None:
        by = f" by {router.changed_by}" if router.changed_by else ""
        head += f"! Last configuration change at {long_date(router.changed_at)}{by}\n"
    if router.saved_at is not None:
        head += f"! NVRAM config last updated at {long_date(router.saved_at)} by {router.saved_by}\n"
    head = f"!\n{head}!\n" if head else "!\n"
    return f"Current configuration : {len(head) + len(body)} bytes\n{head}{body}\n"


@TABLE.show("show startup-config", text="Contents of startup configuration")
def show_startup(session: IosSession, params: Params) -> str:
    """Print the start-up configuration."""
    text = session.router.startup_config().replace(ETX, "^C")
    if not text:
        return "startup-config is not present\n"
    return f"Using {len(text)} out of 33554432 bytes\n!\n{text}\n"


@TABLE.show("show version", text="System hardware and software status", user=True)
def show_version(session: IosSession, params: Params) -> str:
    """Describe hardware and software."""
    router = session.router
    up = uptime(int(router.clock.now() - router.booted_at))
    return (
        f"Cisco IOS XE Software, Version {router.version}\n"
        f"Cisco IOS Software [Cupertino], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), "
        f"Version {router.version}, RELEASE SOFTWARE (fc3)\n"
        "Technical Support: http://www.cisco.com/techsupport\n"
        "Copyright (c) 1986-2023 by Cisco Systems, Inc.\n"
        "Compiled Fri 20-Oct-23 10:44 by mcpre\n\n\n"
        "ROM: IOS-XE ROMMON\n\n"
        f"{router.hostname} uptime is {up}\n"
        f"Uptime for this control processor is {up}\n"
        "System returned to ROM by reload\n"
        f'System image file is "{image(router)}"\n'
        f"Last reload reason: {router.reload.reason}\n\n\n"
        f"cisco {MODEL} (1RU) processor with 1728172K/6147K bytes of memory.\n"
        f"Processor board ID {router.identity.serial}\n"
        f"{len(router.physical)} Gigabit Ethernet interfaces\n"
        "32768K bytes of non-volatile configuration memory.\n"
        "4194304K bytes of physical memory.\n"
        "6291456K bytes of flash memory at bootflash:.\n\n"
        f"Configuration register is 0x{router.register:04x}\n\n"
    )


@TABLE.show("show inventory", text="Show the physical inventory", user=True)
def show_inventory(session: IosSession, params: Params) -> str:
    """List the parts with their serial numbers."""
    serial = session.router.identity.serial
    return (
        f'NAME: "Chassis", DESCR: "Cisco {MODEL} Chassis"\n'
        f"PID: {MODEL}      , VID: V01  , SN: {serial}\n\n"
        f'NAME: "module R0", DESCR: "Cisco {MODEL} Route Processor"\n'
        f"PID: {MODEL}      , VID: V01  , SN: {serial}\n\n\n"
    )


@TABLE.show("show clock [detail]", text="Display the system clock", user=True)
def show_clock(session: IosSession, params: Params) -> str:
    """Tell the time."""
    now = session.router.clock.utc()
    return f"*{now:%H:%M:%S}.{now.microsecond // 1000:03d} UTC {now:%a %b} {now.day} {now.year}\n"


@TABLE.show("show processes cpu [sorted]", text="Processor use", user=True)
def show_cpu(session: IosSession, params: Params) -> str:
    """Tell how busy the processor is."""
    cpu = session.router.cpu
    return (
        f"CPU utilization for five seconds: {cpu}%/0%; one minute: {cpu}%; five minutes: {cpu}%\n"
        " PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process \n"
        "   1           3          24        125  0.00%  0.00%  0.00%   0 Chunk Manager    \n"
    )


@TABLE.show("show memory statistics", text="Memory statistics", user=True)
def show_memory(session: IosSession, params: Params) -> str:
    """Tell how much memory is in use."""
    total = 2044854120
    used = total * session.router.memory // 100
    return (
        "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n"
        f"Processor  7F0A5C7010   {total}   {used}   {total - used}   1778000000   1048575908\n"
    )


@TABLE.show("show logging", text="Show the contents of logging buffers")
def show_logging(session: IosSession, params: Params) -> str:
    """Print the log buffer."""
    log = session.router.log
    return (
        "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled,"
        " filtering disabled)\n\n"
        f"    Console logging: level debugging, {len(log)} messages logged, xml disabled,\n"
        "                     filtering disabled\n"
        f"    Buffer logging:  level debugging, {len(log)} messages logged, xml disabled,\n"
        "                    filtering disabled\n\n"
        "Log Buffer (4096 bytes):\n\n" + "".join(line + "\n" for line in log)
    )


@TABLE.show("show users [all]", text="Display information about terminal lines", user=True)
def show_users(session: IosSession, params: Params) -> str:
    """Tell who is logged in."""
    return (
        "    Line       User       Host(s)              Idle       Location\n"
        f"*  0 con 0     {session.username:<10} idle                 00:00:00   \n\n"
        "  Interface    User               Mode         Idle     Peer Address\n\n"
    )


@TABLE.show("show privilege", text="Show current privilege level", user=True)
def show_privilege(session: IosSession, params: Params) -> str:
    """Tell the privilege."""
    return f"Current privilege level is {session.privilege}\n"


@TABLE.show("show line [LINE]", "show line console <N:0-0>", text="TTY line information", user=True)
def show_line(session: IosSession, params: Params) -> str:
    """Tell what the console line has lost."""
    lost = session.router.terminal.overruns
    return (
        "   Tty Typ     Tx/Rx    A Modem  Roty AccO AccI   Uses   Noise  Overruns   Int\n"
        f"*    0 CTY              -    -      -    -    -      0       0     0/{lost}       -\n\n"
    )


@TABLE.show("show terminal", text="Display terminal configuration parameters", user=True)
def show_terminal(session: IosSession, params: Params) -> str:
    """Tell how the console is set."""
    terminal = session.router.terminal
    return (
        'Line 0, Location: "", Type: ""\n'
        f"Length: {terminal.length} lines, Width: {terminal.width} columns\n"
        "Baud rate (TX/RX) is 9600/9600, no parity, 1 stopbits, 8 databits\n"
    )


@TABLE.show("show boot", text="Boot and startup configuration information")
def show_boot(session: IosSession, params: Params) -> str:
    """Show the next boot image."""
    return (
        f"BOOT variable = {image(session.router)},1;\nCONFIG_FILE variable does not exist\n"
        f"BOOTLDR variable does not exist\nConfiguration register is 0x{session.router.register:04x}\n\n"
        "Standby not ready to show bootvar\n"
    )


@TABLE.show("show history", text="Display the session command history", user=True)
def show_history(session: IosSession, params: Params) -> str:
    """Show nothing: a console line shared by many keeps no history here."""
    return ""


@TABLE.show("show vrf", text="VPN Routing/Forwarding instance information", user=True)
def show_vrf(session: IosSession, params: Params) -> str:
    """List the VRFs and their interfaces."""
    root = session.router.config.root
    text = "  Name                             Default RD            Protocols   Interfaces\n"
    for line in root.under("vrf definition"):
        vrf = line.text.split()[2]
        families = [child.text.split()[1] for child in line.children if begins(child.text, "address-family")]
        inside = [own.text.split()[1] for own in root.under("interface") if own.value("vrf forwarding") == vrf]
        rows = [NAMES.abbreviated(name) for name in inside] or [""]
        text += f"  {vrf:<32} {line.value('rd') or '<not set>':<21} {','.join(families):<11} {rows[0]}\n"
        text += "".join(f"{'':69}{row}\n" for row in rows[1:])
    return text
