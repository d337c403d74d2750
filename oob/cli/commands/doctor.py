"""`oob doctor`: what this machine has for which paths, and what to install; opens no path and changes nothing."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import click

from oob.cli.home_files import faults
from oob.cli.options import Settings, common
from oob.cli.selection import chosen, selector_options
from oob.errors import NotProven, UsageError

if TYPE_CHECKING:
    from oob.inventory.selector import Selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A need of *purpose*: whether it is there, whether a path of the inventory wants it, and what to say of it."""

    purpose: str
    is_there: bool
    is_wanted: bool
    text: str

    @property
    def code(self) -> str:
        """The code of its line: what nothing wants and is not there is passed over."""
        return "OK" if self.is_there else "FAIL" if self.is_wanted else "SKIP"


@click.command("doctor")
@common
@selector_options
@click.option("--send", is_flag=True, help="Send a test message to each channel, to try its address.")
def command(settings: Settings, selector: Selector, send: bool) -> int:
    """Check what this machine has for each kind of path, and say what to install.

    Also names the files of the home that cannot be used (policy.yaml, notify.yaml, ...). Opens nothing, changes
    nothing; only --send sends something. Exit code 1 where a path in the inventory, a channel for messages or a file
    lacks something; the labs and transfers of backups are only told about. Names and selectors choose whose paths
    count.
    """
    needs = list(_needs(settings, selector, send=send))
    width = max(len(need.purpose) for need in needs)
    lines = [f"{need.code:<5} {need.purpose:<{width}}  {need.text}" for need in needs]
    is_well = all(need.is_there for need in needs if need.is_wanted)
    settings.answer({"well": is_well, "needs": [asdict(need) for need in needs]}, "\n".join(lines))
    return 0 if is_well else NotProven.exit_code


def _needs(settings: Settings, selector: Selector, *, send: bool) -> Iterator[Need]:
    from oob.transport.serial import list_ports

    users = _inventory(settings, selector)
    text = "nothing but oob itself"
    yield Need(purpose="tcp telnet rfc2217 ssh console", is_there=True, is_wanted=True, text=text)
    about = {port.device: port.description for port in list_ports()}
    lines = {device for scheme, device in users if scheme == "serial"} | set(about)
    yield from (_line(device, users["serial", device], about.get(device, "")) for device in sorted(lines))
    yield _program("sol and oob power", "ipmitool", users["sol", "ipmitool"], "apt-get install ipmitool")
    for program in sorted({program for scheme, program in users if scheme == "exec"}):
        yield _program("exec", program, users["exec", program], "it is not there, or may not be run")
    git = shutil.which("git")
    yield Need(purpose="oob backup import", is_there=bool(git), is_wanted=False, text=git or "apt-get install git")
    for name, why in faults(settings.home):
        yield Need(purpose=name, is_there=not why, is_wanted=True, text=why or "it can be used")
    yield from _channels(settings, send=send)
    yield from _labs()


def _channels(settings: Settings, *, send: bool) -> Iterator[Need]:
    from oob.cli.commands.notify import deliver_test
    from oob.report.channel import channels, fault

    try:
        known = channels(settings.home.notify)
    except UsageError:
        return  # told of among the files
    if send:
        reasons, well = deliver_test(settings, known), "the test message was delivered"
    else:
        reasons, well = {name: fault(url) for name, url in known.items()}, "they can be sent (not tried; --send tries)"
    for name, why in reasons.items():
        yield Need(purpose=f"messages to {name}", is_there=not why, is_wanted=True, text=why or well)


def _inventory(settings: Settings, selector: Selector) -> dict[tuple[str, str], list[str]]:
    """Return by scheme and program, or serial line, the devices that have a path of it."""
    from oob.transport.opening import check
    from oob.transport.url import parse

    users: dict[tuple[str, str], list[str]] = defaultdict(list)
    for device in chosen(settings, selector) if selector.is_given else settings.inventory():
        for path in device.paths:
            url = check(parse(path.url, device.hosts.names if device.hosts else None))
            what = {"sol": "ipmitool", "exec": url.path, "serial": url.path}.get(url.scheme, "")
            users[url.scheme, what].append(device.name)
    return users


def _program(purpose: str, program: str, users: list[str], advice: str) -> Need:
    found = shutil.which(program)
    whose = f" ({', '.join(users)})" if users else ""
    text = found or f"{program}: {advice}"
    return Need(purpose=purpose + whose, is_there=found is not None, is_wanted=bool(users), text=text)


def _line(device: str, users: list[str], about: str) -> Need:
    whose = f" ({', '.join(users)})" if users else ""
    if not os.path.exists(device):
        text, is_there = f"{device}: it is not plugged in", False
    else:
        is_there = os.access(device, os.R_OK | os.W_OK)
        text = f"{device}  {about}".rstrip() if is_there else f"{device}: adduser {_user()} dialout, and log in anew"
    return Need(purpose=f"serial{whose}", is_there=is_there, is_wanted=bool(users), text=text)


def _user() -> str:
    return os.environ.get("USER") or str(os.getuid())


def _labs() -> Iterator[Need]:
    from oob.lab.real.packages import NEEDED, NEEDED_BY_VM, missing

    yield _lab("oob lab up --real, drill everything-down", missing(NEEDED))
    yield _lab("oob lab up --vm", missing(NEEDED_BY_VM))


def _lab(purpose: str, lacking: tuple[str, ...]) -> Need:
    text = f"apt-get install {' '.join(lacking)}" if lacking else "every Debian package is here"
    if os.geteuid() != 0:
        text += "; it also needs root"
    is_there = not lacking and os.geteuid() == 0
    return Need(purpose=purpose, is_there=is_there, is_wanted=False, text=text)
