"""A profile's patterns made ready for bytes: which state a line shows, and what is noise around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from oob.console.notices import NoticeFilter
from oob.console.screen import decode, last_line, plain
from oob.profile.model import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where the console is: a prompt's *name* in the profile, or silent, press-return, login, password, pager,
    question, continuation, unknown."""

    name: str
    kind: str
    text: str = ""
    host: str = ""

    @property
    def is_prompt(self) -> bool:
        """Tell whether commands can be typed here."""
        return self.kind in {"user", "enable", "config", "shell", "boot", "other"}


# A notice that touches the last line ends within so many bytes of the end.
NEAR = 600
SILENT = State(name="silent", kind="silent")
UNKNOWN = State(name="unknown", kind="unknown")
# In front of the next line of a command that is not finished.
CONTINUATION = State(name="continuation", kind="continuation")


def _any(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _compiled(pattern: str | None) -> re.Pattern[bytes] | None:
    return re.compile(pattern.encode()) if pattern else None


class Grammar:
    """Compiled once per profile; everything here is a question about bytes, nothing is read or written."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.data = profile.console
        self.notices = NoticeFilter(self.data.notices)
        self._prompts = [
            (name, prompt.kind, re.compile(rf"(?:{prompt.pattern})".encode()), _compiled(prompt.header))
            for name, prompt in self.data.prompts.items()
        ]
        # A prompt redisplayed after a notice stands twice on the joined line; the last one counts.
        self._prompt_at_end = re.compile(rf"(?:{self._prompt_alternatives})\Z".encode())
        self._prompt_at_start = re.compile(rf"(?:{self._prompt_alternatives}{self._continuation})".encode())

    @property
    def _prompt_alternatives(self) -> str:
        return _any(re.sub(r"\(\?P<\w+>", "(?:", prompt.pattern) for prompt in self.data.prompts.values())

    @property
    def _continuation(self) -> str:
        return f"|{self.data.continuation}" if self.data.continuation else ""

    @cached_property
    def _other_states(self) -> list[tuple[str, re.Pattern[bytes]]]:
        login = self.data.login
        found = [("password", rf".*(?:{login.password})"), ("login", rf".*(?:{login.username})")]
        if self.data.pager:
            found.insert(0, ("pager", rf".*(?:{self.data.pager.pattern})\s*"))
        found.extend(("question", rf".*(?:{question.pattern})") for question in self.data.questions)
        return [(name, re.compile(pattern.encode())) for name, pattern in found]

    @cached_property
    def _press_return(self) -> re.Pattern[bytes] | None:
        return _compiled(self.data.login.press_return)

    @cached_property
    def _unfinished(self) -> re.Pattern[bytes] | None:
        return _compiled(rf"(?:{self.data.continuation})\s*" if self.data.continuation else None)

    @cached_property
    def _names(self) -> list[re.Pattern[bytes]]:
        return [re.compile(pattern.encode(), re.M) for pattern in self.data.login.names]

    def name_shown(self, data: bytes) -> str:
        """Return the last hostname in *data* that the device shows before it asks for a credential, "" where none."""
        text = plain(self.without_notices(data))
        found = [match for pattern in self._names for match in pattern.finditer(text)]
        return decode(max(found, key=lambda match: match.start())["host"]) if found else ""

    @cached_property
    def refused_login(self) -> re.Pattern[bytes] | None:
        """Match what the platform prints when it refuses credentials."""
        return re.compile(_any(self.data.login.refused).encode()) if self.data.login.refused else None

    @cached_property
    def refusal(self) -> re.Pattern[str] | None:
        """Match a line that says a command was refused."""
        return re.compile(_any(self.data.refusals), re.M) if self.data.refusals else None

    @cached_property
    def pager(self) -> re.Pattern[bytes] | None:
        """Match the pager's own text, with the space that erases it."""
        if not self.data.pager:
            return None
        return re.compile(self.data.pager.pattern.encode())

    @cached_property
    def _pager_erased(self) -> re.Pattern[bytes] | None:
        if not self.data.pager:
            return None
        return re.compile(rf"(?:{self.data.pager.pattern})[ \t]*(?:[\x08\x1b]|\r[^\r\n])".encode())

    @cached_property
    def _header(self) -> re.Pattern[bytes] | None:
        headers = self.data.prompt_header
        return re.compile(_any(headers).encode()) if headers else None

    def prompt(self, line: bytes, above: bytes = b"") -> State | None:
        """Return the state whose prompt *line* is, whole, with the line *above* it; None where it is none."""
        for name, kind, pattern, header in self._prompts:
            if header and not header.fullmatch(above.strip()):
                continue
            if match := pattern.fullmatch(line):
                return self._state(name, kind, match)
        if match := self._prompt_at_end.search(line):
            twice = line[: match.start()]
            if twice and self._prompt_at_start.match(twice):
                return self.prompt(match[0], above)
        return None

    @staticmethod
    def _state(name: str, kind: str, match: re.Match[bytes]) -> State:
        host = match.groupdict().get("host") or b""
        return State(name=name, kind=kind, text=decode(match[0]), host=decode(host))

    def prompt_at_end(self, data: bytes) -> State | None:
        """Return the state whose prompt stands at the end of *data*, with notices out of the way."""
        whole = self.without_notices(data)
        cleaned = plain(last_line(whole))
        above = plain(last_line(whole[: whole.rfind(b"\n") + 1].rstrip()))
        if state := self.prompt(cleaned, above) or self.prompt(cleaned.rstrip(), above):
            return state
        if whole == data:
            return None
        # Where a notice stood between a whole line and the prompt, joining the two hides the prompt; others may follow.
        return self.prompt(plain(last_line(self.notices.before_last(data))), above)

    def classify(self, data: bytes) -> State:
        """Return the state that the end of *data* shows; `unknown` where nothing fits, `silent` where nothing is."""
        if state := self.prompt_at_end(data):
            return state
        screen = plain(self.without_notices(data))
        line = screen[screen.rfind(b"\n") + 1 :]
        for name, pattern in self._other_states:
            if pattern.fullmatch(line):
                return State(name=name, kind=name, text=decode(line).strip())
        if self._unfinished and self._unfinished.fullmatch(line):
            return replace(CONTINUATION, text=decode(line).strip())
        tail = screen.rstrip().rsplit(b"\n", 1)[-1]
        if self._press_return and self._press_return.search(tail):
            return State(name="press-return", kind="press-return", text=decode(tail).strip())
        return UNKNOWN if screen.strip() else SILENT

    def without_notices(self, data: bytes) -> bytes:
        """Return what comes, without the log lines that were printed into it."""
        return self.notices.clean(data).text if self.notices.has_notice(data[-NEAR:]) else data

    def is_paged(self, raw: bytes) -> bool:
        """Tell whether a pager stopped in *raw* and was erased again."""
        return self._pager_erased is not None and self._pager_erased.search(raw) is not None

    def question_key(self, text: str) -> str:
        """Return what to type at the question *text* so that nothing happens."""
        for question in self.data.questions:
            if re.search(question.pattern, text):
                return question.cancel
        return self.data.keys.cancel

    def without_prompt(self, line: bytes) -> tuple[bytes, bool]:
        """Return *line* without a prompt at its start, and whether there was one."""
        match = self._prompt_at_start.match(line)
        if not match or not match.end():
            return line, False
        return line[match.end() :], True

    def shows_again(self, line: bytes, typed: bytes) -> bool:
        """Tell whether *line* ends in a prompt and all of *typed*: shown again after a notice broke it."""
        line = line.rstrip()
        return line.endswith(typed) and self._prompt_at_end.search(line[: len(line) - len(typed)]) is not None

    def without_header(self, lines: list[bytes]) -> list[bytes]:
        """Return *lines* without those that a platform prints above its prompt, and without closing blank ones."""
        end = len(lines)
        while end and (not lines[end - 1].strip() or (self._header and self._header.fullmatch(lines[end - 1].strip()))):
            end -= 1
        return lines[:end]
