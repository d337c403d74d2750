"""The telnet codec at every split: what it hands on, what it answers, what it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oob.wire.telnet import BINARY, BREAK, DO, DONT, ECHO, IAC, SB, SE, SGA, TIMING_MARK, WILL, WONT, TelnetCodec

TERMINAL_TYPE = 24
NAWS = 31

SERVER_OPENING = (
    bytes([IAC, WILL, ECHO, IAC, WILL, SGA, IAC, DO, TERMINAL_TYPE, IAC, DO, NAWS, IAC, SB, TERMINAL_TYPE, 1, IAC, SE])
    + b"\r\nUser Access Verification\r\n\r\nUsername: \r\0half\xff\xffway"
)
SERVER_OPENING_TEXT = b"\r\nUser Access Verification\r\n\r\nUsername: \rhalf\xffway"
OUR_REPLY = bytes([IAC, DO, ECHO, IAC, DO, SGA, IAC, WONT, TERMINAL_TYPE, IAC, WONT, NAWS])

wire_pieces = st.one_of(
    st.binary(max_size=6),
    st.sampled_from([b"\r\0", b"\r\n", b"\r", b"\0", b"\xff\xff", b"\xff", b"\xff\xf0", b"\xff\xfa\x18"]),
    st.builds(
        lambda verb, option: bytes([IAC, verb, option]),
        st.sampled_from([WILL, WONT, DO, DONT]),
        st.sampled_from([BINARY, ECHO, SGA, TERMINAL_TYPE, TIMING_MARK]),
    ),
)


def fed(codec: TelnetCodec, chunks: Sequence[bytes]) -> tuple[bytes, bytes]:
    pairs = [codec.feed(chunk) for chunk in chunks]
    return b"".join(payload for payload, _ in pairs), b"".join(reply for _, reply in pairs)


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@pytest.mark.parametrize("size", [1, 7, len(SERVER_OPENING)])
def test_a_servers_opening_gives_the_same_text_and_reply_at_any_chunk_size(size: int) -> None:
    assert fed(TelnetCodec(), cut(SERVER_OPENING, size)) == (SERVER_OPENING_TEXT, OUR_REPLY)


@pytest.mark.parametrize("answer", [WILL, WONT])
def test_an_answer_to_a_timing_mark_is_a_sign_of_life_and_needs_none_itself(answer: int) -> None:
    codec = TelnetCodec()
    assert codec.feed(bytes([IAC, WILL, TERMINAL_TYPE]))[1] == bytes([IAC, DONT, TERMINAL_TYPE])
    assert not codec.peer_gives_signs
    assert codec.feed(bytes([IAC, answer, TIMING_MARK])) == (b"", b"")
    assert codec.peer_gives_signs
    assert codec.feed(bytes([IAC, DO, TIMING_MARK])) == (b"", bytes([IAC, WONT, TIMING_MARK]))


@given(st.lists(wire_pieces, max_size=30).map(b"".join), st.lists(st.integers(0, 200), max_size=8))
def test_where_the_stream_is_cut_makes_no_difference(stream: bytes, cuts: list[int]) -> None:
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    chunks = [stream[start:end] for start, end in pairwise(edges)]
    assert fed(TelnetCodec(), chunks) == fed(TelnetCodec(), [stream])


@given(st.binary(max_size=200), st.booleans())
def test_what_one_codec_encodes_another_reads_back(payload: bytes, binary: bool) -> None:
    sender, receiver = TelnetCodec(), TelnetCodec()
    if binary:
        _, agreed = receiver.feed(sender.offer(BINARY))
        sender.feed(agreed)
    assert sender.we_use(BINARY) is binary
    # A NUL after CR cannot be told from CR's own filler in NVT mode, which doubles it: no byte is lost.
    assert receiver.feed(sender.encode(payload))[0] == payload


def test_two_codecs_that_ask_each_other_come_to_rest() -> None:
    left, right = TelnetCodec(), TelnetCodec()
    travelling = left.offer(BINARY) + left.demand(ECHO) + left.offer(TERMINAL_TYPE)
    back = right.demand(BINARY)
    for _ in range(4):
        _, answer = right.feed(travelling)
        _, travelling = left.feed(back + answer)
        back = b""
    assert travelling == b""
    assert left.we_use(BINARY)
    assert not right.we_use(ECHO)  # the other end of a console does not echo for us
    assert not left.we_use(TERMINAL_TYPE)


def test_a_refused_option_is_refused_once_and_its_confirmation_is_not_answered() -> None:
    codec = TelnetCodec()
    assert codec.feed(bytes([IAC, DO, NAWS]))[1] == bytes([IAC, WONT, NAWS])
    assert codec.feed(bytes([IAC, DONT, NAWS]))[1] == b""


def test_an_agreed_option_is_not_agreed_to_twice() -> None:
    codec = TelnetCodec()
    assert codec.feed(bytes([IAC, WILL, SGA]) * 3)[1] == bytes([IAC, DO, SGA])


def test_an_option_that_the_peer_withdraws_is_off_again() -> None:
    codec = TelnetCodec()
    codec.feed(bytes([IAC, WILL, BINARY]))
    assert codec.demand(BINARY) == b""  # it is agreed
    assert codec.feed(bytes([IAC, WONT, BINARY]))[1] == bytes([IAC, DONT, BINARY])
    assert codec.demand(BINARY) == bytes([IAC, DO, BINARY])


def test_an_option_is_asked_for_only_once() -> None:
    codec = TelnetCodec()
    assert codec.offer(BINARY) == bytes([IAC, WILL, BINARY])
    assert codec.offer(BINARY) == b""
    assert codec.feed(bytes([IAC, DO, BINARY])) == (b"", b"")
    assert codec.we_use(BINARY)


def test_carriage_return_is_followed_by_nul_until_binary_is_agreed() -> None:
    codec = TelnetCodec()
    assert codec.encode(b"show version\r") == b"show version\r\0"
    assert codec.encode(b"\r\n") == b"\r\0\n"
    codec.feed(bytes([IAC, DO, BINARY]))
    assert codec.encode(b"show version\r") == b"show version\r"


def test_nul_after_carriage_return_is_data_once_the_peer_sends_binary() -> None:
    codec = TelnetCodec()
    assert codec.feed(b"a\r\0b" + bytes([IAC, WILL, BINARY]) + b"a\r\0b")[0] == b"a\rba\r\0b"


def test_iac_is_doubled_in_what_we_send() -> None:
    assert TelnetCodec().encode(b"\xff\xfe") == b"\xff\xff\xfe"


def test_break_is_the_break_command() -> None:
    assert BREAK == b"\xff\xf3"


def test_a_subnegotiation_nobody_asked_for_is_skipped_however_long() -> None:
    noise = bytes([IAC, SB, NAWS]) + b"x" * 100_000 + b"\xff\xff" + bytes([IAC, SE])
    assert TelnetCodec().feed(b"before" + noise + b"after") == (b"beforeafter", b"")


def test_a_plugged_in_option_gets_its_subnegotiation_and_answers() -> None:
    heard: list[bytes] = []

    def answer(content: bytes) -> bytes:
        heard.append(content)
        return b"!"

    codec = TelnetCodec({44: answer})
    assert codec.feed(bytes([IAC, DO, 44]))[1] == bytes([IAC, WILL, 44])
    assert codec.feed(codec.subnegotiate(44, b"\x01\xff\x00")) == (b"", b"!")
    assert heard == [b"\x01\xff\x00"]
