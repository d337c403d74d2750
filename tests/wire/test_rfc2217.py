"""The RFC 2217 codec: what is asked of the server, and what its answers mean."""

from __future__ import annotations

from oob.wire.rfc2217 import COM_PORT_OPTION, ComPort, Setting
from oob.wire.telnet import IAC, SB, SE, TelnetCodec


def test_a_rate_is_four_bytes_and_everything_else_is_one() -> None:
    port = ComPort()
    assert port.command(Setting.BAUD, 115200) == bytes([1, 0, 1, 0xC2, 0])
    assert port.command(Setting.PARITY, 3) == bytes([3, 3])


def test_an_answer_is_remembered_until_the_next_command() -> None:
    port = ComPort()
    port.take(bytes([101, 0, 0, 0x25, 0x80]))
    port.take(bytes([103, 3]))
    assert port.answers == {Setting.BAUD: 9600, Setting.PARITY: 3}
    port.command(Setting.BAUD)
    assert port.answers == {Setting.PARITY: 3}


def test_modem_states_and_broken_answers_are_passed_over() -> None:
    port = ComPort()
    for content in (b"", bytes([107, 0xB0]), bytes([101, 0, 0]), bytes([103]), bytes([1, 0, 0, 0, 1])):
        assert port.take(content) == b""
    assert port.answers == {}


def test_a_rate_with_iac_in_it_survives_the_wire_at_any_split() -> None:
    port = ComPort()
    codec = TelnetCodec({COM_PORT_OPTION: port.take})
    wire = bytes([IAC, SB, COM_PORT_OPTION, 101, 0, 0, IAC, IAC, 0x10, IAC, SE])
    for at in range(len(wire)):
        codec.feed(wire[at : at + 1])
    assert port.answers == {Setting.BAUD: 0xFF10}
    assert codec.subnegotiate(COM_PORT_OPTION, port.command(Setting.BAUD, 0xFF10))[3:] == bytes(
        [1, 0, 0, IAC, IAC, 0x10, IAC, SE]
    )
