"""A device behind a console: named actions, text in and text out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

from oob.console.console import Console
from oob.console.conversation import ANSWERED
from oob.console.output import Output
from oob.console.paste import Pasted
from oob.console.typeable import check_lines
from oob.device import facts as fact_finder
from oob.device.action import Result, allowed, perform
from oob.device.checkpoint import Checkpoint, KeptFile, files, listed
from oob.device.facts import Facts
from oob.device.reading import DeviceReading, read, read_command
from oob.device.values import Values
from oob.errors import OobError, OutputUnverified, UsageError
from oob.profile.model import Profile, Query, Step
from oob.routing.parse import read_table
from oob.routing.table import RouteTable
from oob.secret.masking import mask_answer
from oob.transport.base import LineSettings, Transport
from oob.transport.budget import Budget, budget_of

LOG_OUT = 15.0  # seconds to reach a console that we come back to only to log out

_Part = TypeVar("_Part")


class Device:
    """The actions on a device whose console is open; every method leaves it in its home state."""

    def __init__(
        self,
        console: Console,
        ways_back: Callable[[], Iterable[Transport]] = tuple,
        answers: Callable[[], MutableMapping[str, str]] = dict,
    ) -> None:
        self.console = console
        self._answers = answers  # answers from the opening of the console
        self._ways_back = ways_back  # to where we are still logged in after the path has died
        self._is_held = console.is_held  # in a state that must not be left while the device's timer runs
        self._is_noisy = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the console as it was found and give the path back; a dead path over another that works."""
        if self.console.is_stranded:
            self._come_back()
        self.console.leave()

    def drop(self) -> None:
        """Let go of the path without typing anything."""
        self.console.stream.transport.close()

    def reopen(self, transport: Transport) -> None:
        """Go on over another transport after the path died."""
        self.console.reopen(transport)
        self._is_held = self.console.is_held

    def _come_back(self) -> None:
        for transport in self._ways_back():
            try:
                self.console.reopen(transport, LOG_OUT)
                return
            except OobError as error:
                self.drop()
                self.console.say(f"{transport.path}: {error}")
        self.console.say("WE ARE STILL LOGGED IN on this console, and no path leads back to log out")

    # --- what it is

    @property
    def profile(self) -> Profile:
        """The platform's profile."""
        return self.console.profile

    @property
    def platform(self) -> str:
        """The platform's name."""
        return self.console.profile.platform

    @property
    def is_held(self) -> bool:
        """Tell whether this session is the one whose trial the device's timer would revert."""
        return self._is_held

    @property
    def hostname(self) -> str:
        """The name in the last prompt."""
        return self.console.host

    @property
    def path(self) -> str:
        """The path in use, as it may be shown."""
        return self.console.stream.transport.path

    @property
    def line(self) -> LineSettings | None:
        """The settings of the serial line, where the path has one."""
        return self.console.stream.transport.line

    @property
    def round_trip(self) -> float:
        """The shortest time in which the device answered, in seconds."""
        return self.console.stream.round_trip or 0.0

    @property
    def pace(self) -> float:
        """The seconds that a command takes here besides what it prints, where that is long."""
        return self.console.pace

    @property
    def budget(self) -> Budget | None:
        """The byte budget that the path in use is charged to, where it has one."""
        return budget_of(self.console.stream.transport)

    @property
    def is_noisy(self) -> bool:
        """Tell whether an answer of this session came garbled: then a reading needs more that agree with it."""
        return self._is_noisy

    @property
    def state_found(self) -> str:
        """Return the state of the console on arrival."""
        return self.console.found.state.name if self.console.found else "unknown"

    # --- reading

    def run(self, command: str, *, silence: float | None = None) -> Output:
        """Run one command in the home state; an output that log lines broke is asked for again if it only shows."""
        typed = self._aside(command)
        if re.match(r"\s*(?:show|display|get)\b", command):
            return read_command(self.console, typed)
        return self.console.run(typed, silence=silence)

    def facts(self) -> Facts:
        """Return hostname, serial number, version and model, as the device itself says them."""
        return self.facts_in(self.facts_text())

    def facts_text(self) -> str:
        """Return what the device prints of itself."""
        data = self._has(self.profile.facts, "facts")
        answers = dict(self._answers())
        self._answers().clear()  # what the device says is not kept for a second reading
        if missing := tuple(command for command in data.commands if command not in answers):
            read = self.query(Query(commands=missing)).outputs
            answers |= {command: output.text for command, output in zip(missing, read, strict=True)}
        return "\n".join(answers[command] for command in data.commands)

    def facts_in(self, text: str) -> Facts:
        """Return the facts in *text*; raises DataError where one is missing."""
        return fact_finder.find(self._has(self.profile.facts, "facts"), text)

    def configuration(self) -> str:
        """Return the running configuration, whole."""
        return self.query(self._has(self.profile.configuration, "configuration").read).text

    def configuration_set(self) -> str | None:
        """Return the configuration in the platform's line-by-line form, where it has one."""
        form = self._has(self.profile.configuration, "configuration").set_form
        return self.query(form).text if form else None

    def route_text(self) -> str:
        """Return the routing tables as printed, all VRFs and families."""
        if not self.profile.routes:
            raise UsageError(f"the profile of {self.platform} does not say how to read routes")
        # Each answer was read to its proven end, so its last line is whole.
        return "".join(f"{self.query(query).text}\n" for query in self.profile.routes)

    def routes(self) -> RouteTable:
        """Return the routing tables, unrecognised lines as text; raises RouteError where they are incomplete."""
        return read_table(self.platform, self.route_text())

    def neighbours(self) -> str:
        """Return what the device says of its neighbours and interfaces."""
        return "\n".join(text for query in self.profile.neighbours if (text := self.query(query).text))

    def query(self, query: Query) -> DeviceReading:
        """Ask a query of the profile; see reading.read."""
        commands = tuple(self._aside(command) for command in query.commands)
        try:
            reading = read(self.console, query.model_copy(update={"commands": commands}))
        except OutputUnverified:
            self._is_noisy = True
            raise
        self._is_noisy |= reading.is_noisy
        self.go_home()
        return reading

    def ping(self, address: str, vrf: str = "") -> bool:
        """Tell whether *address* answers the device, in *vrf* where one is named."""
        data = self._has(self.profile.ping, "ping")
        command = self._has(data.typed(address, vrf) or None, "ping in a VRF")
        output = self.console.run(self._aside(command), silence=90)
        return re.search(data.alive, output.text) is not None

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Return the device's own rollback points, newest first."""
        data = self.profile.checkpoints
        return listed(data, self.run(data.command).text) if data else ()

    def kept_files(self) -> tuple[KeptFile, ...]:
        """Return the files of the device that may be copies of its configuration."""
        data = self.profile.files
        return files(data, self.run(data.command).text) if data else ()

    def timer_owner(self) -> str | None:
        """Ask the device whether a timer of its own is armed: None when not, else whose ("" where it does not say)."""
        data = self.profile.timer
        if data is None:
            return None
        text = self.perform(data.query, Values()).text
        match = re.search(data.armed, text, re.M)
        return (match.groupdict().get("by") or "") if match else None

    # --- changing

    def paste(self, lines: Sequence[str]) -> Pasted:
        """Enter the configuration mode, paste *lines*, leave it again; nothing is typed where one of them cannot be."""
        check_lines(lines, self.console.grammar.data.keys)
        self.console.go(self._has(self.profile.configuration, "configuration").enter)
        try:
            return self.console.paste(lines)
        finally:
            self.console.go(self.profile.home_state)

    def perform(self, step: Step, values: Values, *, expected: float = 0.0, limit: float = ANSWERED) -> Result:
        """Do one step of a strategy that takes *expected* seconds, in *limit* at most; see action.perform."""
        if step.run and not step.changes:
            step = step.model_copy(update={"run": self._aside(step.run)})
        result = perform(self.console, step, values, limit=min(limit, allowed(step, expected)), hide=self._hidden)
        self._is_held = (self._is_held or step.holds) and not step.frees
        return result

    def _hidden(self, answer: str) -> str:
        return mask_answer(answer, self.profile.secrets)

    def go_home(self) -> None:
        """Go to the home state, unless the session has to stay where its timer was armed."""
        if not self._is_held:
            self.console.go(self.profile.home_state)

    def _aside(self, command: str) -> str:
        """Return *command*, which only shows, as it is typed where the console is."""
        return self.console.aside + command if self._is_held else command

    def _has(self, part: _Part | None, name: str) -> _Part:
        if part is None:
            raise UsageError(f"the profile of {self.platform} says nothing of {name}")
        return part
