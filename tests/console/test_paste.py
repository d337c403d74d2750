"""Lines into a device that is slow, small, lossy or noisy: each arrives once, in order, in its section, or is named."""

from __future__ import annotations

import random

import pytest

from oob.console.console import Console
from oob.errors import OutputUnverified
from tests.console.conftest import OpenConsole
from tests.console.scripted import ScriptedDevice
from tests.console.test_conversation import SYSLOG

BYTE = 0.001  # seconds, as at 9600 baud


class Clock:
    """Stands in for `time`: a device that says nothing lets pass what it is waited for, and waiting takes no time."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


CLOCK = Clock()


@pytest.fixture(autouse=True)
def passing_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("paste", "stream"):
        monkeypatch.setattr(f"oob.console.{module}.time", CLOCK)


class Configurable(ScriptedDevice):
    """Takes any configuration line; refuses those that begin with `bad`; keeps what it applied with its section."""

    def __init__(self, *, chunk: int = 65536, receive_buffer: int = 0, speed: int = 40) -> None:
        super().__init__(chunk=chunk)
        self.applied: list[tuple[str, str]] = []
        self.section = ""
        self.receive_buffer = receive_buffer
        self.speed = speed
        self.waiting = bytearray()
        self.lose: dict[int, bytes] = {}
        self.count = 0
        self.is_configuring = False
        self.noise_at: set[int] = set()

    def write(self, data: bytes, timeout: float) -> None:
        for byte in data:
            self.count += 1
            kept = self.lose.pop(self.count, bytes([byte]))
            if not self.receive_buffer:
                self._key(kept) if kept else None
            elif len(self.waiting) < self.receive_buffer:
                self.waiting += kept

    def read(self, max_bytes: int, timeout: float) -> bytes:
        for byte in self.waiting[: self.speed]:
            self._key(bytes([byte]))
        del self.waiting[: self.speed]
        data = super().read(max_bytes, timeout)
        CLOCK.now += BYTE * len(data) if data else timeout
        return data

    def say(self, data: bytes) -> None:
        if self.noise_at and len(self.applied) in self.noise_at and data not in (b"\r\n", self.prompt):
            self.noise_at.discard(len(self.applied))
            data = b"\r\n" + SYSLOG.encode() + b"\r\n" + data
        super().say(data)

    def _execute(self, line: str) -> None:
        command = line.strip()
        if not self.is_configuring:
            self.is_configuring = command == "configure terminal"
            self.prompt = b"edge1(config)#" if self.is_configuring else self.prompt
        elif command == "end":
            self.is_configuring, self.prompt = False, b"edge1#"
        elif command.startswith("bad"):
            self.say(b"             ^\r\n% Invalid input detected at '^' marker.\r\n\r\n")
        elif command:
            if command.startswith("interface"):
                self.section = command
                self.prompt = b"edge1(config-if)#"
            elif not line.startswith(" "):
                self.section, self.prompt = "", b"edge1(config)#"
            self.applied.append((self.section, command))
        self.say(self.prompt)

    @property
    def outcome(self) -> dict[tuple[str, str], str]:
        """The configuration that results: in each section the last word on each subject counts."""
        return {(section, command.split()[0]): command for section, command in self.applied}


def sections(count: int) -> list[str]:
    lines: list[str] = []
    for number in range(100, 100 + 37 * count, 37):
        lines += [f"interface Loopback{number}", f" description customer {number}", f" ip address 10.{number}.0.1 /32"]
    return lines


def expected(lines: list[str]) -> dict[tuple[str, str], str]:
    model = Configurable()
    model.is_configuring = True
    for line in lines:
        model._execute(line)
    return model.outcome


def in_configuration_mode(device: Configurable, open_console: OpenConsole) -> Console:
    console = open_console(device)
    console.go("config")
    return console


def test_every_line_arrives_once(size: int, open_console: OpenConsole) -> None:
    device = Configurable(chunk=size)
    lines = sections(40)

    pasted = in_configuration_mode(device, open_console).paste(lines)

    assert [command for _, command in device.applied] == [line.strip() for line in lines]
    assert (pasted.lines, pasted.resent, pasted.errors) == (120, 0, ())


def test_a_refusal_is_tied_to_its_line(size: int, open_console: OpenConsole) -> None:
    lines = ["hostname edge1", "bad line one", "no ip domain lookup", "bad line two"]

    pasted = in_configuration_mode(Configurable(chunk=size), open_console).paste(lines)

    assert [(error.line, error.text) for error in pasted.errors] == [(2, "bad line one"), (4, "bad line two")]
    assert all("% Invalid input detected" in error.answer for error in pasted.errors)


@pytest.mark.parametrize("speed", [1, 13, 40])
def test_a_device_with_a_receive_buffer_of_128_bytes_is_not_overrun(
    speed: int, size: int, open_console: OpenConsole
) -> None:
    device = Configurable(chunk=size, receive_buffer=128, speed=speed)
    lines = sections(25)

    pasted = in_configuration_mode(device, open_console).paste(lines)

    assert device.outcome == expected(lines)
    assert pasted.errors == ()


def test_lost_bytes_are_found_and_the_section_is_sent_again(size: int, open_console: OpenConsole) -> None:
    lines = sections(12)
    for seed in range(15):
        device = Configurable(chunk=size)
        console = in_configuration_mode(device, open_console)
        chance = random.Random(seed)
        lost = chance.sample(range(device.count + 1, device.count + 300), 3)
        device.lose = dict.fromkeys(lost, b"")

        pasted = console.paste(lines)

        wanted = expected(lines)
        assert {name: device.outcome.get(name) for name in wanted} == wanted, seed
        assert pasted.resent > 0


def test_garbled_bytes_are_found_and_the_line_is_sent_again(size: int, open_console: OpenConsole) -> None:
    lines = sections(12)
    device = Configurable(chunk=size)
    console = in_configuration_mode(device, open_console)
    device.lose = {device.count + 5: b"~", device.count + 160: b"}"}

    pasted = console.paste(lines)

    wanted = expected(lines)
    assert {name: device.outcome.get(name) for name in wanted} == wanted
    assert pasted.resent > 0
    assert len(pasted.garbled) == 2


def test_syslog_in_an_echo_is_not_taken_for_a_loss(size: int, open_console: OpenConsole) -> None:
    device = Configurable(chunk=size)
    console = in_configuration_mode(device, open_console)
    device.noise_at = {2, 5, 9}
    lines = sections(6)

    pasted = console.paste(lines)

    assert pasted.resent == 0
    assert pasted.notices == (SYSLOG,) * 3
    assert device.outcome == expected(lines)


def test_a_line_that_never_comes_through_is_an_error_and_not_a_short_paste(open_console: OpenConsole) -> None:
    class Deaf(Configurable):
        def _key(self, key: bytes) -> None:
            if key != b"Q":
                super()._key(key)

    console = in_configuration_mode(Deaf(), open_console)

    with pytest.raises(OutputUnverified, match="line 2 of the paste"):
        console.paste(["hostname edge1", "banner Q", "end of it"])


def test_a_question_in_a_paste_is_an_error_of_its_line(open_console: OpenConsole) -> None:
    class Asking(Configurable):
        def _execute(self, line: str) -> None:
            if line.startswith("crypto key"):
                self.mode = "confirm"
                self.say(b"Really replace it? [confirm]")
            else:
                super()._execute(line)

    device = Asking(receive_buffer=4096, speed=20)
    console = in_configuration_mode(device, open_console)

    pasted = console.paste(["crypto key generate rsa"])

    assert "confirmed" not in device.executed
    assert "Really replace it?" in pasted.errors[0].answer


def test_the_lines_of_a_banner_are_known_without_a_prompt(size: int, open_console: OpenConsole) -> None:
    class WithBanner(Configurable):
        in_text = False

        def _execute(self, line: str) -> None:
            if self.in_text:
                self.applied.append(("banner", line))
                self.in_text = line != "@"
            elif line.startswith("banner"):
                self.in_text = True
                self.say(b"Enter TEXT message.  End with the character '@'.\r\n")
                return
            else:
                super()._execute(line)
                return
            if not self.in_text:
                self.say(self.prompt)

    device = WithBanner(chunk=size)
    lines = ["banner motd @", "first", "", "edge1#", "last", "@", "hostname edge1"]

    pasted = in_configuration_mode(device, open_console).paste(lines)

    assert [text for _, text in device.applied] == [*lines[1:6], "hostname edge1"]
    assert (pasted.resent, pasted.errors) == (0, ())
