"""Consoles that log without a pause, or print without an end: everything ends in its time, and right."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oob.console.console import Console
from oob.console.conversation import Conversation, OthersTyping
from oob.console.grammar import Grammar
from oob.console.progress import quiet
from oob.errors import ConsoleError, ConsoleInUse, OobError, OutputTooLong, PromptTimeout
from oob.lab.clock import SteppedClock
from oob.profile.store import load
from tests.console.conftest import Secrets
from tests.console.virtual import PLATFORMS, VirtualConsole, stepped
from tests.stand_in import StandIn

MESSAGE = b"*Mar  1 12:00:00.123: %LINK-3-UPDOWN: Interface GigabitEthernet2, changed state to down\r\n"
SHOW = {"juniper_junos": "show interfaces terse"}
# Messages every so many seconds, at so many bit/s, over so many seconds there and back; bytes a read, seconds a packet.
STORMS = [
    pytest.param(9600, 0.4, 0.0, 65536, 0.0, id="9600-whole"),
    pytest.param(9600, 0.4, 0.0, 65536, 0.04, id="9600-packets"),
    pytest.param(115200, 0.05, 0.0, 7, 0.0, id="115200-7-bytes"),
    pytest.param(115200, 0.31, 0.6, 65536, 0.0, id="115200-far"),
]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(("baud", "every", "round_trip", "chunk", "packet"), STORMS)
def test_a_log_storm_delays_login_command_and_paste_but_ends_none(
    platform: str,
    baud: int,
    every: float,
    round_trip: float,
    chunk: int,
    packet: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = VirtualConsole(tmp_path, platform, baud=baud, round_trip=round_trip, chunk=chunk, packet=packet)
    with stepped(monkeypatch, device) as clock:
        device.storm(every)
        console = device.console()
        console.open()
        assert clock.now() < 30
        console.run(SHOW.get(platform, "show ip route"))
        console.go("config")
        line = "set system host-name core1" if platform == "juniper_junos" else "hostname " + PLATFORMS[platform]
        pasted = console.paste([line] * 8)
        console.leave()
        assert not pasted.errors
        assert clock.now() < 90


def test_a_prompt_is_seen_through_messages_that_take_four_fifths_of_the_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = VirtualConsole(tmp_path, baud=115200)
    with stepped(monkeypatch, device) as clock:
        device.storm(0.01204)
        console = device.console()
        console.open()
        console.run("show clock")
        assert clock.now() < 30


def test_an_echo_that_is_torn_before_a_long_wait_with_messages_is_still_the_echo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = VirtualConsole(tmp_path, baud=9600)
    with stepped(monkeypatch, device):
        device.storm(0.4)
        device.faults.ask("aaa", {"mode": "dead", "authorization_delay": 6.0})
        console = device.console()
        console.open()
        assert "10.0.0.0" in console.run("show ip route").text


def test_a_log_storm_is_seen_through_byte_by_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device = VirtualConsole(tmp_path, baud=115200, chunk=1)
    with stepped(monkeypatch, device) as clock:
        device.storm(0.05)
        console = device.console()
        console.open()
        console.run("show clock")
        assert clock.now() < 30


class Flood(StandIn):
    """A transport whose far end prints *text* for ever, and answers nothing."""

    path = "flood://"

    def __init__(self, text: Callable[[int], bytes], clock: SteppedClock, *, rate: int = 20_000) -> None:
        self._text = text
        self._clock = clock
        self._rate = rate
        self.is_awake = True
        self.sleeps = False
        self.written = bytearray()

    def read(self, max_bytes: int, timeout: float) -> bytes:
        if self.sleeps and not self.written:
            self._clock.advance(timeout)
            return b""
        data = self._text(min(max_bytes, 65536))
        if timeout:
            self._clock.advance(len(data) / self._rate)
        return data if timeout else b""

    def write(self, data: bytes, timeout: float) -> None:
        self.written += data


def repeated(text: bytes) -> Callable[[int], bytes]:
    return lambda size: text * (size // len(text) + 1)


FLOODS = {
    "lines": repeated(b"the quick brown fox jumps over the lazy dog\r\n"),
    "messages": repeated(MESSAGE),
    "one-endless-line": repeated(b"ab (x "),
    "nul": repeated(b"\0"),
    "returns": repeated(b"\r"),
    "blank-lines": repeated(b"\r\n"),
    "password-for-ever": repeated(b"Password: "),
    "password-lines": repeated(b"\r\nPassword: \r\n"),
    "escapes": repeated(b"\x1b[31m"),
    "brackets": repeated(b"(((("),
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[SteppedClock]:
    stepping = SteppedClock()
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", stepping.now)
        yield stepping


@pytest.mark.parametrize("is_quiet_first", [False, True], ids=["at-once", "after-the-wake"])
@pytest.mark.parametrize("flood", FLOODS)
def test_attaching_to_a_flood_ends_by_its_deadline_in_little_memory(
    flood: str, is_quiet_first: bool, clock: SteppedClock
) -> None:
    device = Flood(FLOODS[flood], clock)
    device.sleeps = is_quiet_first
    console = Console(device, load("cisco_ios"), Secrets())
    tracemalloc.start()
    try:
        with pytest.raises(OobError):
            console.open(20)
        assert tracemalloc.get_traced_memory()[1] < 16_000_000
    finally:
        tracemalloc.stop()
    assert clock.now() < 60


def test_an_answer_that_never_ends_is_cancelled_at_the_limit_and_its_end_is_said(clock: SteppedClock) -> None:
    device = Flood(FLOODS["one-endless-line"], clock)
    conversation = conversation_on(device)
    conversation.max_output = 200_000
    with pytest.raises(OutputTooLong, match=r"more than 0\.2 MB"):
        conversation.run("show tech-support")
    assert device.written.endswith(b"\x03")
    assert clock.now() < 30


def test_messages_alone_are_no_answer_however_many_come(clock: SteppedClock) -> None:
    device = Flood(FLOODS["messages"], clock, rate=800)
    started = clock.now()
    with pytest.raises(PromptTimeout, match="nothing but log messages"):
        conversation_on(device).run("configure replace flash:x force", silence=20)
    assert clock.now() - started < 110  # one read of a flood is 80 s of this line


def test_no_output_extends_the_time_that_a_step_may_take(clock: SteppedClock) -> None:
    device = Flood(repeated(b"still working\r\n"), clock, rate=5000)
    conversation = conversation_on(device)
    started = clock.now()
    with pytest.raises(PromptTimeout), conversation.within(60):
        conversation.run("configure replace flash:x force", silence=180)
    assert clock.now() - started < 80


def conversation_on(device: Flood) -> Conversation:
    console = Console(device, load("cisco_ios"), Secrets())
    conversation = console.conversation
    conversation.can_mark = True
    state = Grammar(load("cisco_ios")).prompt(b"edge1#")
    assert state is not None
    conversation.state = state
    return conversation


def test_a_message_that_has_only_begun_is_not_another_operator(open_quiet: Callable[[bytes], Conversation]) -> None:
    open_quiet(b"\r\n*Mar  1 12:00:0").check_idle()


@pytest.fixture
def open_quiet(clock: SteppedClock) -> Callable[[bytes], Conversation]:
    """A console at its prompt where something has come on its own, the rest of which comes later."""

    def opened(come: bytes) -> Conversation:
        whole = b"\r\n" + MESSAGE
        pieces = [come, whole[len(come) :] if whole.startswith(come) else b""]

        class Waiting(Flood):
            def read(self, max_bytes: int, timeout: float) -> bytes:
                if timeout == 0 and pieces and pieces[0] is come:
                    return pieces.pop(0)
                if timeout and pieces:
                    self._clock.advance(min(timeout, 0.1))
                    return pieces.pop(0)
                self._clock.advance(timeout)
                return b""

        return conversation_on(Waiting(FLOODS["nul"], clock))

    return opened


@pytest.mark.parametrize("typed", [b"show clo", b"\r\nedge1#reload", b"s", b"conf t\r\nEnter"])
def test_another_operator_is_known_by_half_a_line(typed: bytes, open_quiet: Callable[[bytes], Conversation]) -> None:
    with pytest.raises(ConsoleError, match="not ours"):
        open_quiet(typed).check_idle()


@pytest.mark.parametrize("platform", ["cisco_ios", "juniper_junos"])
@pytest.mark.parametrize("delay", [6.0, 20.0])
def test_a_device_that_asks_dead_servers_about_each_command_is_waited_for(
    platform: str, delay: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = VirtualConsole(tmp_path, platform)
    device.faults.ask("aaa", {"authorization-delay": delay})
    said: list[str] = []
    with stepped(monkeypatch, device) as clock:
        console = device.console(said.append)
        console.open()
        console.run(SHOW.get(platform, "show ip route"))
        console.go("config")
        line = "set system host-name core1" if platform == "juniper_junos" else "hostname edge1"
        started = clock.now()
        pasted = console.paste([line] * 4)
        assert clock.now() - started < 4 * delay + 5
        assert not pasted.errors
        assert not pasted.resent
    assert [one for one in said if "AAA" in one] == [
        f"commands take {delay:.0f} s here (AAA?): every time limit and the plan follow that"
    ]
    assert console.pace >= delay - 0.5
    assert b"\x15" not in device.written.partition(b"terminal length")[2]


@pytest.mark.parametrize("every", [0.0, 0.31])
def test_another_operator_is_noticed_who_types_while_our_command_is_on_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: float
) -> None:
    device = VirtualConsole(tmp_path, "cisco_ios", baud=115200, round_trip=0.6)
    console = device.console()
    with stepped(monkeypatch, device):
        console.open()
        if every:
            device.storm(every)
        device.clock.call_later(0.1, lambda: device.line_to.type(b"show users\r"))

        with pytest.raises(ConsoleInUse, match="'show users'"):
            console.run("show clock")

        assert "UTC" in console.run("show clock").text


def test_log_messages_do_not_make_another_operator_go_on_typing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = VirtualConsole(tmp_path, "cisco_ios", chunk=7)
    console = device.console()
    with stepped(monkeypatch, device) as clock:
        console.open()
        device.storm(0.4)
        device.line_to.type(b"show clock\r")
        typing = OthersTyping(console.conversation)
        end = clock.now() + 30
        times = [clock.now() for _ in iter(lambda: clock.now() < end, False) if typing.goes_on(1.0)]

        device.line_to.type(b"sho")
        assert any(typing.goes_on(1.0) for _ in range(20))

    assert times
    assert times[-1] < 3.0 + end - 30


@pytest.mark.parametrize("after", [0.35, 1.2])
@pytest.mark.parametrize("every", [0.0, 0.31])
def test_another_operator_is_noticed_in_the_middle_of_a_paste(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: float, after: float
) -> None:
    device = VirtualConsole(tmp_path, "cisco_ios", baud=115200, round_trip=0.6)
    console = device.console()
    with stepped(monkeypatch, device):
        console.open()
        console.go("config")
        if every:
            device.storm(every)
        device.clock.call_later(after, lambda: device.line_to.type(b"do show users\r"))

        with pytest.raises(ConsoleInUse, match="'do show users'"):
            console.paste([f"ip prefix-list P seq {n} permit 10.9.{n}.0/24" for n in range(1, 200)])


def test_the_same_command_of_another_operator_is_noticed_by_its_second_echo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = VirtualConsole(tmp_path, "cisco_ios", baud=115200, round_trip=0.6)
    console = device.console()
    with stepped(monkeypatch, device):
        console.open()
        device.clock.call_later(0.299, lambda: device.line_to.type(b"show clock\r"))

        with pytest.raises(ConsoleInUse, match="'show clock'"):
            console.run("show clock")


def test_no_password_is_typed_for_the_name_that_another_operator_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = VirtualConsole(tmp_path, "cisco_ios", baud=115200, round_trip=0.6)
    console = device.console()
    spec = device.router.identity
    with stepped(monkeypatch, device):
        device.clock.call_later(1.0, lambda: device.line_to.type(b"show clock\r"))

        with pytest.raises(ConsoleInUse, match="'show clock'"):
            console.open()

        assert spec.password.encode() not in device.written
        quiet(console.stream, console.grammar, 10.0)
        console.open()
        assert console.state.name == "enable"


@pytest.mark.parametrize("round_trip", [0.0, 0.6])
def test_the_end_of_a_dialogue_is_seen_in_a_flood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, round_trip: float
) -> None:
    device = VirtualConsole(tmp_path, "cisco_ios", baud=115200, round_trip=round_trip)
    console = device.console()
    with stepped(monkeypatch, device) as clock:
        console.open()
        device.storm(0.0146)
        started = clock.now()
        console.ask("write memory", {"never asked": "n"}, silence=20)

        assert clock.now() - started < 15
