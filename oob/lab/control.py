"""Start, find, disturb and stop a lab that runs in its own process."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from oob.errors import OobError, UsageError
from oob.kept import kept
from oob.lab.topology import Topology

START_SECONDS = 30.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LabRouter:
    """One virtual router and the ways in: *consoles* are console URLs.

    *moved_from* is the TCP port that an earlier lab had here, where another program uses it now.
    """

    name: str
    platform: str
    consoles: tuple[str, ...]
    username: str
    password: str
    secret: str = ""
    serial: str = ""
    server_password: str = ""
    moved_from: int = 0

    def console(self, scheme: str) -> str:
        """Return its first console of one kind (`serial`, `telnet`, `tcp`); raises UsageError without one."""
        for url in self.consoles:
            if url.startswith(f"{scheme}://"):
                return url
        raise UsageError(f"{self.name} has no {scheme} console")


class LabWatch:
    """The events of a lab (see `oob.lab.activity`) as they happen; select on it, then `read`."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._begun = b""

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._control.fileno()

    def read(self) -> list[dict[str, Any]]:
        """Return the events that have come; raises OobError where the lab has ended."""
        data = self._control.recv(65536)
        if not data:
            raise OobError("the lab has ended")
        *lines, self._begun = (self._begun + data).split(b"\n")
        return [event for event in map(json.loads, lines) if "kind" in event]

    def close(self) -> None:
        """Stop looking."""
        self._control.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _LabState:
    pid: int
    control: str
    routers: tuple[LabRouter, ...]


class Lab:
    """A running lab. An owned one ends with `close`, with its owner's process, and with `with`."""

    def __init__(self, state: Path, pid: int, control: str, routers: tuple[LabRouter, ...], owner: int = -1) -> None:
        self.state = state
        self.pid = pid
        self.routers = routers
        self._control = control
        self._owner = owner
        self._process: subprocess.Popen[bytes] | None = None

    def router(self, name: str) -> LabRouter:
        """Return a router by name; raises UsageError."""
        for router in self.routers:
            if router.name == name:
                return router
        raise UsageError(f"the lab has no router {name}")

    def fault(self, router: str, name: str, **arguments: Any) -> None:
        """Inject fault *name* into *router* (see `oob.lab.fault`); raises UsageError for an unknown fault."""
        answer = self._ask({"do": "fault", "router": router, "name": name, "arguments": arguments})
        if "error" in answer:
            raise UsageError(str(answer["error"]))

    def watch(self) -> LabWatch:
        """Begin to look at the activity in the lab; close it with `close`."""
        control = socket.socket(socket.AF_UNIX)
        control.connect(self._control)
        control.sendall(b'{"do": "watch"}\n')
        return LabWatch(control)

    def down(self) -> None:
        """Stop the lab and wait until it is gone."""
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(STOP_SECONDS)
            control.connect(self._control)
            control.sendall(b'{"do": "down"}\n')
            while control.recv(4096):
                pass
        self._gone()

    def close(self) -> None:
        """Stop the lab if it is owned; a lab that is not goes on."""
        if self._owner >= 0:
            os.close(self._owner)
            self._owner = -1
            self._gone()

    def adopt(self, process: subprocess.Popen[bytes], owner: int) -> None:
        """Become the owner: the lab lives as long as *owner*, the writing end of its pipe, is open."""
        self._process, self._owner = process, owner

    def _gone(self) -> None:
        if self._process is not None:
            self._process.wait(STOP_SECONDS)
            self._process = None

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(STOP_SECONDS)
            try:
                control.connect(self._control)
            except OSError:
                raise UsageError(f"no lab is running in {self.state}") from None
            control.sendall(json.dumps(request).encode() + b"\n")
            with control.makefile("rb") as answers:
                answer: dict[str, Any] = json.loads(answers.readline() or b"{}")
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def lab_up(state_dir: Path, topology: Topology | None, *, owned: bool, real: str = "real") -> Lab:
    """Start a lab in the background and return it once its consoles can be opened.

    Without a topology it is the *real* one: `real` for routers in namespaces, `vm` for the virtual machine.

    What the routers save lives below *state_dir* and is found again by the next lab there. An *owned* lab ends with
    this process. Raises UsageError when one is running there already, OobError when it does not start.
    """
    if (running := _find(state_dir)) is not None:
        raise UsageError(f"a lab is running in {state_dir} already (process {running.pid})")
    _describe(state_dir, topology)
    service = "oob.lab.service" if topology else f"oob.lab.{real}.service"
    process, owner = _start(state_dir.resolve(), owned, service)
    lab = _find(state_dir)
    if lab is None:
        raise OobError(f"the lab in {state_dir} ended right after its start")
    if owned:
        lab.adopt(process, owner)
    else:
        process.returncode = 0  # it runs on without us; init collects its exit status
    return lab


def _describe(state_dir: Path, topology: Topology | None) -> None:
    """Write the description of the lab for its process."""
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        state_dir.chmod(0o700)  # a folder that was there may be open to others, and passwords lie in it
        if topology is not None:
            description = state_dir / "topology.json"
            description.touch(mode=0o600)
            description.write_text(json.dumps(topology.to_dict()))
    except OSError as error:
        raise UsageError(f"{state_dir}: no lab can be kept there: {error.strerror}") from error


def lab_list(state_dir: Path) -> Lab:
    """Return the lab that is running in *state_dir*; raises UsageError without one."""
    lab = _find(state_dir)
    if lab is None:
        raise UsageError(f"no lab is running in {state_dir}; oob lab up starts one")
    return lab


def lab_down(state_dir: Path) -> None:
    """Stop the lab that is running in *state_dir*; raises UsageError without one."""
    lab_list(state_dir).down()


def _start(state: Path, owned: bool, service: str) -> tuple[subprocess.Popen[bytes], int]:
    ready, child_ready = os.pipe()
    child_owner, owner = os.pipe() if owned else (-1, -1)
    passed = [fd for fd in (child_ready, child_owner) if fd >= 0]
    command = [sys.executable, "-m", service, "--state", str(state), "--ready-fd", str(child_ready)]
    command += ["--owner-fd", str(child_owner)] if owned else []
    try:
        with os.fdopen(os.open(state / "lab.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
            process = subprocess.Popen(
                command,
                pass_fds=passed,
                env={name: value for name, value in os.environ.items() if not name.startswith("OOB_")},  # no secrets
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
    finally:
        for fd in passed:
            os.close(fd)
    try:
        _wait_until_ready(ready, process, state)
    except OobError:
        if owned:
            os.close(owner)
        raise
    finally:
        os.close(ready)
    return process, owner


def _wait_until_ready(ready: int, process: subprocess.Popen[bytes], state: Path) -> None:
    arrived, _, _ = select.select([ready], [], [], START_SECONDS)
    if arrived and os.read(ready, 16) == b"ready\n":
        return
    process.kill()
    process.wait()
    last = (state / "lab.log").read_text(errors="replace").strip().rpartition("\n")[2]
    raise OobError(f"the lab did not start: {last or 'no reason given'}")


def _find(state_dir: Path) -> Lab | None:
    """Return the lab whose state file lies in *state_dir* and which answers; what a crash left is removed."""
    file = state_dir / "lab.json"
    try:
        state = kept(_LabState, file.read_bytes())
    except OSError:
        return None
    with socket.socket(socket.AF_UNIX) as control:
        try:
            control.connect(state.control if state else "")
        except (OSError, ValueError):  # ValueError: no path holds a zero byte
            state = None
    if state is None:
        file.unlink(missing_ok=True)
        return None
    return Lab(state_dir, state.pid, state.control, state.routers)
