"""Prompts and sessions that others captured: each prompt is read as its state, and no other line is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from oob.console.console import Console
from oob.console.grammar import Grammar
from oob.console.screen import plain
from oob.profile.store import load, platforms
from oob.secret.masking import Masker
from tests.captures import FOLDER, need
from tests.console.conftest import READ_SIZES, Secrets
from tests.profile.player import Exchange, Player
from tests.profile.samples import recording, sample
from tests.profile.test_every_profile import check_no_prompt_in, drive, visible_line

PLATFORMS = {capture: name for name in platforms() for capture in sample(name).captures}


def files(pattern: str) -> list[tuple[str, Path]]:
    """Return the captures that are of a platform, each with its platform."""
    found = ((path.name.partition("#")[0], path) for path in sorted(FOLDER.glob(f"prompts/{pattern}")))
    return [(PLATFORMS[vendor], path) for vendor, path in found if vendor in PLATFORMS]


def mode(platform: str, prompt: str) -> str:
    """Return what a captured *prompt* is: the home mode, unless its last sign is that of the user mode alone."""
    profile = load(platform)
    prompts = profile.console.prompts
    shown = [one for one in sample(platform).session if one.reads in prompts]
    modes = {one.reads for one in shown if last_sign(one.prompt) == last_sign(prompt)}
    return modes.pop() if [prompts[name].kind for name in modes] == ["user"] else profile.home_state


def last_sign(prompt: str) -> str:
    return visible_line(prompt).rstrip()[-1]


def names(value: object) -> str:
    return value.name if isinstance(value, Path) else str(value)


def replayed() -> list[tuple[str, str]]:
    return [
        (name, file) for name in platforms() if load(name).standing == "replayed" for file in sample(name).recordings
    ]


def test_there_are_captured_prompts_of_vendors_with_a_profile() -> None:
    need("prompts")

    assert {path.name.partition("#")[0] for path in FOLDER.glob("prompts/*")} >= set(PLATFORMS)
    found = {platform for platform, _ in files("*#simulation.yaml")}
    assert found >= {"aruba_aoscx", "cisco_asa", "cisco_ios", "cisco_nxos", "fortinet", "vyos"}


@pytest.mark.parametrize(("platform", "path"), files("*#prompt.yaml"), ids=names)
def test_captured_prompts_are_those_of_their_mode_and_the_others_are_none(platform: str, path: Path) -> None:
    grammar, captured = Grammar(load(platform)), yaml.safe_load(path.read_text())

    for prompt in {*captured.get("pass", ()), *captured.get("pass_with_expect", ())} - sample(platform).not_ours:
        state = grammar.classify(b"last line of an output\r\n" + prompt.encode())
        assert state.is_prompt, f"{prompt!r} is read as {state.name}"
        assert state.name == mode(platform, prompt), f"{prompt!r} is read as {state.name}"
    for line in captured.get("fail", ()):
        assert not grammar.classify(line.encode()).is_prompt


@pytest.mark.parametrize(("platform", "path"), files("*simulation.yaml"), ids=names)
def test_only_the_prompts_of_a_captured_session_are_taken_for_prompts(platform: str, path: Path) -> None:
    grammar = Grammar(load(platform))

    for exchange in recording(path, platform):
        check_no_prompt_in(exchange.prints, grammar)


@pytest.mark.parametrize(("platform", "path"), files("*output.txt"), ids=names)
def test_no_line_of_a_captured_output_is_taken_for_a_prompt(platform: str, path: Path) -> None:
    check_no_prompt_in(path.read_text(), Grammar(load(platform)))


@pytest.mark.parametrize(("platform", "path"), files("*#secret.yaml"), ids=names)
def test_the_secrets_in_a_captured_configuration_are_hidden(platform: str, path: Path) -> None:
    profile, secrets = load(platform), yaml.safe_load(path.read_text())
    masker = Masker((), profile.secrets)
    session = recording(path.with_name(path.name.replace("#secret.yaml", "#simulation.yaml")), profile.platform)

    masked = masker.mask_lines("\n".join(plain(exchange.prints.encode()).decode() for exchange in session))
    assert [secret for secret in secrets.get("fail", ()) if secret in masked] == []


@pytest.mark.parametrize("size", READ_SIZES, ids=lambda size: f"{size}-byte-reads")
@pytest.mark.parametrize(("platform", "file"), replayed())
def test_a_platform_that_is_marked_replayed_is(platform: str, file: str, size: int) -> None:
    path = need("prompts").parent / file
    exchanges = recording(path, platform)
    profile = load(platform)
    player = Player(exchanges, chunk=size, quiet=profile.console.setup)
    console = Console(player, profile, Secrets())

    console.open()
    assert console.state.name == profile.home_state
    outputs = drive(console, player)

    assert len(outputs) > 1
    assert {exchange.reads for exchange in exchanges} <= {"password", "pager", *profile.console.prompts}


def test_a_captured_session_that_says_something_else_fails() -> None:
    exchanges = (Exchange(prompt="r1#", reads="enable"), Exchange(types="show clock", prompt="r1#", reads="enable"))
    player = Player(exchanges, chunk=1)

    with pytest.raises(AssertionError, match="show version"):
        player.write(b"show version\r", 1)
