"""What a person types is written down where the device echoes it, and nowhere else, whatever the prompt says."""

from __future__ import annotations

import pytest

from oob.secret.entry import HiddenEntry


def shown(*conversation: tuple[str, bytes]) -> bytes:
    """Return what of all that was typed may be written down."""
    entry, seen = HiddenEntry(), b""
    for who, data in conversation:
        seen += entry.received(data) if who == "device" else entry.typed(data)
    return seen + entry.finish()


def echoed(line: bytes, *, in_pieces: bool) -> list[tuple[str, bytes]]:
    """Return the typing of *line* with its echo, key by key or all at once."""
    if not in_pieces:
        return [("me", line + b"\r"), ("device", line + b"\r\n")]
    keys = [(who, bytes([byte])) for byte in line for who in ("me", "device")]
    return [*keys, ("me", b"\r"), ("device", b"\r\n")]


PROMPTS = [
    "Password: ",
    "confirm:",
    "Mot de passe : ",
    "Пароль: ",
    "パスワード:",
    "Verification code: ",
    "Enter PIN: ",
    "Κωδικός πρόσβασης: ",
    "[sudo] password for ops: ",
    "Ffocal: ",  # no word of it is known
]


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("echo", [b"", b"***********"])
@pytest.mark.parametrize("in_pieces", [True, False])
def test_what_is_not_echoed_is_left_out_whatever_the_prompt_says(prompt: str, echo: bytes, in_pieces: bool) -> None:
    typed = [("me", bytes([byte])) for byte in b"Tr0ub4dor-3"] if in_pieces else [("me", b"Tr0ub4dor-3")]
    answer = [("device", echo), ("me", b"\r"), ("device", b"\r\nedge1>Tr0ub4dor-3 is not shown\r\n")]

    assert shown(("device", prompt.encode()), *typed, *answer) == b"\r"


@pytest.mark.parametrize("in_pieces", [True, False])
def test_what_is_echoed_is_written_down(in_pieces: bool) -> None:
    conversation = [*echoed(b"show version", in_pieces=in_pieces), ("device", b"IOS\r\nedge1#")]

    assert shown(("device", b"edge1#"), *conversation) == b"show version\r"


def test_a_corrected_line_is_written_down_with_its_corrections() -> None:
    conversation = [("me", b"shwo"), ("device", b"shwo"), ("me", b"\x7f\x7f"), ("device", b"\b \b\b \b")]
    conversation += [("me", b"ow clock"), ("device", b"ow clock"), ("me", b"\r"), ("device", b"\r\n")]

    assert shown(*conversation) == b"shwo\x7f\x7fow clock\r"


def test_a_password_that_stands_in_what_follows_is_left_out() -> None:
    assert shown(("device", b"Password: "), ("me", b"edge1\r"), ("device", b"\r\nedge1>")) == b"\r"


def test_a_line_behind_a_hidden_one_is_written_down() -> None:
    hidden = [("device", b"Password: "), ("me", b"hunter2\r"), ("device", b"\r\nedge1>")]

    assert shown(*hidden, *echoed(b"show clock", in_pieces=False)) == b"\rshow clock\r"


def test_keys_without_text_are_written_down() -> None:
    assert shown(("me", b"\x03"), ("me", b"\r")) == b"\x03\r"


def test_a_line_without_echo_is_learnt_with_its_corrections_and_what_asked_for_it() -> None:
    learnt: list[tuple[str, str]] = []
    entry = HiddenEntry(lambda text, asked: learnt.append((text, asked)))
    for who, data in (
        ("device", b"edge1#"),
        *echoed(b"show clock", in_pieces=False),
        ("device", b"edge1>\r\nPassword: "),
        ("me", b"wrong\x15Tr0ub5\x7f4dor\r"),
        ("device", b"\r\nedge1#"),
    ):
        (entry.received if who == "device" else entry.typed)(data)

    assert learnt == [("Tr0ub4dor", "Password: ")]
