from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from oob.cli.main import COMMANDS, oob_command
from tools import reference

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").glob("*.md"))
MACROS = {".TH", ".SH", ".SS", ".TP", ".PP"}


def test_every_command_is_on_the_page_of_commands() -> None:
    text = reference.markdown()
    for name, _ in reference.commands():
        assert re.search(rf"^##+ {name}$", text, re.MULTILINE), name


def test_every_command_has_a_man_page_of_known_macros_only() -> None:
    pages = reference.man_pages()
    assert set(pages) == {"oob.1", *(f"oob-{name}.1" for name in COMMANDS)}
    for text in pages.values():
        assert {line.split()[0] for line in text.splitlines() if line.startswith(".")} <= MACROS


@pytest.mark.skipif(not shutil.which("groff"), reason="groff, which checks man pages, is not installed")
def test_groff_has_nothing_to_complain_of() -> None:
    text = "".join(reference.man_pages().values())
    done = subprocess.run(
        ["groff", "-man", "-ww", "-z", "-Tutf8", "-Kutf8"], input=text, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def examples(page: Path) -> Iterator[str]:
    """Give the commands in the blocks of code of a page, without what leads to them or what comes after."""
    for line in page.read_text().splitlines():
        if re.match(r"    oob(?= )", line):
            yield re.split(r"\s#\s|\s\|\s|\s&&\s", line.strip())[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_are_commands_and_options_that_there_are(page: Path) -> None:
    for example in examples(page):
        assert fault(example) == "", example


def fault(example: str) -> str:
    """Say what is wrong with an example, empty where nothing is."""
    words = shlex.split(example)[1:]
    if words[0].startswith("-"):
        return ""
    command = oob_command.get_command(click.Context(oob_command), words.pop(0)) if words[0] in COMMANDS else None
    if isinstance(command, click.Group) and words:
        # `oob plan TARGET` is `oob plan make TARGET`.
        command = command.commands.get(words.pop(0), command.commands.get("make"))
    if command is None:
        return "there is no such command"
    options = {option for parameter in command.params for option in parameter.opts}
    unknown = [word for word in words if word.startswith("--") and word not in {*options, "--help"}]
    return f"there is no {unknown[0]}" if unknown else ""
