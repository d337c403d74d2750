from __future__ import annotations

from oob.lab.clock import SteppedClock
from oob.lab.dialog import IDLE, Act, Ask, AskKey, Dialog, InterruptPressed, Say, TypedLine, Wait
from oob.lab.terminal import Terminal


class Bench:
    """A terminal that runs *acts* for ever at prompt `r#`, a clock, and a screen."""

    def __init__(self, *acts: Act, baud: int = 0) -> None:
        self.clock = SteppedClock()
        self.screen = bytearray()
        self.lines: list[TypedLine] = []
        self.interrupted = 0
        self._byte = 10 / baud if baud else 0.0
        self._free = 0.0
        self.terminal = Terminal(self.clock, self.send)
        self.terminal.start(self.dialog(acts))

    def send(self, data: bytes) -> float:
        self.screen += data
        self._free = max(self._free, self.clock.now()) + len(data) * self._byte
        return self._free - self.clock.now()

    def dialog(self, acts: tuple[Act, ...]) -> Dialog[None]:
        while True:
            self.lines.append((yield Ask(prompt="r#")))
            try:
                yield from acts
            except InterruptPressed:
                self.interrupted += 1

    def press(self, keys: str, seconds: float = 0) -> str:
        before = len(self.screen)
        self.terminal.receive(keys.encode())
        self.clock.advance(seconds)
        return self.screen[before:].decode()


SCREEN = "".join(f"line {number}\n" for number in range(1, 31))


def test_typed_ahead_characters_are_echoed_after_the_prompt() -> None:
    bench = Bench(Wait(seconds=2), Say(text="done\n"))
    assert bench.press("one\r") == "one\r\n"
    assert bench.press("two") == ""
    bench.clock.advance(2)
    assert bench.screen.endswith(b"done\r\nr#two")


def test_what_overruns_the_receive_buffer_while_busy_is_lost_and_counted() -> None:
    bench = Bench(Wait(seconds=2))
    bench.terminal.receive_buffer = 8
    bench.press("go\r")
    bench.press("12345678901234")
    bench.clock.advance(2)
    assert bench.screen.endswith(b"r#12345678")
    assert bench.terminal.overruns == 6


def test_a_long_line_arriving_at_once_does_not_overrun_an_idle_device() -> None:
    bench = Bench()
    bench.terminal.receive_buffer = 8
    bench.press("x" * 60 + "\r")
    assert bench.lines[0].text == "x" * 60


def test_cr_lf_is_one_return_unless_the_device_takes_both() -> None:
    bench = Bench()
    bench.press("\r\n\r\n")
    assert len(bench.lines) == 2
    bench.terminal.swallow_lf = False
    bench.press("\r\n")
    assert len(bench.lines) == 4


def test_a_page_stops_and_space_return_and_q_do_what_they_do() -> None:
    bench = Bench(Say(text=SCREEN, paged=True))
    assert bench.press("show\r").endswith("line 23\r\n --More-- ")
    assert bench.press("\r").endswith("line 24\r\n --More-- ")
    assert bench.press(" ").endswith("line 30\r\nr#")
    bench.press("show\r")
    assert bench.press("q").endswith(" " * 8 + "\b" * 9 + "r#")


def test_a_pager_left_by_one_person_is_found_by_the_next() -> None:
    bench = Bench(Say(text=SCREEN, paged=True))
    bench.press("show\r")
    bench.clock.advance(3600)
    assert bench.press("x").endswith("r#")  # any other key quits, and is eaten


def test_terminal_length_0_turns_the_pager_off() -> None:
    bench = Bench(Say(text=SCREEN, paged=True))
    bench.terminal.length = 0
    assert bench.press("show\r").endswith("line 30\r\nr#")


def test_a_message_breaks_into_a_half_typed_line_and_brings_nothing_back() -> None:
    bench = Bench()
    bench.press("show ver")
    bench.terminal.interject("%SYS-5-X: y")
    bench.press("sion\r")
    assert b"r#show ver\r\n%SYS-5-X: y\r\nsion\r\n" in bench.screen
    assert bench.lines[0].text == "show version"


def test_a_synchronous_message_brings_prompt_and_line_back() -> None:
    bench = Bench()
    bench.terminal.synchronous = True
    bench.press("show ver")
    bench.terminal.interject("%SYS-5-X: y")
    assert bench.screen.endswith(b"r#show ver\r\n%SYS-5-X: y\r\nr#show ver")


def test_a_synchronous_message_waits_for_the_end_of_a_command() -> None:
    bench = Bench(Wait(seconds=2), Say(text="done\n"))
    bench.terminal.synchronous = True
    bench.press("go\r")
    bench.terminal.interject("%SYS-5-X: y")
    bench.clock.advance(2)
    assert bench.screen.endswith(b"done\r\n%SYS-5-X: y\r\nr#")


def test_a_message_can_be_made_to_land_at_a_chosen_byte_of_the_output() -> None:
    bench = Bench(Say(text="interface GigabitEthernet1\n"))
    bench.terminal.at_output(len("go\r\n") + 9, lambda: bench.terminal.interject("%X"))
    bench.press("go\r")
    assert b"interface\r\n%X\r\n GigabitEthernet1\r\n" in bench.screen


def test_output_takes_the_time_that_the_line_takes() -> None:
    bench = Bench(Say(text="x" * 960), baud=9600)
    bench.press("go\r")
    bench.clock.advance(0.9)
    assert not bench.screen.endswith(b"r#")
    bench.clock.advance(0.2)
    assert bench.screen.endswith(b"r#")


def test_the_interrupt_key_ends_what_can_be_interrupted_even_in_the_middle_of_typed_ahead_text() -> None:
    bench = Bench(Wait(seconds=100, breakable=True), Say(text="never\n"))
    bench.terminal.interrupt = "\x1e"
    bench.press("go\r")
    bench.press("ab\x1ecd")
    assert bench.interrupted == 1
    assert bench.screen.endswith(b"r#cd")


def test_an_unfinished_line_ends_after_the_idle_time() -> None:
    clock, screen, ends = SteppedClock(), bytearray(), []

    def dialog() -> Dialog[None]:
        ends.append((yield Ask(prompt="r#", idle=60)).key)
        ends.append((yield AskKey(prompt="sure?", idle=60)))
        yield Wait(seconds=1)

    terminal = Terminal(clock, lambda data: screen.extend(data) or 0.0)
    terminal.start(dialog())
    clock.advance(59)
    terminal.receive(b"x")
    clock.advance(59)
    assert ends == []
    clock.advance(62)
    assert ends == [IDLE, IDLE]


def test_a_stopped_terminal_neither_echoes_nor_prints() -> None:
    bench = Bench(Wait(seconds=1), Say(text="done\n"))
    bench.press("go\r")
    bench.terminal.stop()
    assert bench.press("hello", seconds=5) == ""


def test_a_dialog_may_restart_its_own_terminal() -> None:
    clock, screen = SteppedClock(), bytearray()
    terminal = Terminal(clock, lambda data: screen.extend(data) or 0.0)

    def second() -> Dialog[None]:
        yield Ask(prompt="second#")

    def first() -> Dialog[None]:
        yield Say(text="going\n")
        terminal.start(second())

    terminal.start(first())
    assert screen == b"going\r\nsecond#"
