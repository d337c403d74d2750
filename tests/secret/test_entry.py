from __future__ import annotations

import pytest

from oob.secret.entry import HiddenEntry


def shown(*conversation: tuple[str, bytes]) -> bytes:
    """Return what of all that was typed may be written down."""
    entry, seen = HiddenEntry(), b""
    for who, data in conversation:
        if who == "device":
            entry.received(data)
        else:
            seen += entry.typed(data)
    return seen


@pytest.mark.parametrize(
    "prompt",
    [
        b"Password: ",
        b"\r\nops@192.0.2.1's password:",
        b"Enter PIN: ",
        b"Passwort: ",
        b"Password>",
        b"[sudo] password for ops: ",
        b"Enter passphrase for key '/home/ops/.ssh/id_ed25519': ",
    ],
)
def test_what_is_typed_at_a_prompt_for_a_secret_is_left_out_up_to_its_end(prompt: bytes) -> None:
    assert shown(("device", prompt), ("me", b"hun"), ("me", b"ter2\rshow version\r")) == b"\rshow version\r"


@pytest.mark.parametrize("prompt", [b"spine1>", b"spine1#", b"Username: ", b"pinboard(config)# ", b"edge1> "])
def test_other_prompts_hide_nothing(prompt: bytes) -> None:
    assert shown(("device", prompt), ("me", b"show version\r")) == b"show version\r"


def test_a_prompt_in_pieces_hides_and_stars_that_are_echoed_do_not_end_it() -> None:
    conversation = [("device", b"Pass"), ("device", b"word: "), ("me", b"hun"), ("device", b"***"), ("me", b"ter2")]
    assert shown(*conversation) == b""


def test_a_prompt_that_has_passed_hides_nothing_any_more() -> None:
    assert shown(("device", b"Password: "), ("device", b"\r\n% timed out\r\nedge1>"), ("me", b"en\r")) == b"en\r"
