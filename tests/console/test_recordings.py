"""Sessions that others recorded with real devices: states, prompts and outputs are read to the letter."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from oob.console.attach import attach
from oob.console.conversation import Conversation
from oob.console.grammar import Grammar
from oob.console.login import LoginDialog
from oob.console.screen import plain
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.profile.store import load, platforms
from tests.captures import FOLDER, need
from tests.console.conftest import Secrets
from tests.console.scripted import ScriptedDevice

PLATFORMS = {"cisco_iosxe": "cisco_ios", "cisco_iosxr": "cisco_xr"}
MASKED = "REDACTED"
PROMPTS = ("user", "enable", "config", "shell", "other")


class Recorded(ScriptedDevice):
    """Plays a recording: hands out what the device said, and goes on when it is told what it was told then."""

    def __init__(self, interactions: list[dict[str, str]], chunk: int) -> None:
        super().__init__(chunk=chunk)
        self.steps = [(step["channel_output"], step["expected_channel_input"]) for step in interactions]
        self.position = 0
        self.heard = ""
        self.out += self.steps[0][0].encode()

    def write(self, data: bytes, timeout: float) -> None:
        self.heard += data.decode().replace("\r", "\n")
        while self.heard and self.position < len(self.steps) - 1:
            wanted = self.steps[self.position][1]
            if wanted == MASKED:
                wanted = self.heard.split("\n")[0]
            if not self.heard.startswith(wanted):
                assert wanted.startswith(self.heard), f"{self.heard!r} was typed where the recording has {wanted!r}"
                return
            self.heard = self.heard[len(wanted) :]
            self.position += 1
            self.out += self.steps[self.position][0].encode()

    @property
    def is_over(self) -> bool:
        return self.position >= len(self.steps) - 2

    def upcoming(self) -> tuple[str, str]:
        """Return the command that was typed next and all that the device printed to it, without its echo."""
        command = self.steps[self.position][1]
        if command == "\n":
            return "", self.steps[self.position + 1][0]
        return command, self.steps[self.position + 2][0]


@cache
def interactions(path: Path) -> list[dict[str, str]]:
    """Return what was said and typed in a recording; all of it is text."""
    session: dict[str, Any] = next(iter(yaml.load(path.read_text(), yaml.BaseLoader).values()))
    return session["interactions"]


def recordings() -> list[tuple[Path, str]]:
    """Return every recording there is, with the platform that it is of."""
    names = ((path, path.stem.rsplit("-", 1)[1]) for path in sorted(FOLDER.glob("sessions/*.yaml")))
    return [(path, PLATFORMS.get(name, name)) for path, name in names]


def test_there_are_recordings_and_each_is_of_a_platform_with_a_profile() -> None:
    need("sessions")

    assert recordings()
    assert {platform for _, platform in recordings()} <= set(platforms())


@pytest.mark.parametrize(("path", "platform"), recordings(), ids=lambda value: getattr(value, "stem", value))
def test_a_recorded_session_is_read_to_the_letter(path: Path, platform: str, size: int) -> None:
    device = Recorded(interactions(path), size)
    grammar = Grammar(load(platform))
    stream = Stream(device)
    conversation = Conversation(stream, grammar)

    found = attach(stream, grammar, Deadline(5))
    dialog = LoginDialog(stream, grammar, Secrets(username="boxen"), Deadline(5), lambda text: None)
    conversation.state = dialog.run(found.now)

    assert found.state.name == "login"
    commands = 0
    while not device.is_over:
        command, printed = device.upcoming()
        wanted = plain(printed.encode()).decode()
        if grammar.classify(wanted.encode()).kind not in {"password", "question", *PROMPTS}:
            # Inside a banner a device echoes what is typed and shows no prompt.
            conversation.send(command.encode() + b"\r")
            stream.drain()
            continue
        if grammar.classify(wanted.encode()).kind == "question":
            conversation.ask(command, {r"\[no\]: ?$": b"yes\r"})
            continue
        if grammar.classify(wanted.encode()).kind == "password":
            conversation.ask(command, {"Password: ?$": b"secret\r"})
            continue
        output = conversation.run(command)
        prompt = wanted.rsplit("\n", 1)[1]
        assert conversation.state.text == prompt
        body = wanted[: -len(prompt)].split("\n")[1:]
        assert output.text == "\n".join(line for line in body if not is_header(line)).strip("\n")
        commands += 1
    assert commands > 3


def is_header(line: str) -> bool:
    """Tell whether *line* is one that Junos prints above its configuration prompt."""
    return line in {"[edit]"}
