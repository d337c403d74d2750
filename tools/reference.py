"""Writes what the commands say of themselves as man pages, and as a page of the documentation."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

import oob
from oob.cli.main import COMMANDS, EPILOG, oob_command

Named = tuple[str, click.Command]


def commands() -> Iterator[Named]:
    """Give every command with its whole name, groups before what is in them."""
    with click.Context(oob_command, info_name="oob") as context:
        for name in sorted(COMMANDS):
            command = oob_command.get_command(context, name)
            assert command is not None
            yield f"oob {name}", command
            if isinstance(command, click.Group):
                yield from ((f"oob {name} {child}", command.commands[child]) for child in sorted(command.commands))


def markdown() -> str:
    """Return the page `commands.md`."""
    parts = ["# Commands", "", "What `oob COMMAND --help` says.", ""]
    for name, command in commands():
        level = "##" if name.count(" ") == 1 else "###"
        with click.Context(command, info_name=name, max_content_width=100) as context:
            parts += [f"{level} {name}", "", "```text", command.get_help(context), "```", ""]
    return "\n".join(parts)


def man_pages() -> dict[str, str]:
    """Return the man pages by file name: `oob.1`, and one for each command with what is in it."""
    pages = {"oob.1": _main_page()}
    for name, command in commands():
        if name.count(" ") == 1:
            children = [each for each in commands() if each[0].startswith(f"{name} ")]
            pages[f"{name.replace(' ', '-')}.1"] = _page(name, command, children)
    return pages


def _main_page() -> str:
    listed = []
    for name, text in sorted(COMMANDS.items()):
        listed += [".TP", rf"\fBoob\-{name}\fR(1)", _roff(text)]
    epilog = EPILOG.replace("\b\n", "")
    return _joined(
        [
            *_head("oob", "get a network device back over its console"),
            *(".SH SYNOPSIS", r"\fBoob\fR \fICOMMAND\fR [\fIOPTIONS\fR] [\fIARGUMENTS\fR]"),
            *(".SH DESCRIPTION", _roff(_help(oob_command))),
            *(".SH COMMANDS", *listed),
            *(".SH NOTES", _roff(epilog)),
        ]
    )


def _page(name: str, command: click.Command, children: list[Named]) -> str:
    lines = [*_head(name, COMMANDS[name.partition(" ")[2]].rstrip("."))]
    lines += [".SH SYNOPSIS", _synopsis(name, command), ".SH DESCRIPTION", _roff(_help(command)), *_options(command)]
    for child_name, child in children:
        lines += [f".SH {child_name.upper()}", _synopsis(child_name, child), ".PP", _roff(_help(child))]
        lines += _options(child, section=".SS Options")
    return _joined([*lines, ".SH SEE ALSO", r"\fBoob\fR(1)"])


def _head(name: str, about: str) -> list[str]:
    page = name.replace(" ", "-")
    return [
        f'.TH "{page.upper()}" "1" "" "oob {oob.__version__}" "oob"',
        ".SH NAME",
        rf"{_roff(page)} \- {_roff(about[:1].lower() + about[1:])}",
    ]


def _synopsis(name: str, command: click.Command) -> str:
    with click.Context(command, info_name=name) as context:
        return rf"\fB{_roff(name)}\fR {_roff(' '.join(command.collect_usage_pieces(context)))}"


def _options(command: click.Command, section: str = ".SH OPTIONS") -> list[str]:
    lines = []
    with click.Context(command) as context:
        for parameter in command.get_params(context):
            record = parameter.get_help_record(context)
            if isinstance(parameter, click.Option) and record:
                lines += [".TP", rf"\fB{_roff(record[0])}\fR", _roff(record[1])]
    return [section, *lines] if lines else []


def _help(command: click.Command) -> str:
    return cleandoc(command.help or "").replace("\b\n", "")


def _roff(text: str) -> str:
    """Return *text* with what roff would take for its own written so that it is printed."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-")
    escaped = re.sub(r"^([.'])", r"\\&\1", escaped, flags=re.MULTILINE)
    return re.sub(r"\n{2,}", "\n.PP\n", escaped.strip())


def _joined(lines: list[str]) -> str:
    return "\n".join(line for line in lines if line) + "\n"


def main() -> None:
    """Write the man pages into the folder that the command line names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in man_pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
