"""Statements that hold a secret, platform by platform: what « and » enclose is masked, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
