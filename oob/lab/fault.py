"""Fault injection for one router and its lines, at once or at a chosen moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from oob.lab.clock import ScheduledCall, Scheduler
from oob.lab.console_server import ConsoleServerPort
from oob.lab.line import LineNoise, SerialLine
from oob.lab.loop import spawn
from oob.lab.network import Network
from oob.lab.network.node import Address
from oob.lab.pty_port import PtyPort
from oob.lab.router import Router

Port = PtyPort | ConsoleServerPort
Arguments = dict[str, Any]


class UnknownFault(ValueError):
    """An unknown fault, or an unknown argument of a fault."""


class Faults:
    """The faults of one router. Each `fault_<name>` takes the arguments that `ask` was given.

    *servers* are the addresses of the hosts of each service (`aaa`, `dns`), which go silent when it is dead.
    """

    def __init__(
        self,
        clock: Scheduler,
        router: Router,
        line: SerialLine,
        ports: list[Port],
        network: Network,
        servers: Mapping[str, Sequence[Address]],
    ) -> None:
        self._clock = clock
        self._router = router
        self._line = line
        self._ports = ports
        self._network = network
        self._servers = servers
        self._repeating: ScheduledCall | None = None
        self._at_line: list[tuple[re.Pattern[str], Callable[[], None]]] = []
        self._at_moment: list[tuple[str, Callable[[], None]]] = []
        self.on_typed: Callable[[str], None] = lambda _: None  # told each line that is typed with an echo
        router.terminal.on_line = self._typed
        router.on_moment = self._reached

    def ask(self, name: str, arguments: Arguments) -> None:
        """Inject fault *name*.

        *when* in the arguments delays it: `{"line": regex}` until a matching line has been typed, `{"output": n}` until
        the router has printed *n* more bytes, `{"moment": "replace"}` until it is half-way through the next replace.
        """
        fault = getattr(self, f"fault_{name.replace('-', '_')}", None)
        if fault is None:
            known = (each.removeprefix("fault_").replace("_", "-") for each in dir(self) if each.startswith("fault_"))
            raise UnknownFault(f"no fault is called {name}: there are {', '.join(known)}")
        when = arguments.pop("when", None)

        def happen() -> None:
            fault(**{key.replace("-", "_"): value for key, value in arguments.items()})

        if not when:
            happen()
        elif "line" in when:
            self._at_line.append((re.compile(when["line"]), happen))
        elif "output" in when:
            self._router.terminal.at_output(int(when["output"]), happen)
        elif "moment" in when:
            self._at_moment.append((when["moment"], happen))
        else:
            raise UnknownFault(f"unknown moment: {when}")

    # --- the line

    def fault_drop(self, seconds: float = 5.0) -> None:
        """Drop every path to the console, and refuse to open one for *seconds*."""
        self._clock.call_later(seconds, self._plug_in)  # which takes no seconds that are none
        for port in self._ports:
            port.close()

    def fault_reach(self, up: bool = False) -> None:
        """Take the way to every console of the router away, or with *up* give it back."""
        for port in self._ports:
            port.close()
        if up:
            self._plug_in()

    def fault_mute(self, seconds: float = 5.0) -> None:
        """Lose all bytes in both directions for *seconds*, silently."""
        self._line.is_cut = True
        self._clock.call_later(seconds, self._unmute)

    def fault_noise(self, garble: float = 0.0, loss: float = 0.0) -> None:
        """Garble and lose these shares of the bytes from now on."""
        self._line.noise = LineNoise(garble=garble, loss=loss)

    def fault_quick(self, on: bool = True) -> None:
        """Take speed and distance from the lines, or give them back: for setting a stage."""
        self._line.hurry(is_quick=on)
        for port in self._ports:
            if isinstance(port, ConsoleServerPort):
                port.hurry(is_quick=on)

    def fault_speed(self, baud: int, servers: bool = False) -> None:
        """Set the device's console to *baud* bit/s, and with *servers* the console servers' ports too."""
        self._line.set_baud(int(baud))
        if servers:
            self.fault_server_speed(baud)

    def fault_server_speed(self, baud: int) -> None:
        """Set the ports of the console servers in front of the router to *baud* bit/s."""
        for port in self._ports:
            if isinstance(port, ConsoleServerPort):
                port.speed = int(baud)

    def fault_type(self, text: str) -> None:
        """Type *text* at the console as another operator."""
        self._router.receive(text.encode("latin-1", "replace"))

    def fault_receive_buffer(self, size: int) -> None:
        """Limit the type-ahead of a busy device to *size* bytes; the rest is lost."""
        self._router.terminal.receive_buffer = size

    # --- the router

    def fault_reboot(self) -> None:
        """Switch the power off and on."""
        self._router.reboot()

    def fault_power(self, on: bool) -> None:
        """Switch the power."""
        if on:
            self._router.power_on()
        else:
            self._router.power_off()

    def fault_syslog(self, text: str, every: float = 0.0) -> None:
        """Log *text* on the router, once or *every* so many seconds; an empty text ends that."""
        if self._repeating is not None:
            self._repeating.cancel()
            self._repeating = None
        if text:
            self._router.say(text)
        if text and every:
            self._repeating = self._clock.call_later(every, lambda: self.fault_syslog(text, every))

    def fault_abort_replace(self, times: int = 1) -> None:
        """Let the next *times* replacements of the configuration fail half-way."""
        self._router.abort_replace(times)

    def fault_lock(self, user: str) -> None:
        """Give the configuration lock to another operator; an empty *user* frees it."""
        self._router.hold_lock(user)

    def fault_edit(self, line: str, user: str = "") -> None:
        """Change the shared candidate by *line* as *user*, who stays in configuration mode and does not commit."""
        self._router.foreign_edit(line, user)

    def fault_upgrade(self, version: str, refuse: tuple[str, ...] | list[str] = ()) -> None:
        """Replace the software without a message; it refuses lines that match one of *refuse*."""
        self._router.upgrade(version, tuple(refuse))

    def fault_aaa(self, mode: str = "", authorization_delay: float | None = None) -> None:
        """Make the AAA servers `alive`, `dead` or `rejecting`; delay each command by *authorization_delay* seconds."""
        if authorization_delay is not None:
            self._router.terminal.authorization_delay = authorization_delay
            if not mode:
                return
        if mode not in ("alive", "dead", "rejecting"):
            raise UnknownFault(f"AAA servers cannot be {mode}")
        self._router.aaa(mode)
        self._network.silence(self._router.name, self._servers.get("aaa", ()), mode == "dead")

    def fault_dns(self, dead: bool = True) -> None:
        """Stop or start the name servers."""
        self._router.dns_dead = dead
        self._network.silence(self._router.name, self._servers.get("dns", ()), dead)

    def fault_link(self, interface: str, up: bool = False) -> None:
        """Pull the cable in *interface*, or plug it in again."""
        link = self._router.identity.cables.get(interface)
        if link is None:
            raise UnknownFault(f"{self._router.name} has no cable in {interface}")
        if up:
            self._network.mend(link)
        else:
            self._network.cut(link)

    # --- moments

    def _typed(self, line: str) -> None:
        self.on_typed(line)
        for entry in list(self._at_line):
            if entry[0].search(line):
                self._at_line.remove(entry)
                entry[1]()

    def _reached(self, moment: str) -> None:
        for entry in list(self._at_moment):
            if entry[0] == moment:
                self._at_moment.remove(entry)
                entry[1]()

    def _plug_in(self) -> None:
        for port in self._ports:
            if isinstance(port, ConsoleServerPort):
                spawn(port.open())
            else:
                port.open()

    def _unmute(self) -> None:
        self._line.is_cut = False
