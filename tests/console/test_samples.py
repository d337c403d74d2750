"""Published samples of what consoles print: each is read as it should be, and each pattern of a profile has one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml

from oob.console.grammar import Grammar
from oob.profile.model import DIALOGUES, Profile
from oob.profile.store import load, platforms

FOLDER = Path(__file__).parents[1] / "data" / "console"
BEFORE, BEHIND = b"line one\r\nline two\r\n", b"  indented\r\nlast line\r\n"
every_platform = pytest.mark.parametrize("platform", platforms())


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What a console *shows*, of which *kind* of dialogue, what it *reads* as, and its public *source*.

    One that is *unverified* follows a document, and was not found in what its source publishes.
    """

    kind: str
    shows: str
    source: str
    reads: str = ""
    unverified: bool = False

    @property
    def data(self) -> bytes:
        return self.shows.replace("\n", "\r\n").encode()


@cache
def samples(platform: str) -> tuple[Sample, ...]:
    path = FOLDER / platform / "samples.yaml"
    return tuple(Sample(**row) for row in yaml.safe_load(path.read_text())) if path.is_file() else ()


def unsampled() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load((FOLDER / "unsampled.yaml").read_text())
    return found


@every_platform
def test_a_sample_is_read_as_it_should_be(platform: str) -> None:
    grammar = Grammar(load(platform))

    for sample in samples(platform):
        if sample.kind == "storm":
            cleaned = grammar.notices.clean(BEFORE + sample.data + BEHIND)
            assert cleaned.text == BEFORE + BEHIND, sample
        elif sample.kind == "refused":
            refused = grammar.refused_login
            assert refused is not None
            assert refused.search(sample.data), sample
        else:
            state = grammar.classify(b"an output\r\n" + sample.data)
            assert sample.reads in {state.name, state.kind}, (sample, state)


@every_platform
def test_a_profile_names_the_dialogues_that_there_are_samples_of(platform: str) -> None:
    kinds = {sample.kind for sample in samples(platform)}

    assert set(load(platform).samples) == kinds & set(DIALOGUES)
    unverified = {sample.kind for sample in samples(platform) if sample.unverified}
    assert set(load(platform).unverified) == unverified & set(DIALOGUES)


@every_platform
def test_each_pattern_of_a_profile_has_a_sample_or_is_known_to_have_none(platform: str) -> None:
    assert sorted(without_sample(load(platform))) == sorted(unsampled().get(platform, []))


def without_sample(profile: Profile) -> list[str]:
    """Return the patterns of prompts, notices and the login of *profile* that no sample matches."""
    console, login = profile.console, profile.console.login
    shown = [sample.shows for sample in samples(profile.platform)]
    plain = [re.sub(r"[\0\a]", "", text) for text in shown]
    asked = [login.username, login.password, *([login.press_return] if login.press_return else [])]
    found = [pattern for pattern in (*asked, *login.refused) if not any(re.search(pattern, x, re.I) for x in plain)]
    found += [pattern for pattern in console.notices if not any(re.search(pattern, text) for text in shown)]
    states = {sample.reads for sample in samples(profile.platform)}
    grammar = Grammar(profile)
    names = {grammar.classify(b"an output\r\n" + sample.data).name for sample in samples(profile.platform)}
    found += [f"prompt {name}" for name in console.prompts if name not in states | names]
    return found
