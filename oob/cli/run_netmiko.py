"""`oob run --platform netmiko:TYPE`: commands on a platform that oob has no profile of, as Netmiko runs them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from oob.device.reach import Reach
from oob.errors import DeviceError, OobError

PREFIX = "netmiko:"


def run(way: Reach, commands: Sequence[str], silence: float | None) -> tuple[dict[str, Any], str]:
    """Run *commands* and return the document and the text of the answer; raises OobError.

    Whether an output is whole is Netmiko's judgement, and nothing is known of notices and refusals.
    """
    from netmiko import NetmikoBaseException
    from paramiko import SSHException  # what Netmiko's other exceptions are

    from oob.adapters.netmiko import connect

    device_type = way.entry.platform.removeprefix(PREFIX)
    started = time.monotonic()
    try:
        with connect(
            [path.url for path in way.entry.paths],
            device_type=device_type,
            username=way.login.username or "",
            password=way.login.password or "",
            access=way.access,
            tape=way.transcript,
        ) as device:
            if not device.check_enable_mode() and (secret := way.login.enable):
                device.secret = secret
                device.enable()
            connected = time.monotonic() - started
            outputs = [_output(device, command, silence) for command in commands]
            document = {
                "platform": way.entry.platform,
                "path": device.host,
                "hostname": device.base_prompt,
                "connect_seconds": round(connected, 3),
                "commands": outputs,
            }
    except (NetmikoBaseException, SSHException) as error:
        if isinstance(error.__cause__, OobError):
            raise error.__cause__ from None
        raise DeviceError(f"Netmiko: {' '.join(str(error).split())}") from error
    return document, "\n".join(output["output"] for output in outputs)


def _output(device: Any, command: str, silence: float | None) -> dict[str, Any]:
    started = time.monotonic()
    options = {} if silence is None else {"read_timeout": silence}
    text = device.send_command(command, **options)
    return {"command": command, "output": text, "seconds": round(time.monotonic() - started, 3)}
