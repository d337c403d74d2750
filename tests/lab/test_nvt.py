import pytest

from oob.lab.nvt import BINARY, BREAK, DO, DONT, ECHO, IAC, SB, SE, SGA, WILL, WONT, Nvt, to_wire


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_keys_come_out_alike_at_any_split(size: int) -> None:
    stream = bytes([IAC, DO, ECHO]) + b"show\r\0x\r\ny" + bytes([IAC, IAC, IAC, SB, 24, 1, IAC, SE]) + b"z"
    nvt = Nvt()
    keys = b"".join(nvt.feed(stream[at : at + size])[0] for at in range(0, len(stream), size))
    assert keys == b"show\rx\ry\xffz"


def test_what_was_announced_is_not_answered_again_and_what_is_unknown_is_refused() -> None:
    nvt = Nvt()
    assert nvt.feed(bytes([IAC, DO, ECHO, IAC, DO, SGA]))[1] == b""
    assert nvt.feed(bytes([IAC, DO, 99, IAC, WILL, 98]))[1] == bytes([IAC, WONT, 99, IAC, DONT, 98])
    assert nvt.feed(bytes([IAC, DONT, ECHO]))[1] == bytes([IAC, WONT, ECHO])


def test_in_binary_a_line_feed_behind_a_return_is_a_key_of_its_own() -> None:
    nvt = Nvt()
    assert nvt.feed(bytes([IAC, WILL, BINARY]))[1] == bytes([IAC, DO, BINARY])
    assert nvt.feed(b"a\r\n")[0] == b"a\r\n"


def test_a_break_is_counted_and_is_not_a_key() -> None:
    assert Nvt().feed(bytes([IAC, BREAK]) + b"x") == (b"x", b"", 1)


def test_a_byte_255_of_the_device_is_doubled_on_the_wire() -> None:
    assert to_wire(b"a\xffb") == b"a\xff\xffb"
