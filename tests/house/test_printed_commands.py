"""Every command that a page prints can be typed: its names and options are those of the program."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from oob.cli.main import oob_command

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "scenarios").glob("*.md")])
# Words that stand for several things, or end a command in a shell.
READERS_FILE = re.compile("does not exist|No such file or directory")
ENDS = ("&&", "||", "|", ";", "#", ">", ">>", "<", "&")


def printed(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each command in a block of code of the page *path*."""
    is_fenced = is_listed = False
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.lstrip().startswith("```"):
            is_fenced = not is_fenced
        is_listed = bool(re.match(r"\s*(?:[-*]|\d+\.)\s", line)) or (is_listed and line.startswith("  "))
        if is_fenced or (line.startswith("    ") and not is_listed):
            for text in re.split(r"&&|; |\$\(", line.partition("  #")[0].replace(')"', "")):
                if found := re.match(r"\s*(?:\$ |sudo )?(?:[A-Z_]+=\S+ )*(oob .*)", text):
                    yield number, found[1]


def mentioned(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of each command in the running text of the page *path*."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield from ((number, found) for found in re.findall(r"(?<!`)`(oob [a-z][^`…]*)`", line))


def parse(text: str) -> None:
    """Parse a command as the program does; raises click.ClickException where it would not be taken."""
    text = text.replace("TOOL", "ansible")
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|;<>&")
    lexer.whitespace_split = True
    words = list(lexer)[1:]
    words = words[: next((place for place, word in enumerate(words) if word in ENDS), len(words))]
    group: click.Command = oob_command
    context = oob_command.make_context("oob", words, allow_interspersed_args=False)
    while isinstance(group, click.Group) and context._protected_args + context.args:
        name, command, rest = group.resolve_command(context, context._protected_args + context.args)
        assert command is not None
        context, group = command.make_context(name, rest, parent=context), command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_prints_can_be_typed(page: Path) -> None:
    wrong = []
    for number, text in printed(page):
        try:
            parse(text)
        except click.exceptions.Exit:
            continue
        except click.ClickException as error:
            if not READERS_FILE.search(error.format_message()):
                wrong.append(f"{page.name}:{number}: {text}: {error.format_message()}")
        except ValueError as error:
            wrong.append(f"{page.name}:{number}: {text}: {error}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_in_the_running_text_has_names_that_the_program_knows(page: Path) -> None:
    wrong = []
    for number, text in mentioned(page):
        try:
            parse(text)
        except (click.exceptions.Exit, click.MissingParameter, click.exceptions.NoArgsIsHelpError):
            continue  # `oob verify` in a sentence names no device
        except click.ClickException as error:
            if not READERS_FILE.search(error.format_message()):
                wrong.append(f"{page.name}:{number}: {text}: {error.format_message()}")
    assert wrong == []


def test_a_command_that_there_is_not_is_found() -> None:
    with pytest.raises(click.ClickException):
        parse("oob recover edge1 --no-such-option")
    with pytest.raises(click.ClickException):
        parse("oob reciver edge1")
