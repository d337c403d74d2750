"""One command: whole output or an error that carries what was read, never a shorter answer."""

from __future__ import annotations

import pytest

from oob.console.conversation import typed_behind
from oob.console.grammar import Grammar
from oob.errors import ConsoleInUse, OutputUnverified, PathLost, PromptTimeout, QuestionAsked
from oob.profile.store import load
from tests.console.conftest import OpenConsole
from tests.console.scripted import ScriptedDevice, crlf

LINES = ["hostname edge1", "banner motd ^C", "edge1#", "edge1# ", "edge1#show version", "^C", "end"]
SYSLOG = "*Nov 21 03:00:00.123: %LINK-3-UPDOWN: Interface GigabitEthernet0/1, changed state to down"


def test_prompt_like_lines_in_output_do_not_end_it(size: int, open_console: OpenConsole) -> None:
    console = open_console(ScriptedDevice({"show running-config": crlf(LINES)}, chunk=size))

    output = console.run("show running-config")

    assert output.text == "\n".join(LINES)
    assert output.notices == ()


def test_a_long_configuration_is_whole(size: int, open_console: OpenConsole) -> None:
    lines = [f"interface Loopback{number}" for number in range(380)]
    console = open_console(ScriptedDevice({"show running-config": crlf(lines)}, chunk=size))

    assert console.run("show running-config").text == "\n".join(lines)


def test_output_that_pauses_on_a_look_alike_prompt_goes_on(open_console: OpenConsole) -> None:
    class Pausing(ScriptedDevice):
        pauses = 3

        def read(self, max_bytes: int, timeout: float) -> bytes:
            data = super().read(max_bytes, timeout)
            if data.endswith(b"edge1#") and self.out and self.pauses:
                self.pauses -= 1
                self.out = bytearray(data) + self.out
                return b""
            return data

    console = open_console(Pausing({"show banner": crlf(LINES)}, chunk=1))

    assert console.run("show banner").text == "\n".join(LINES)


def test_syslog_in_the_echo_is_taken_out(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice({"show clock": b"03:00:00.000 UTC\r\n"}, chunk=size)
    console = open_console(device)
    seen: list[bytes] = []

    def interrupt(echoed: bytes) -> bytes:
        seen.append(echoed)
        return b"\r\n" + SYSLOG.encode() + b"\r\n" + echoed if len(seen) == 6 else echoed

    device.echo_hook = interrupt
    output = console.run("show clock")

    assert output.text == "03:00:00.000 UTC"
    assert output.notices == (SYSLOG,)


def test_syslog_right_behind_the_echo_does_not_hide_it(size: int, open_console: OpenConsole) -> None:
    reply = SYSLOG.encode() + b"\r\nBacking up to flash:x\r\n\r\nTotal number of passes: 1\r\nRollback Done\r\n"
    console = open_console(ScriptedDevice({"configure replace flash:x force": reply}, chunk=size))

    output = console.ask("configure replace flash:x force", {})

    assert output.text == "Backing up to flash:x\n\nTotal number of passes: 1\nRollback Done"
    assert (output.notices, output.doubtful) == ((SYSLOG,), 0)


def test_several_log_lines_in_a_row_do_not_join_what_stands_around_them(size: int, open_console: OpenConsole) -> None:
    notices = (SYSLOG, SYSLOG.replace("0/1", "0/2"), SYSLOG.replace("0/1", "0/3"))
    behind_echo = crlf([*notices, "one", "two"])
    between = crlf(["one", *notices, " two"])
    console = open_console(ScriptedDevice({"show a": behind_echo, "show b": between}, chunk=size))

    assert (console.run("show a").text, console.run("show b").text) == ("one\ntwo", "one\n two")


def test_a_line_broken_by_several_log_lines_is_joined_and_counted_as_doubtful(open_console: OpenConsole) -> None:
    notices = crlf([SYSLOG, SYSLOG, ""])[:-2]
    console = open_console(ScriptedDevice({"show a": b"on\r\n" + notices + b"e\r\n"}))

    output = console.run("show a")

    assert (output.text, output.doubtful) == ("one", 1)


def test_syslog_with_the_line_shown_again_is_taken_out(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice({"show clock": b"03:00:00.000 UTC\r\n"}, chunk=size)
    console = open_console(device)
    seen: list[bytes] = []

    def interrupt(echoed: bytes) -> bytes:
        seen.append(echoed)
        if len(seen) != 6:
            return echoed
        return b"\r\n" + SYSLOG.encode() + b"\r\nedge1#" + b"".join(seen)

    device.echo_hook = interrupt
    output = console.run("show clock")

    assert output.text == "03:00:00.000 UTC"
    assert output.notices == (SYSLOG,)


@pytest.mark.parametrize("position", [3, 10, 16, 20, 34])
def test_a_line_of_output_broken_by_syslog_is_joined(position: int, size: int, open_console: OpenConsole) -> None:
    whole = b"O        10.9.0.0/16 [110/20] via 10.0.0.2\r\nC        10.0.0.0/24 is directly connected\r\n"
    broken = whole[:position] + b"\r\n" + SYSLOG.encode() + b"\r\n" + whole[position:]
    console = open_console(ScriptedDevice({"show ip route": broken}, chunk=size))

    output = console.run("show ip route")

    assert output.notices == (SYSLOG,)
    assert output.doubtful == 1
    # A half that begins with a blank looks like a line of its own; the doubt is counted, and readers ask again.
    assert output.text.replace("\n", "") == whole.decode().replace("\r\n", "")


def test_syslog_in_the_middle_of_the_prompt_does_not_rename_the_device(size: int, open_console: OpenConsole) -> None:
    def reply(device: ScriptedDevice, command: str) -> bytes:
        device.prompt = b"edg\r\n" + SYSLOG.encode() + b"\r\ne1#"
        return b"one\r\n"

    device = ScriptedDevice({"show one": reply}, chunk=size)
    console = open_console(device)

    output = console.run("show one")

    assert (output.text, console.host, output.notices) == ("one", "edge1", (SYSLOG,))


def test_syslog_behind_the_prompt_does_not_hang(size: int, open_console: OpenConsole) -> None:
    def reply(device: ScriptedDevice, command: str) -> bytes:
        device.prompt = b"edge1#\r\n" + SYSLOG.encode() + b"\r\n"
        return b"one\r\n"

    console = open_console(ScriptedDevice({"show one": reply}, chunk=size))

    output = console.run("show one")

    assert (output.text, output.notices) == ("one", (SYSLOG,))


def test_log_lines_that_are_the_output_stay_in_it(size: int, open_console: OpenConsole) -> None:
    console = open_console(ScriptedDevice({"show logging": crlf([SYSLOG, SYSLOG])}, chunk=size))

    assert console.run("show logging").text == f"{SYSLOG}\n{SYSLOG}"


def test_a_hostname_changed_by_the_command_is_learned(size: int, open_console: OpenConsole) -> None:
    def replace(device: ScriptedDevice, command: str) -> bytes:
        device.prompt = b"core-of-the-old-name#"
        return b"Total number of passes: 1\r\nRollback Done\r\n\r\n"

    console = open_console(ScriptedDevice({"configure replace flash:x force": replace}, chunk=size))

    output = console.ask("configure replace flash:x force", {})

    assert output.text == "Total number of passes: 1\nRollback Done"
    assert console.host == "core-of-the-old-name"


def test_a_question_nobody_can_answer_is_declined(size: int, open_console: OpenConsole) -> None:
    def reload(device: ScriptedDevice, command: str) -> bytes:
        device.mode = "confirm"
        return b"Proceed with reload? [confirm]"

    device = ScriptedDevice({"reload": reload}, chunk=size)
    console = open_console(device)
    console.conversation.can_mark = False

    with pytest.raises(QuestionAsked) as caught:
        console.run("reload")

    assert "reload" in caught.value.question
    assert device.executed[-1] == "declined"
    assert console.run("terminal length 0").text == ""


def test_one_question_after_the_other_is_declined(size: int, open_console: OpenConsole) -> None:
    class Insisting(ScriptedDevice):
        def _execute(self, line: str) -> None:
            if line == "reload":
                self.say(b"System configuration has been modified. Save? [yes/no]: ")
                self.mode = "save"
            else:
                super()._execute(line)

        def _key(self, key: bytes) -> None:
            if self.mode != "save":
                super()._key(key)
            elif key == b"\r":
                self.executed.append(f"save: {self.typed.decode().strip()}")
                self.typed.clear()
                self.mode = "confirm"
                self.say(b"\r\nProceed with reload? [confirm]")
            elif key != b"\b":
                self.typed += key

    device = Insisting(chunk=size)
    console = open_console(device)

    with pytest.raises(QuestionAsked):
        console.run("reload")

    assert device.executed[-2:] == ["save: no", "declined"]
    assert console.run("terminal length 0").text == ""


def test_a_question_that_our_mark_declined_is_said_and_not_taken_for_an_answer(
    size: int, open_console: OpenConsole
) -> None:
    def reload(device: ScriptedDevice, command: str) -> bytes:
        device.mode = "confirm"
        return b"Proceed with reload? [confirm]"

    device = ScriptedDevice({"reload": reload}, chunk=size)
    console = open_console(device)

    with pytest.raises(QuestionAsked, match="declined"):
        console.run("reload")

    assert device.executed[-1] == "declined"


def test_a_question_that_echoes_our_mark_is_declined_and_no_default_taken(size: int, open_console: OpenConsole) -> None:
    def copy(device: ScriptedDevice, command: str) -> bytes:
        device.mode = "filename"
        return b"Destination filename [startup-config]? "

    class Asking(ScriptedDevice):
        def _key(self, key: bytes) -> None:
            if self.mode == "filename" and key in b"\x03\r":
                self.mode = "exec"
                self.executed.append("left" if key == b"\x03" else "copied")
                self.say(b"\r\n" + self.prompt)
            else:
                super()._key(key)

    device = Asking({"copy running-config startup-config": copy}, chunk=size)
    console = open_console(device)

    with pytest.raises(QuestionAsked, match="Destination filename"):
        console.run("copy running-config startup-config")

    assert device.executed[-1] == "left"
    assert console.run("terminal length 0").text == ""


def test_a_question_with_an_answer_is_answered(size: int, open_console: OpenConsole) -> None:
    def reload(device: ScriptedDevice, command: str) -> bytes:
        device.mode = "confirm"
        return b"Proceed? [confirm]"

    device = ScriptedDevice({"clear it": reload}, chunk=size)
    console = open_console(device)

    console.ask("clear it", {r"\[confirm\]$": "y"})

    assert device.executed[-1] == "confirmed"


def test_a_question_that_a_notice_was_printed_behind_is_answered(size: int, open_console: OpenConsole) -> None:
    def reload(device: ScriptedDevice, command: str) -> bytes:
        device.mode = "confirm"
        return b"Proceed? [confirm]" + crlf(["", SYSLOG, ""])[:-2]

    device = ScriptedDevice({"clear it": reload}, chunk=size)
    console = open_console(device)

    console.ask("clear it", {r"\[confirm\]$": "y"})

    assert device.executed[-1] == "confirmed"


def test_a_device_that_goes_quiet_raises_with_what_was_read(size: int, open_console: OpenConsole) -> None:
    def hang(device: ScriptedDevice, command: str) -> bytes:
        device.mode = "hung"
        return b"some of it"

    console = open_console(ScriptedDevice({"show tech": hang}, chunk=size))

    with pytest.raises(PromptTimeout) as caught:
        console.run("show tech", silence=0.1)

    assert b"some of it" in caught.value.read


@pytest.mark.parametrize("count", [0, 5, 20, 60])
def test_a_cut_line_says_at_which_byte_and_in_which_state(count: int, size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice({"show running-config": crlf(LINES)}, chunk=size)
    console = open_console(device)
    before = console.stream.bytes_in
    device.die_after = count

    with pytest.raises(PathLost) as caught:
        console.run("show running-config")

    assert caught.value.received == before + count
    assert caught.value.state == "enable"
    assert len(caught.value.read) == count


def test_somebody_elses_typing_stops_us(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice(chunk=size)
    console = open_console(device)
    device.say(b"write era")

    with pytest.raises(ConsoleInUse) as caught:
        console.run("show version")

    assert caught.value.exit_code == 4
    assert "show version" not in device.executed


def test_an_answer_without_our_echo_is_not_believed(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice({"show x": b"text\r\n"}, chunk=size)
    console = open_console(device)
    device.echo_hook = lambda echoed: b"?" if echoed == b"o" else echoed

    with pytest.raises(OutputUnverified, match="did not echo"):
        console.run("show x")


def test_a_mark_that_the_command_swallowed_is_sent_again(size: int, open_console: OpenConsole) -> None:
    class Flushing(ScriptedDevice):
        def write(self, data: bytes, timeout: float) -> None:
            super().write(data.split(b"\r")[0] + b"\r" if data.startswith(b"ping") else data, timeout)

    console = open_console(Flushing({"ping 10.0.0.1": b"!!!!!\r\n"}, chunk=size))

    assert console.run("ping 10.0.0.1").text == "!!!!!"
    assert console.conversation.can_mark


def test_a_device_that_knows_no_backspace_is_read_all_the_same(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice({"show x": b"text\r\n"}, chunk=size)
    device.knows_marks = False
    console = open_console(device)

    assert console.run("show x").text == "text"
    assert console.run("show x").text == "text"


def test_a_page_turned_by_our_own_mark_is_not_taken_for_whole(size: int, open_console: OpenConsole) -> None:
    class Paging(ScriptedDevice):
        def _execute(self, line: str) -> None:
            if line == "show long":
                self.say(b"page one\r\n --More-- ")
                self.mode = "pager"
            else:
                super()._execute(line)

    console = open_console(Paging(chunk=size))

    with pytest.raises(OutputUnverified, match="paged"):
        console.run("show long")


def test_output_whose_last_line_has_no_end_is_whole(size: int, open_console: OpenConsole) -> None:
    console = open_console(ScriptedDevice({"more flash:x": b"first\r\nlast"}, chunk=size))

    assert console.run("more flash:x").text == "first\nlast"
    assert console.host == "edge1"


def test_what_stands_behind_the_echo_of_a_mark_was_typed_by_another_operator() -> None:
    ios = Grammar(load("cisco_ios"))
    assert typed_behind(b"end\r\n\r\nedge1# \x08 \x08show clo", ios) == b"show clo"
    assert typed_behind(b"edge1# \x08 \x08show users\r\n    Line  User\r\nedge1#", ios) == b"show users"
    assert typed_behind(b"ops@core1>  \x08\x1b[K", ios) == b""
    erased = b"\x08" * 6 + b" " * 8 + b"\x08" * 6
    assert typed_behind(b" --More-- " + erased + b"interface Vlan1", ios) == b""
    assert typed_behind(b"edge1# \x08 \x08\r\n*Nov 21 03:00:00: %SYS-5-CONFIG_I: Configured from console", ios) == b""


def test_a_late_echo_of_a_mark_before_our_own_command_is_not_another_operator() -> None:
    grammar = Grammar(load("cisco_ios"))
    late = b" \x08 \x08"
    assert typed_behind(late + b"end\r\n", grammar, own=b"end") == b""
    assert typed_behind(late + b"end\r\nedge1#" + late + b"reload\r\n", grammar, own=b"end") == b"reload"
    assert typed_behind(late + b"end\r\n", grammar, own=b"show clock") == b"end"
    assert typed_behind(b"end\r\nedge1#" + late + b"en", grammar, own=b"end") == b"en", "typed after our command"
