"""The text of a console as a screen shows it, with prompts, echoes, pager and syslog told from the table."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
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
    r"(?:(?:(?:HRP|RBM)_[MSP] ?)?<[^<>\s]{1,80}>|\[[^\[\]]{1,80}\] ?[^\[\]]{0,40}>"
    # A system view of Huawei or H3C, of a firewall of a pair too, and a shell of Red Hat.
    r"|(?:(?:HRP|RBM)_[MSP] ?)?\[(?!\d+/\d+\])[~*]?[\w.@:/+~ \-]{1,80}\](?: ?[\w~/.\-]{1,40} ?[#$]| ?[#$]?)"
    # A context of SR OS: `*A:r1>config>router#`.
    r"|(?:\([\w.-]{1,40}\) ?)?[\w*!.@:/~+\-]{1,80}(?:>[\w\-]{1,40}){0,6}(?: ?\([^()]{1,60}\))? ?[>#%$\]]) ?"
)
_BARE_PROMPT = re.compile(_PROMPT)
_LONGEST_PROMPT = 100
_HOSTNAME = re.compile(r"\w[\w.@-]*")
_MODE_LINE = re.compile(
    r"\{[\w:-]+\}(?:\[edit[^\]]*\])?|\[edit[^\]]*\]"  # Junos: the member of a chassis, the hierarchy
    r"|--\{[^{}]*\}--\[[^\[\]]*\]--"  # SR Linux
    # SR OS: changes, the kind of candidate and the context.
    r"|[!*]*(?:\((?:ex|gl|pr|ro)\)\[[^\[\]]*|\[(?:(?:ex|gl|pr|ro):)?/[^\[\]]*|\[(?:ex|gl|pr|ro):[^\[\]]*)\]"
)
# A line that is compared as text instead of being read. `_plain` leaves no such character in a device's own line.
BARRIER = "\0"

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
    r"|[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d(?:\.\d+)?(?: \d{4})?\s*"  # Junos: set cli timestamp
    r"|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d\d:\d\d)?(?: DST)?\s*"  # Huawei
    r"|Load for five secs: .*|Time source is .*"
)
_NEWLINES = re.compile(r"\r+\n|\n\r")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>78])")
_CURSOR_LINE = re.compile(r"^.*[\r\b\x1b].*$", re.MULTILINE)


def _redraw(line: str) -> str:
    """Return the screen's line after *line* has been printed to it."""
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
    """Return *text* without the remains of a pager at the beginning of lines."""
    return _PAGER_AT_START.sub("", _plain(text))


def _plain(text: str) -> str:
    if "\r" in text:
        text = _NEWLINES.sub("\n", text)
    if "\r" in text or "\b" in text or "\x1b" in text:
        text = _CURSOR_LINE.sub(lambda line: _redraw(line[0]), text)
    return text.replace("\0", "") if "\0" in text else text


def _dedented(text: str) -> str:
    """Return *text* without the indentation that all its lines share, as a ticket or a mail adds it."""
    lines = text.split("\n")
    used = [line for line in lines if line.strip()]
    first = used[0] if used else ""
    # The first line alone may have lost its indentation to the selection with a mouse.
    common = min((len(line) - len(line.lstrip()) for line in used[1:] or used), default=0)
    own = min(common, len(first) - len(first.lstrip()))
    done = False
    for at, line in enumerate(lines):
        is_first = line is first and not done
        done = done or is_first
        lines[at] = line[own if is_first else common :]
    return "\n".join(lines)


class Truncated(RouteError):
    """The text is incomplete."""


def guard_length(line: str, longest: int = LONGEST_LINE) -> None:
    """Raise `ValueError` for a line that takes patterns too long: no device prints such lines in a table."""
    if len(line) > _LONGEST_RUN and (run := _RUN.search(line)):
        raise ValueError(f"a line that repeats {run[1]!r} more than {_LONGEST_RUN} times")
    if len(line) > longest:
        raise ValueError(f"a line of {len(line)} characters")


# Lines that continue the one above: further in, or with the first word of a next hop.
_FURTHER = re.compile(
    r"[ \t]{2,}\S|\t|[ \t]*(?:\[\d+/\d+\]|\*{0,2}via\b|nexthop\b|is directly connected|directly connected|> *to\b|"
    r"to \d|\(recursive|, ?segid|segid)"
)
# An unrecognised heading may name another VRF; entries of a legend (`V - VRF leaked`) may not.
_NAMES_TABLE = re.compile(
    r"\b(?:vrfs?|vdom|vpn[ -]?instance|network[ -]instance|routing[ -]instance|virtual[ -]router|logical[ -]system|"
    r"rout(?:e|ing)[ -]tables?|tenant|vpn:? *\d+|\d+ destinations?, \d+ routes?)\b",
    re.IGNORECASE,
)
_LONGEST_HEADING = 200
_ADDRESS_OR_CODE = re.compile(r"\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:|(?:^|,| )[^\s,]{1,4} +- +[A-Za-z]")


# Beginnings of lines that are further in than pasted text shows, and what to put there.
Indent = tuple[tuple[re.Pattern[str], str], ...]


class Capture:
    """The text of one or more commands.

    *command* is a regular expression of the commands that print this platform's tables. A capture that starts with a
    prompt and the command has to end with the prompt; a text that ends in a pager is truncated. *pasted* text needs
    neither a prompt nor the end of its last line, and its lines may be moved to the left: those that a pattern of
    *indent* matches get the text beside it in place of the match.
    """

    def __init__(self, text: str, command: str, *, pasted: bool = False, indent: Indent = ()) -> None:
        self.text = _dedented(_plain(text)) if pasted else _plain(text)
        for rule, instead in indent if pasted else ():
            self.text = rule.sub(instead, self.text)
        self.is_pasted = pasted
        self.prompt = ""
        self._command = ""
        # The prompt of the last command: some name the context that the command asks.
        self.command_prompt = ""
        self._lines: list[str] | None = None
        self._hidden: list[int] = []
        self._echo = re.compile(rf"(?P<prompt>{_PROMPT}|[>#$%] ?)?(?P<command>{command})\s*", re.IGNORECASE)
        self._find_echo()
        self._check_end()
        self.is_open_ended = bool(not self.prompt and not self.text.endswith("\n")) and not pasted
        if not self.text.endswith("\n"):
            self.text += "\n"

    def _find_echo(self) -> None:
        head = self.text[: _HEAD_LINES * 200].split("\n", _HEAD_LINES)[:_HEAD_LINES]
        for line in head:
            if (echo := self._echo.fullmatch(line)) and echo["prompt"]:
                self.prompt = echo["prompt"].rstrip()
                return
        # A prompt of any shape stands in front of the command and, again, at the end.
        last = self.text.rstrip().rpartition("\n")[2]
        if not 0 < len(last) <= _LONGEST_PROMPT:
            return
        for line in head:
            if line.startswith(last) and self._echo.fullmatch(line[len(last) :].strip()):
                self.prompt = last
                return

    def _check_end(self) -> None:
        body = self.text.rstrip()
        if not body:
            raise RouteError("the text is empty, which is not a table")
        last = body[body.rfind("\n") + 1 :]
        reason = ""
        if _PAGER_LINE.fullmatch(last):
            reason = "the pager is still waiting, the table is truncated"
        elif self.prompt and not (last.startswith(self.prompt) or self._is_other_mode(last)) and not self.is_pasted:
            reason = "there is no prompt after the table, it is truncated"
        if reason:
            raise Truncated(reason, line=body.count("\n") + 1, text=last)
        if not self.prompt and _BARE_PROMPT.fullmatch(last) and "\n" in body:
            self.prompt = last

    # --- lines that are compared as text

    def block(self, number: int, further: re.Pattern[str] | None = None) -> range:
        """Return the lines that belong to line *number*: the route that it continues, and what continues it."""
        further = further or _FURTHER
        self.line(number)
        lines = self._lines or []
        start = end = number
        while start > 1:
            line, above = lines[start - 1], lines[start - 2]
            if not further.match(line) and (start == number or not self._is_between(line)):
                break
            if not above.strip() or self._is_prompt(above) or self._names_table(above):
                break
            start -= 1
        while end < len(lines) and further.match(lines[end]):
            end += 1
        if start == number and self._names_table(lines[number - 1]):
            # The routes below may be of another VRF: until the next command, none is taken for one of this VRF.
            while end < len(lines) and not self._is_prompt(lines[end]):
                end += 1
        return range(start, end + 1)

    @staticmethod
    def _is_between(line: str) -> bool:
        """Tell whether *line* may stand in the middle of a route without being part of it."""
        return line == BARRIER or any(rule.fullmatch(line) for rule in (_SYSLOG, _CLOCK, _PAGER_LINE))

    @staticmethod
    def _names_table(line: str) -> bool:
        is_short = len(line) <= _LONGEST_HEADING
        return is_short and bool(_NAMES_TABLE.search(line)) and not _ADDRESS_OR_CODE.search(line)

    def _is_other_mode(self, line: str) -> bool:
        """Tell whether *line* is this device's prompt in another mode, context or directory."""
        if len(line) > _LONGEST_PROMPT or not _BARE_PROMPT.fullmatch(line):
            return False
        names = [_HOSTNAME.search(text) for text in (self.prompt, line)]
        return all(names) and len({name[0] for name in names if name}) == 1

    def _is_prompt(self, line: str) -> bool:
        return bool(self.prompt and line.startswith(self.prompt)) or bool(self._echo.fullmatch(line))

    def hide(self, numbers: Iterable[int]) -> None:
        """Put a barrier in place of the lines *numbers*, over which no route continues."""
        lines = self.text.split("\n")
        self._hidden = sorted(numbers)
        for number in self._hidden:
            lines[number - 1] = BARRIER
        self.text = "\n".join(lines)
        self._lines = None

    def hidden_between(self, first: int, last: int) -> int:
        """Return how many lines from *first* to *last* are hidden."""
        return bisect_right(self._hidden, last) - bisect_left(self._hidden, first)

    # --- pieces and lines

    @property
    def opening(self) -> str:
        """The first character of the table: `{`, `[` or `<` of a document."""
        start = next((start for start, _ in self._pieces()), -1)
        return self.text[start] if start >= 0 else ""

    def documents(self) -> Iterator[tuple[int, str]]:
        """Yield each command's output as one document, with the number of its first line."""
        for start, end in self._pieces():
            yield self.text.count("\n", 0, start) + 1, self.text[start:end]

    def _pieces(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of each output between prompts, without noise at both ends."""
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
        """Return line *number*, counted from 1."""
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines[number - 1]

    def rows(self, pattern: re.Pattern[str]) -> Iterator[list[Any]]:
        """Yield the matches of *pattern* in each piece of the text; the pattern must take whole lines.

        A piece never ends before an indented line, so that a pattern may look at the lines below.
        """
        start, text = 0, self.text
        while start < len(text):
            end = text.find("\n", start + _CHUNK) + 1 or len(text)
            while text.startswith(" ", end):
                end = text.find("\n", end) + 1 or len(text)
            yield pattern.findall(text, start, end)
            start = end

    def is_noise(self, line: str) -> bool:
        """Tell whether *line* is around a table: blank, a prompt, an echo, a pager, a log message or a clock.

        A command found on the way is kept for `take_command`.
        """
        if not line or line.isspace() or line == BARRIER:
            return True
        if self.prompt and line.startswith(self.prompt):
            self._command, self.command_prompt = line[len(self.prompt) :].strip(), self.prompt
            return True
        if (echo := self._echo.fullmatch(line.strip() if self.is_pasted else line)) is not None:
            self._command, self.command_prompt = echo["command"].strip(), (echo["prompt"] or "").strip()
            return True
        if self.prompt and self._is_other_mode(line):
            return True
        return any(rule.fullmatch(line) for rule in (_SYSLOG, _CLOCK, _MODE_LINE, _PAGER_LINE))

    def take_command(self) -> str:
        """Return the command that was echoed since the last call, or nothing."""
        command, self._command = self._command, ""
        return command
