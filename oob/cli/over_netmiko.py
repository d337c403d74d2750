"""`--platform netmiko:TYPE`: `run` and `backup take` on a platform that oob has no profile of, as Netmiko knows it.

Whether an output is whole is Netmiko's judgement, and nothing is known of notices.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from oob.adapters.netmiko_configuration import COMMANDS
from oob.backup.folder import Reading
from oob.errors import DeviceError, OobError, UsageError

if TYPE_CHECKING:
    from netmiko import BaseConnection

    from oob.device.session import DeviceSession

PREFIX = "netmiko:"
WHOLE = 600.0  # seconds that a configuration may take: half a megabyte at 9600 bit/s

# How command lines say that they know no such command, in one of the first lines of an answer.
_REFUSAL = re.compile(
    r"^\s*(?:% ?(?:invalid|unknown|unrecognized|incomplete|ambiguous|bad|wrong)|(?:error|failed): |syntax error|"
    r"unknown command|invalid (?:input|command)|.*command not found|\^\s*$)",
    re.IGNORECASE | re.MULTILINE,
)
_BEGINNING = 400


def is_meant(platform: str) -> bool:
    """Tell whether Netmiko is to be used for *platform*."""
    return platform.startswith(PREFIX)


def run(way: DeviceSession, commands: Sequence[str], silence: float | None) -> tuple[dict[str, Any], str]:
    """Run *commands* and return the document and the text of the answer; raises OobError."""
    started = time.monotonic()
    with _session(way) as device:
        connected = time.monotonic() - started
        outputs = [_output(device, command, silence) for command in commands]
        document = {
            "platform": way.entry.platform,
            "path": device.host,
            "hostname": device.base_prompt,
            "connect_seconds": round(connected, 3),
            "commands": outputs,
        }
    return document, "\n".join(output["output"] for output in outputs)


def read(way: DeviceSession, *, name: str, command: str, change: str, reason: str) -> Reading:
    """Return the device's configuration, as *command* or the platform's usual command prints it.

    It is kept as that of *name*, else of what the device calls itself. Routes, neighbours, serial number and software
    are not read. Raises DeviceError where the device did not take the command, WrongDevice where its
    prompt is not that of the device that the inventory names.
    """
    started = datetime.now(UTC)
    command = command or configuration_command(way.entry.platform)
    with _session(way) as device:
        hostname = str(device.base_prompt)
        text = _output(device, command, WHOLE)["output"]
        is_agreed = _output(device, command, WHOLE)["output"] == text
        path = device.host
    if _REFUSAL.search(text[:_BEGINNING]):
        raise DeviceError(f"the device refused {command!r}; --command says what it takes", command=command, answer=text)
    return Reading(
        device=name or hostname,
        platform=way.entry.platform,
        configuration=f"{text.rstrip()}\n" if text.strip() else "",
        facts={"hostname": hostname, "command": command},
        verified={"facts": "the prompt"} | ({"configuration": "2 equal readings"} if is_agreed else {}),
        path=path,
        change=change,
        reason=reason,
        started=started,
        finished=datetime.now(UTC),
    )


def configuration_command(platform: str) -> str:
    """Return what prints the configuration on *platform* (`netmiko:TYPE`); raises UsageError where it is unknown."""
    from oob.adapters.line import base

    device_type = platform.removeprefix(PREFIX)
    command = COMMANDS.get(base(device_type))
    if command is None:
        raise UsageError(f"what prints the configuration on {device_type} is not known here: --command says it")
    return command


@contextmanager
def _session(way: DeviceSession) -> Iterator[BaseConnection]:
    """Give a connected device, privileged where a secret for that is known; Netmiko's errors become ours."""
    try:
        from netmiko import NetmikoBaseException
    except ImportError as error:
        raise UsageError(f"{way.entry.platform} needs Netmiko: pip install 'oob[netmiko]' ({error})") from error
    from paramiko import SSHException  # what Netmiko's other exceptions are

    try:
        with way.first(lambda path: _connected(way, path.url)) as device:
            if not device.check_enable_mode() and (secret := way.login.enable):
                device.secret = secret
                device.enable()
            yield device
    except (NetmikoBaseException, SSHException) as error:
        if isinstance(error.__cause__, OobError):
            raise error.__cause__ from None
        raise DeviceError(f"Netmiko: {' '.join(str(error).split())}") from error


def _connected(way: DeviceSession, url: str) -> BaseConnection:
    """Return a device that Netmiko has logged in on; raises WrongDevice where its prompt is that of another one."""
    from netmiko import NetmikoBaseException

    from oob.adapters.netmiko import connect

    try:
        device = connect(
            url,
            device_type=way.entry.platform.removeprefix(PREFIX),
            username=way.login.username or "",
            password=way.login.password or "",
            access=way.access,
            tape=way.tape,
            expect=way.entry.expect,
        )
    except NetmikoBaseException as error:
        if isinstance(error.__cause__, OobError):
            raise error.__cause__ from None
        raise
    if objection := way.compare_name(re.split("[@:]", str(device.base_prompt))[-1]):
        device.disconnect()
        raise objection
    return device


def _output(device: Any, command: str, silence: float | None) -> dict[str, Any]:
    started = time.monotonic()
    options = {} if silence is None else {"read_timeout": silence}
    text = device.send_command(command, **options)
    return {"command": command, "output": text, "seconds": round(time.monotonic() - started, 3)}
