"""Statements that hold a secret, platform by platform: what « and » enclose is masked, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oob.profile.store import load, platforms
from oob.secret.masking import MASK, Masker, mask_configuration

SAMPLES = Path(__file__).parents[1] / "data" / "secrets"


def sample(platform: str) -> tuple[str, str]:
    """Return the configuration of *platform* and how it is to come out."""
    text = (SAMPLES / f"{platform}.txt").read_text()
    return re.sub("[«»]", "", text), re.sub("«[^»\n]*»", MASK, text)


def differing(masked: str, expected: str) -> list[tuple[str, str]]:
    return [(a, b) for a, b in zip(masked.split("\n"), expected.split("\n"), strict=True) if a != b]


@pytest.mark.parametrize("platform", platforms())
def test_only_the_secrets_of_a_configuration_are_masked(platform: str) -> None:
    given, expected = sample(platform)
    assert differing(mask_configuration(given, load(platform).secrets), expected) == []


@pytest.mark.parametrize("platform", platforms())
def test_a_second_masking_changes_nothing(platform: str) -> None:
    _, expected = sample(platform)
    assert differing(mask_configuration(expected, load(platform).secrets), expected) == []


@pytest.mark.parametrize("platform", platforms())
def test_a_session_that_shows_a_configuration_hides_its_secrets(platform: str) -> None:
    given, expected = sample(platform)
    shown, hidden = (f"edge1#show configuration\n{text}edge1#" for text in (given, expected))
    assert differing(Masker((), load(platform).secrets).mask_lines(shown), hidden) == []


WRAPS = ("cisco_ios", "juniper_junos", "vyos", "fortinet", "paloalto_panos", "arista_eos", "huawei_vrp")


def statements(platform: str) -> list[str]:
    """Return the lines of a sample that hold one secret in a single word."""
    text = (SAMPLES / f"{platform}.txt").read_text()
    return [
        line for line in text.splitlines() if re.fullmatch(r"[^«»]*«[\w.$=-]+»[^«»]*", line) and line[0] not in " «"
    ]


@given(st.sampled_from(WRAPS), st.data())
def test_a_secret_is_hidden_however_its_line_is_marked(platform: str, data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(statements(platform)))
    secret = data.draw(st.from_regex(r"[a-z][A-Za-z0-9.]{7,30}", fullmatch=True))
    before = data.draw(st.sampled_from(["", "  ", "-", "+", "- ", "+    ", "no ", "-no ", "> ", "edge1(config)#"]))
    given_ = before + re.sub("«[^»]*»", secret, line)
    masker = Masker((), load(platform).secrets)
    assert secret not in masker.mask_line(given_)
    assert secret not in mask_configuration(f"!\n{given_}\n!\n", load(platform).secrets)


@given(st.sampled_from(WRAPS), st.integers(0, 40), st.data())
def test_a_secret_is_hidden_where_a_terminal_of_80_columns_wrapped_it(
    platform: str, indent: int, data: st.DataObject
) -> None:
    line = data.draw(st.sampled_from(statements(platform)))
    secret = data.draw(st.from_regex(r"[g-z]{20,60}", fullmatch=True))
    whole = " " * indent + re.sub("«[^»]*»", secret, line)
    wrapped = "\n".join(whole[at : at + 80] for at in range(0, len(whole), 80))
    masked = mask_configuration(f"hostname edge1\n{wrapped}\n", load(platform).secrets)
    assert not any(secret[at : at + 6] in masked for at in range(0, len(secret) - 6))
