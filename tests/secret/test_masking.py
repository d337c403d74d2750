from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oob.secret.masking import MASK, SHORTEST, Masker, mask_configuration
from oob.secret_rules import SecretRules

LETTERS = st.text("abc", max_size=60)
SECRETS = st.lists(st.text("abc", min_size=SHORTEST, max_size=7), max_size=4)


def streamed(masker: Masker, data: bytes, size: int) -> bytes:
    stream = masker.stream()
    return b"".join(stream.feed(data[at : at + size]) for at in range(0, len(data), size)) + stream.flush()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_secret_is_hidden_however_it_is_cut(size: int) -> None:
    said = b"Password: hunter2!\r\nedge1>enable\r\nPassword: hunter2!\r\nedge1#"
    assert streamed(Masker(["hunter2!"]), said, size) == said.replace(b"hunter2!", MASK.encode())


def test_only_what_may_be_the_beginning_of_a_secret_is_kept_back() -> None:
    stream = Masker(["hunter2!"]).stream()
    assert stream.feed(b"edge1#show h") == b"edge1#show "
    assert stream.feed(b"osts") == b"hosts"
    assert stream.feed(b"\r\nedge1#") == b"\r\nedge1#"
    assert stream.flush() == b""


def test_a_secret_is_hidden_as_json_and_urls_spell_it() -> None:
    secret = 'p"w\\d é@/'
    masker = Masker([secret])
    for document in (json.dumps([secret]), json.dumps([secret], ensure_ascii=False)):
        assert masker.mask(document) == f'["{MASK}"]'
    assert masker.mask("ssh://ops:p%22w%5Cd%20%C3%A9%40%2F@192.0.2.1") == f"ssh://ops:{MASK}@192.0.2.1"


def test_a_secret_that_is_learnt_in_the_middle_of_a_stream_is_hidden_from_then_on() -> None:
    masker = Masker()
    stream = masker.stream()
    assert stream.feed(b"hunter2!") == b"hunter2!"
    masker.add("hunter2!")
    assert stream.feed(b" hunt") == b" "
    assert stream.feed(b"er2! ") == MASK.encode() + b" "


def test_secrets_that_overlap_leave_no_rest_of_either() -> None:
    assert Masker(["abcdef", "defghi"]).mask("-abcdefghi-") == f"-{MASK}-"
    assert streamed(Masker(["abcdef", "defghi"]), b"-abcdefghi-", 1) == f"-{MASK}-".encode()


def test_two_secrets_in_a_row_are_two() -> None:
    assert streamed(Masker(["abcd"]), b"abcdabcd", 1) == (MASK * 2).encode()


def test_a_secret_that_the_end_of_the_stream_cut_off_is_hidden() -> None:
    assert streamed(Masker(["hunter2!"]), b"Password: hunter", 3) == b"Password: " + MASK.encode()
    assert streamed(Masker(["hunter2!"]), b"who hun", 3) == b"who hun"


def test_a_secret_that_is_too_short_to_hide_is_left() -> None:
    assert Masker(["lab", ""]).mask("lab labels") == "lab labels"


def test_a_masker_does_not_show_its_secrets() -> None:
    assert "hunter2!" not in repr(Masker(["hunter2!"]))


@given(SECRETS, LETTERS)
def test_no_secret_is_left_and_nothing_else_is_touched(secrets: list[str], text: str) -> None:
    masked = Masker(secrets).mask(text)
    assert not any(secret in part for secret in secrets for part in masked.split(MASK))
    if not any(secret in text for secret in secrets):
        assert masked == text


@given(SECRETS, LETTERS, st.lists(st.integers(1, 9), min_size=1))
def test_the_cuts_do_not_change_the_result(secrets: list[str], text: str, sizes: list[int]) -> None:
    masker = Masker(secrets)
    stream, out, at, turn = masker.stream(), b"", 0, 0
    text += "|"  # cannot begin a secret, so that nothing is cut off at the end
    data = text.encode()
    while at < len(data):
        size = sizes[turn % len(sizes)]
        out += stream.feed(data[at : at + size])
        at, turn = at + size, turn + 1
    assert (out + stream.flush()).decode() == masker.mask(text)


def test_a_long_stream_of_almost_secrets_takes_linear_time() -> None:
    masker = Masker(["a" * 64, "a" * 63 + "b"])

    def seconds(length: int) -> float:
        stream, data, start = masker.stream(), b"a" * 10, time.process_time()
        for _ in range(length // 10):
            stream.feed(data)
        return time.process_time() - start

    seconds(1000)
    assert seconds(80_000) < 16 * max(seconds(10_000), 0.001)


IOS = """\
enable secret 5 $1$abcd$efgh
snmp-server community s3cret RO
username ops privilege 15 password 7 0822455D0A16
 key 7 1511021F07257A
interface Loopback0
 description key to the room
"""
IOS_RULES = SecretRules(
    lines=(
        r"^enable secret \d (\S+)",
        r"^snmp-server community (\S+)",
        r"\bpassword \d (\S+)",
        r"^ *key \d (\S+)",
    )
)


def test_the_secret_values_of_a_configuration_are_masked() -> None:
    assert (
        mask_configuration(IOS, IOS_RULES)
        == f"""\
enable secret 5 {MASK}
snmp-server community {MASK} RO
username ops privilege 15 password 7 {MASK}
 key 7 {MASK}
interface Loopback0
 description key to the room
"""
    )


def test_junos_secrets_are_masked_with_their_quotes_kept() -> None:
    line = 'encrypted-password "$6$salt$hash"; ## SECRET-DATA\n'
    masked = mask_configuration(line, SecretRules(lines=(r'"([^"]*)"; ## SECRET-DATA$',)))
    assert masked == f'encrypted-password "{MASK}"; ## SECRET-DATA\n'


@pytest.mark.parametrize("before", ["no ", "  no ", "default ", "-", "+ ", " -  ", "- no "])
def test_a_line_that_is_taken_away_or_differs_holds_the_same_secret(before: str) -> None:
    line = f"{before}snmp-server community s3cret RO"
    masked = f"{before}snmp-server community {MASK} RO"
    patterns = SecretRules(lines=(r"^\s*snmp-server community (\S+)",))
    assert mask_configuration(f"!\n{line}\n", patterns) == f"!\n{masked}\n"
    assert Masker((), patterns).mask_line(f"edge1(config)#{line}") == f"edge1(config)#{masked}"


def test_a_pattern_without_groups_masks_all_that_it_matches() -> None:
    assert mask_configuration("a quit\nb\n", SecretRules(lines=(r"^a .*$",))) == f"{MASK}\nb\n"
