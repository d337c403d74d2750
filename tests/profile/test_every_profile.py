"""Every profile against its data folder: a platform that is added without one fails here."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from oob.backup.folder import incompleteness
from oob.console.console import Console
from oob.console.grammar import Grammar
from oob.console.screen import plain
from oob.device.device import Device
from oob.device.facts import find
from oob.device.values import Values
from oob.profile.model import Profile
from oob.profile.store import load, platforms
from oob.routing.parse import parse
from oob.secret.masking import Masker
from tests.console.conftest import READ_SIZES, Secrets
from tests.profile.player import Exchange, Player
from tests.profile.samples import FOLDER, Neighbours, Rollback, sample

every_platform = pytest.mark.parametrize("platform", platforms())
every_size = pytest.mark.parametrize("size", READ_SIZES, ids=lambda size: f"{size}-byte-reads")
UNPROVEN = [platform for platform in platforms() if load(platform).standing != "drilled"]
ROLLBACKS = [(platform, name) for platform in UNPROVEN for name in load(platform).strategies]


@every_platform
def test_a_platform_has_a_session_a_configuration_and_a_route_table(platform: str) -> None:
    folder = FOLDER / platform
    assert (folder / "session.yaml").is_file(), f"{folder} has no session.yaml: see docs/adding-a-platform.md"
    known = sample(platform)
    assert len(known.session) > 3
    if load(platform).configuration:
        assert known.configuration
    assert known.routes, f"there is no route table below tests/data/routing/{platform}"


def test_there_is_no_data_folder_without_a_profile() -> None:
    assert {path.name for path in FOLDER.iterdir()} <= set(platforms())


@every_platform
@every_size
def test_a_session_is_read_to_the_right_states_and_outputs(platform: str, size: int) -> None:
    known, profile = sample(platform), load(platform)
    player = Player(known.session, chunk=size)
    console = Console(player, profile, Secrets(username="ops", password="s3cret-word", enable="en4ble-word"))

    console.open()
    outputs = drive(console, player)

    assert player.following is None
    if profile.facts:
        text = "\n".join(outputs[command] for command in profile.facts.commands)
        facts = find(profile.facts, text)
        assert {name: getattr(facts, name) for name in known.facts} == dict(known.facts)
        assert {"hostname", "serial", "version"} <= set(known.facts)


@every_platform
def test_each_prompt_of_a_session_is_read_as_its_state_and_nothing_else_is(platform: str) -> None:
    known, grammar = sample(platform), Grammar(load(platform))

    for exchange in known.session:
        state = grammar.classify((exchange.prints + exchange.prompt.replace("{nonce}", "oob-1234")).encode())
        assert state.name == exchange.reads, f"{exchange.prompt!r} is read as {state.name}"
        check_no_prompt_in(exchange.prints, grammar)


@every_platform
def test_a_configuration_is_known_to_be_whole_and_hides_its_secrets(platform: str) -> None:
    profile = load(platform)
    if profile.configuration is None:
        pytest.skip(f"the profile of {platform} reads no configuration")
    text, read = sample(platform).configuration, profile.configuration.read

    assert incompleteness(text, read.starts or "", read.ends or "") == ""
    masked = Masker((), profile.secrets).mask_lines(text)
    assert not [line for line in masked.splitlines() if "HIDEME" in line]
    assert "HIDEME" in text


@every_platform
def test_a_route_table_is_read(platform: str) -> None:
    for path in sample(platform).routes:
        assert parse(platform, path.read_text()).routes


@pytest.mark.parametrize("platform", [platform for platform in UNPROVEN if load(platform).strategies])
def test_the_neighbours_that_work_are_told_from_the_others(platform: str) -> None:
    check_neighbours(load(platform), sample(platform).neighbours)


@pytest.mark.parametrize(("platform", "name"), ROLLBACKS, ids=lambda value: str(value))
def test_each_rollback_goes_as_the_documents_print_it(platform: str, name: str) -> None:
    rollbacks = sample(platform).rollbacks
    assert name in rollbacks, f"the data folder of {platform} has no dialog of {name}"
    carry_out(load(platform), name, rollbacks[name])


def check_neighbours(profile: Profile, shown: Sequence[Neighbours]) -> None:
    """Fail where the rows of an output that a query finds working are not those that are."""
    queries = [query for query in profile.neighbours if query.up]
    assert [query.commands for query in queries] == [(one.command,) for one in shown]
    for query, one in zip(queries, shown, strict=True):
        found = re.finditer(query.up or "", one.prints, re.MULTILINE)
        assert tuple(match.groups() for match in found) == one.up, one.command


def carry_out(profile: Profile, name: str, rollback: Rollback) -> None:
    """Do the steps of a strategy, and where it is armed look for the timer and end it as the device is told to."""
    strategy = profile.strategies[name]
    player = Player(rollback.dialog, chunk=65536, quiet=profile.console.setup)
    console = Console(player, profile, Secrets())
    console.open()
    device = Device(console)
    values = Values(words=rollback.values, texts=rollback.texts)

    checkpoints = device.checkpoints() if strategy.target == "checkpoint" and profile.checkpoints else ()
    if checkpoints:
        assert values.words["checkpoint"] == checkpoints[1 if strategy.rung == "older-checkpoint" else 0].name
    for condition in strategy.when:
        assert re.search(condition.expect, device.run(condition.run).text, re.MULTILINE)
    for step in strategy.steps:
        device.perform(step, values)
    device.go_home()
    if strategy.armed and profile.timer:
        assert device.timer_owner() is not None
        for step in profile.timer.confirm:
            device.perform(step, values)
        assert device.timer_owner() is None
    assert player.following is None, f"{player.following.types!r} was never typed" if player.following else ""


def drive(console: Console, player: Player) -> dict[str, str]:
    """Type what the sample says, compare each answer and each state, and return the answers by command."""
    outputs: dict[str, str] = {}
    while player.following:
        chain = [player.following]
        while chain[-1].reads not in console.profile.console.prompts:
            chain.append(player.exchanges[player.position + 1 + len(chain)])
        first, *rest = chain
        if len(first.types) == 1 and not first.types.isprintable():
            console.conversation.press(first.types)
        elif any(exchange.reads == "question" for exchange in chain):
            answers = {re.escape(last_line(before)): after.types for before, after in zip(chain, rest, strict=False)}
            console.ask(first.types, answers)
        else:
            outputs[first.types] = console.run(first.types).text
            wanted = "".join(exchange.prints for exchange in chain)
            assert outputs[first.types].rstrip() == visible(wanted), first.types
        assert console.state.name == chain[-1].reads
        assert console.state.text == visible_line(last_line(chain[-1]).replace("{nonce}", player.nonce))
    return outputs


def last_line(exchange: Exchange) -> str:
    return exchange.prompt.rsplit("\n", 1)[-1]


def visible_line(line: str) -> str:
    return plain(line.encode()).decode()


def visible(printed: str) -> str:
    return plain(printed.encode()).decode().rstrip()


def check_no_prompt_in(printed: str, grammar: Grammar) -> None:
    """Fail where a line of an output would be taken for a prompt if the line went quiet behind it."""
    for line in printed.replace("\r", "").split("\n"):
        state = grammar.prompt(line.encode())
        assert state is None, f"{line!r} is taken for the prompt of {state.name}"
