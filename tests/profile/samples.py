"""The samples below tests/data/profiles, one folder a platform, and recordings of others in the same shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from oob.console.grammar import Grammar
from oob.profile.store import load
from tests.profile.player import Exchange

FOLDER = Path(__file__).parents[1] / "data" / "profiles"
ESCAPES = {"r": "\r", "n": "\n", "e": "\x1b"}
ROUTES = Path(__file__).parents[1] / "data" / "routing"


@dataclass(frozen=True, kw_only=True)
class Rollback:
    """How a strategy is carried out: *values* of its placeholders, *texts* that it brings, and the *dialog*."""

    values: Mapping[str, str]
    texts: Mapping[str, tuple[str, ...]]
    dialog: tuple[Exchange, ...]


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """What *command* *prints* of neighbours or interfaces, and the names of those that are *up*."""

    command: str
    prints: str
    up: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What is known of how a platform talks, and what its standing is proven by.

    *captures* are the names under which others have captured the platform, *not_ours* prompts among them that are of
    something else. *recordings* of others are replayed, or *replayed_by* is a test that talks to the real thing.
    *drilled_on* is its virtual router in the lab of five platforms, or the test that recovers a real one.
    """

    platform: str
    session: tuple[Exchange, ...]
    facts: Mapping[str, str]
    rollbacks: Mapping[str, Rollback]
    neighbours: tuple[Neighbours, ...]
    captures: tuple[str, ...]
    not_ours: frozenset[str]
    recordings: tuple[str, ...]
    replayed_by: str
    drilled_on: str

    @property
    def configuration(self) -> str:
        return (FOLDER / self.platform / "configuration.txt").read_text()

    @property
    def routes(self) -> list[Path]:
        folder = ROUTES / self.platform
        return [path for path in sorted(folder.glob("*.txt")) if not path.name.endswith(".damaged.txt")]


@cache
def sample(platform: str) -> Sample:
    """Return the sample of *platform* from its data folder."""
    data: dict[str, Any] = yaml.safe_load((FOLDER / platform / "session.yaml").read_text())
    return Sample(
        platform=platform,
        session=exchanges(platform, data["session"]),
        facts=data.get("facts", {}),
        rollbacks={name: rollback(platform, part) for name, part in data.get("rollbacks", {}).items()},
        neighbours=neighbours(data.get("neighbours", ())),
        captures=tuple(data.get("captures", ())),
        not_ours=frozenset(data.get("not_ours", ())),
        recordings=tuple(data.get("recordings", ())),
        replayed_by=data.get("replayed_by", ""),
        drilled_on=data.get("drilled_on", ""),
    )


def exchanges(platform: str, items: list[dict[str, str]]) -> tuple[Exchange, ...]:
    """Return *items* as exchanges; a prompt that is not given is the one before."""
    made: list[Exchange] = []
    for item in items:
        before = made[-1] if made else None
        given = dict(item)
        if name := given.pop("prints_file", ""):
            given["prints"] = (FOLDER / platform / name).read_text()
        if before and "prompt" not in given:
            given |= {"prompt": before.prompt, "reads": given.get("reads", before.reads)}
        made.append(Exchange(**given))
    return tuple(made)


def rollback(platform: str, part: dict[str, Any]) -> Rollback:
    return Rollback(
        values=part.get("values", {}),
        texts={name: tuple(text.splitlines()) for name, text in part.get("texts", {}).items()},
        dialog=exchanges(platform, part["dialog"]),
    )


def neighbours(items: Sequence[dict[str, Any]]) -> tuple[Neighbours, ...]:
    """Return *items* as what a platform prints of its neighbours."""
    return tuple(Neighbours(**item | {"up": tuple(map(tuple, item["up"]))}) for item in items)


def recording(path: Path, platform: str) -> tuple[Exchange, ...]:
    """Return a simulation of Oxidized as exchanges, each prompt read as the state that the profile says."""
    data = yaml.safe_load(path.read_text())
    commands = data["commands"]
    pairs = [("", data["init_prompt"] or "")]
    pairs += commands.items() if isinstance(commands, dict) else [pair for item in commands for pair in item.items()]
    grammar = Grammar(load(platform))
    made = []
    for typed, text in pairs:
        printed = _unescaped(text)
        line = re.split("\r*\n", printed)[-1]
        if typed.strip() in {"exit", "quit"}:
            break
        state = grammar.classify(printed.encode())
        if typed.strip():
            printed = printed.split("\n", 1)[1] if "\n" in printed else line
        if hidden := re.search(rf"^(.*{grammar.data.login.password})\*+\n", printed, re.MULTILINE):
            before, printed = printed[: hidden.start()], printed[hidden.end() :]
            made.append(Exchange(types=typed.rstrip("\n"), prints=before, prompt=hidden[1], reads="password"))
            typed = "en4ble-word"  # the recording has stars
        erased = re.match(r"\r +\r", printed)
        printed = printed[erased.end() :] if erased else printed
        made.append(
            Exchange(
                types=typed.rstrip("\n") if typed.strip() else typed,
                prints=printed.removesuffix(line),
                prompt=line,
                reads=state.name,
                erases=erased[0] if erased else "",
            )
        )
    return tuple(made)


def _unescaped(text: str) -> str:
    return re.sub(
        r"\\(?:x([0-9a-f]{2})|([rne\"\\]))",
        lambda match: chr(int(match[1], 16)) if match[1] else ESCAPES.get(match[2], match[2]),
        text,
    )
