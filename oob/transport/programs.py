"""The programs that paths of an inventory may start: a list of commands in the home (`programs.yaml`).

An inventory may come from another tool, where more people write than may run programs on this machine. A program that
an operator has typed as part of a URL needs no listing.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from oob import durable
from oob.errors import PathRefused, UsageError
from oob.transport.url import ConsoleURL
from oob.yaml_file import read

HEAD = """\
# Programs that a path of the inventory (exec://) may start, by full path. The words that follow must be the first
# arguments: "/usr/bin/virsh console" allows no other use of virsh. Add to it with: oob inventory allow COMMAND
"""

Command = tuple[str, ...]


def command_of(url: ConsoleURL) -> Command:
    """Return the program that *url* starts with its arguments, empty where it starts none."""
    return (url.path, *url.args) if url.scheme == "exec" else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The *listed* beginnings of commands in *file*, and the commands that an operator has *typed*."""

    file: Path
    listed: tuple[Command, ...] = ()
    typed: frozenset[Command] = frozenset()

    @classmethod
    def load(cls, file: Path) -> Programs:
        """Return the list in *file*, empty without one; raises UsageError as `file: reason`."""
        content = read(file, []) or []
        if not isinstance(content, list) or not all(isinstance(entry, str) for entry in content):
            raise UsageError(f'{file}: must be a list of commands, such as "/usr/bin/virsh console"')
        return cls(file=file, listed=tuple(_command(entry, file) for entry in content))

    def allowing(self, urls: Iterable[ConsoleURL]) -> Programs:
        """Return the same list with the commands of *urls* that an operator has typed."""
        return replace(self, typed=self.typed | {command_of(url) for url in urls if command_of(url)})

    def allows(self, command: Sequence[str]) -> bool:
        """Tell whether *command* may be started."""
        words = tuple(command)
        return words in self.typed or any(words[: len(known)] == known for known in self.listed)

    def check(self, url: ConsoleURL) -> None:
        """Raise PathRefused, with what to do, where *url* starts a program that is neither listed nor typed."""
        command = command_of(url)
        if self.allows(command):
            return
        raise PathRefused(
            f"{command[0]} is not listed in {self.file}, so the inventory may not start it "
            f"(oob inventory allow {shlex.quote(command[0])}, or type the URL: --path '{url}')",
            path=str(url),
        )

    def add(self, entry: str) -> Programs:
        """Write *entry* into the list and return the new one; raises UsageError."""
        command = _command(entry, self.file)
        if command in self.listed:
            return self
        listed = (*self.listed, command)
        text = HEAD + yaml.safe_dump([shlex.join(each) for each in listed], allow_unicode=True, width=10_000)
        try:
            durable.create_folder(self.file.parent)
            durable.replace_file(self.file, text.encode())
        except OSError as error:
            raise UsageError(f"{self.file}: cannot be written: {error.strerror}") from error
        return replace(self, listed=listed)


def _command(entry: str, file: Path) -> Command:
    try:
        words = tuple(shlex.split(entry))
    except ValueError as error:
        raise UsageError(f"{file}: {entry!r}: {error}") from error
    if not words or not words[0].startswith("/") or ".." in Path(words[0]).parts:
        raise UsageError(f"{file}: {entry!r} does not begin with the full path of a program")
    return words
