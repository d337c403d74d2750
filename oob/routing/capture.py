"""What a console gives, made plain: control characters carried out, and what surrounds a table told from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from oob.errors import RouteError

# No device prints longer lines of a table, and patterns for lines that can be anything take long over them.
LONGEST_LINE = 1024
# Nor do they fill more than a screen with one character, over which such patterns take longest.
_LONGEST_RUN = 200
_RUN = re.compile(rf"(.)\1{{{_LONGEST_RUN}}}")

_CHUNK = 1 << 16
_HEAD_LINES = 60

_PROMPT = (
    r"(?:<[^<>\s]{1,80}>|\[[^\[\]]{1,80}\] ?[^\[\]]{0,40}>|[\w*!.@:/~+\-]{1,80}(?: ?\([^()]{1,60}\))? ?[>#%$\]]) ?"
)
_BARE_PROMPT = re.compile(_PROMPT)
_MODE_LINE = re.compile(r"\{[\w:-]+\}|\[edit[^\]]*\]|--\{[^{}]*\}--\[[^\[\]]*\]--|\[/[/\w=\" .*!-]*\]")

_PAGER_WORDS = (
    r"(?:<?-{1,4} ?\(?[Mm][Oo][Rr][Ee](?: \d+%)?\)? ?-{1,4}>?(?:, next page: Space, next line: Enter, quit: Control-C)?"
    r"|Press any key to continue \(Q to quit\)|lines \d+-\d+(?:/\d+ \(END\)| \d+%)?|\(END\)|-- \[Q quit[^\]]*\])"
)
# That of IOS has a space at either end.
_PAGER_AT_START = re.compile(rf"^(?: --More-- |[ \t]*{_PAGER_WORDS})", re.MULTILINE)
_PAGER_LINE = re.compile(rf"\s*{_PAGER_WORDS}\s*")

_SYSLOG = re.compile(
    r"(?:"
    r"[^%\n]{0,100}%[A-Z][A-Z0-9_]*-(?:[A-Z0-9_]+-){0,3}\d-[A-Z0-9_]+ ?: ?.*"  # Cisco, Arista
    r"|[A-Z][a-z]{2} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)? +\S+ (?:[\w./-]+(?:\[\d+\])?: |%%\d\d).*"  # Junos, Huawei
    r"|%[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d:\d+ \d{4} \S+ [A-Z0-9_]+/\d/[A-Z0-9_]+: .*"  # Comware
    r"|\[ *\d+\.\d{6}\] .*"  # the Linux kernel
    r"|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)? [A-Z0-9]+: .*"  # FRR
    r"|\d\d:\d\d:\d\d echo: [\w,]+ .*"  # RouterOS
    r")"
)
_CLOCK = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d(?:\.\d+)? \S+(?: \d{4})?\s*"
    r"|Load for five secs: .*|Time source is .*"
)
_NEWLINES = re.compile(r"\r+\n|\n\r")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78])")
_CURSOR_LINE = re.compile(r"^.*[\r\b\x1b].*$", re.MULTILINE)


def _redraw(line: str) -> str:
    """Give what stands on the screen after *line* has been printed to it."""
    screen: list[str] = []
    column = 0
    position = 0
    while position < len(line):
        char = line[position]
        position += 1
        if char == "\r":
            column = 0
        elif char == "\b":
            column = max(column - 1, 0)
        elif char == "\x1b" and (escape := _ESCAPE.match(line, position - 1)):
            position = escape.end()
            if escape[0] in ("\x1b[K", "\x1b[0K"):
                del screen[column:]
            elif escape[0] == "\x1b[2K":
                screen[:] = " " * min(column, len(screen))
        else:
            screen[column : column + 1] = [char]
            column += 1
    return "".join(screen).rstrip(" ") if "\b" in line or "\r" in line else "".join(screen)


def without_pager(text: str) -> str:
    """Give *text* without what a pager left at the beginning of lines where the device did not erase it."""
    return _PAGER_AT_START.sub("", _plain(text))


def _plain(text: str) -> str:
    if "\r" in text:
        text = _NEWLINES.sub("\n", text)
    if "\r" in text or "\b" in text or "\x1b" in text:
        text = _CURSOR_LINE.sub(lambda line: _redraw(line[0]), text)
    return text.replace("\0", "") if "\0" in text else text


class CutShort(RouteError):
    """The text is not whole."""


def guard_length(line: str, longest: int = LONGEST_LINE) -> None:
    """Refuse a line that no pattern should be tried on: `ValueError`."""
    if len(line) > _LONGEST_RUN and (run := _RUN.search(line)):
        raise ValueError(f"a line with {run[1]!r} over and over is none of a table")
    if len(line) > longest:
        raise ValueError(f"a line of {len(line)} characters is none of a table")


class Capture:
    """The text of one or more commands, with prompts, echo, pager and syslog told from the table.

    *command* is a regular expression of the commands that print this platform's tables. A capture that starts with a
    prompt and such a command has to end with the prompt; one that ends in a pager was cut short.
    """

    def __init__(self, text: str, command: str) -> None:
        self.text = _plain(text)
        self.prompt = ""
        self._command = ""
        self._lines: list[str] | None = None
        self._echo = re.compile(rf"(?P<prompt>{_PROMPT})?(?P<command>{command})\s*", re.IGNORECASE)
        self._find_echo()
        self._check_end()
        self.is_open_ended = bool(not self.prompt and not self.text.endswith("\n"))
        if not self.text.endswith("\n"):
            self.text += "\n"

    def _find_echo(self) -> None:
        for line in self.text[: _HEAD_LINES * 200].split("\n", _HEAD_LINES)[:_HEAD_LINES]:
            if (echo := self._echo.fullmatch(line)) and echo["prompt"]:
                self.prompt = echo["prompt"].rstrip()
                return

    def _check_end(self) -> None:
        body = self.text.rstrip()
        if not body:
            raise RouteError("the text is empty, which is no table")
        last = body[body.rfind("\n") + 1 :]
        reason = ""
        if _PAGER_LINE.fullmatch(last):
            reason = "the pager is still waiting, the table was cut short"
        elif self.prompt and not last.startswith(self.prompt):
            reason = "there is no prompt after the table, it was cut short"
        if reason:
            raise CutShort(reason, line=body.count("\n") + 1, text=last)
        if not self.prompt and _BARE_PROMPT.fullmatch(last) and "\n" in body:
            self.prompt = last

    @property
    def opening(self) -> str:
        """The first character of the table: `{`, `[` or `<` where it is a document."""
        start = next((start for start, _ in self._pieces()), -1)
        return self.text[start] if start >= 0 else ""

    def documents(self) -> Iterator[tuple[int, str]]:
        """Give each command's output as one document, with the number of its first line."""
        for start, end in self._pieces():
            yield self.text.count("\n", 0, start) + 1, self.text[start:end]

    def _pieces(self) -> Iterator[tuple[int, int]]:
        """Give start and end of what stands between prompts, noise at both ends left out."""
        start, end = 0, len(self.text)
        while start < end:
            stop = self.text.find("\n" + self.prompt, start) + 1 if self.prompt else 0
            piece_end = stop or end
            first = self._skip_noise(start, piece_end)
            if first < piece_end:
                yield first, self._drop_noise(first, piece_end)
            start = piece_end

    def _skip_noise(self, start: int, end: int) -> int:
        while start < end:
            stop = self.text.find("\n", start, end) + 1 or end
            if not self.is_noise(self.text[start:stop].rstrip("\n")):
                return start + len(self.text[start:stop]) - len(self.text[start:stop].lstrip())
            start = stop
        return end

    def _drop_noise(self, start: int, end: int) -> int:
        while True:
            last = self.text.rfind("\n", start, end - 1) + 1
            line = self.text[last:end].strip()
            if last <= start or (line and not _MODE_LINE.fullmatch(line)):
                return end
            end = last

    def line(self, number: int) -> str:
        """Give the text of line *number*, counted from 1."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines[number - 1]

    def rows(self, pattern: re.Pattern[str]) -> Iterator[list[Any]]:
        """Give what `findall` of *pattern* makes of each piece of the text; the pattern must take whole lines.

        A piece never ends before an indented line, so that a pattern may look at what goes on below.
        """
        start, text = 0, self.text
        while start < len(text):
            end = text.find("\n", start + _CHUNK) + 1 or len(text)
            while text.startswith(" ", end):
                end = text.find("\n", end) + 1 or len(text)
            yield pattern.findall(text, start, end)
            start = end

    def is_noise(self, line: str) -> bool:
        """Tell whether *line* is no part of a table: blank, a prompt, an echo, a pager, a log message or a clock.

        A command found on the way is kept for `take_command`.
        """
        if not line or line.isspace():
            return True
        if self.prompt and line.startswith(self.prompt):
            self._command = line[len(self.prompt) :].strip()
            return True
        if (echo := self._echo.fullmatch(line)) is not None:
            self._command = echo["command"].strip()
            return True
        return any(rule.fullmatch(line) for rule in (_SYSLOG, _CLOCK, _MODE_LINE, _PAGER_LINE))

    def take_command(self) -> str:
        """Give the command that was echoed since the last call, or nothing."""
        command, self._command = self._command, ""
        return command
