"""The process that the real lab runs in, with the protocol of `oob.lab.service`.

Only `oob.lab.control` starts `python -m oob.lab.real.service`.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import socket
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from oob.lab.real.site import Site


class Switched(Protocol):
    """A router with a power switch."""

    def power_on(self) -> None:
        """Let it boot, if it is off."""

    def power_off(self) -> None:
        """Cut its power."""

    def power_cycle(self) -> None:
        """Let it boot again, also if it is off."""


class RouterStage(Protocol):
    """The routers of a lab."""

    @property
    def routers(self) -> Mapping[str, Switched]:
        """The routers by their names."""

    def power_on(self) -> None:
        """Let all of them boot."""

    def describe(self) -> list[dict[str, Any]]:
        """Return what `oob lab list` shows of each router."""

    def close(self) -> None:
        """Take everything away."""


def fault(site: RouterStage, router: str, name: str, arguments: dict[str, Any]) -> None:
    """Let something go wrong; raises ValueError for what cannot."""
    if router not in site.routers:
        raise ValueError(f"the lab has no router {router}")
    switch = site.routers[router]
    actions = {"on": switch.power_on, "off": switch.power_off, "cycle": switch.power_cycle}
    if name != "power" or arguments.get("state") not in actions:
        raise ValueError("real routers have the fault: power state=off, state=on and state=cycle")
    actions[arguments["state"]]()


def serve(site: RouterStage, control: socket.socket, owner: int | None, stop: int) -> None:
    """Answer each request, a JSON object a line, until one is `down`, a signal comes or *owner* is closed."""
    waited = [control.fileno(), stop] + ([owner] if owner is not None else [])
    while select.select(waited, [], [])[0] == [control.fileno()]:
        client, _ = control.accept()
        with client, client.makefile("rwb") as lines:
            for line in lines:
                request = json.loads(line)
                if request.get("do") == "down":
                    site.close()  # the connection ends when everything has stopped
                    return
                try:
                    fault(site, request["router"], request["name"], request["arguments"])
                    answer: dict[str, Any] = {"ok": True}
                except (ValueError, KeyError, OSError) as error:
                    answer = {"error": str(error)}
                lines.write(json.dumps(answer).encode() + b"\n")
                lines.flush()


def run(make: Callable[[Path], RouterStage], folder: Path, ready: int, owner: int | None) -> None:
    """Run the lab that *make* makes in *folder* until it is told to stop."""
    stop, stopper = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.write(stopper, b"."))
    with closing(make(folder)) as site, tempfile.TemporaryDirectory(prefix="oob-lab-") as short:
        site.power_on()
        path = f"{short}/control"  # the path of a unix socket has room for a hundred characters
        with socket.socket(socket.AF_UNIX) as control:
            control.bind(path)
            control.listen()
            state = folder / "lab.json"
            state.touch(mode=0o600)
            state.write_text(json.dumps({"pid": os.getpid(), "control": path, "routers": site.describe()}, indent=2))
            os.write(ready, b"ready\n")
            os.close(ready)
            try:
                serve(site, control, owner, stop)
            finally:
                state.unlink(missing_ok=True)


def main(make: Callable[[Path], RouterStage]) -> None:
    """Read the arguments that `oob.lab.control` gives."""
    parser = argparse.ArgumentParser(prog="lab")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--ready-fd", type=int, required=True)
    parser.add_argument("--owner-fd", type=int)
    arguments = parser.parse_args()
    run(make, arguments.state, arguments.ready_fd, arguments.owner_fd)


if __name__ == "__main__":
    main(Site)
