"""A profile's patterns made ready for bytes: which state a line shows, and the noise around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from oob.console import phrases
from oob.console.not_taken import NOT_TAKEN
from oob.console.notices import LINES, LONGEST, NoticeFilter
from oob.console.screen import ESCAPES, decode, last_line, plain
from oob.profile.model import Profile, Prompt

LOGIN_LINES, LOGIN_WIDTH = 20, 120  # of the text above a login that is kept and compared


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where the console is: a prompt's *name* in the profile, or silent, press-return, login, password, new-password,
    second-factor, accept, pager, question, continuation, booting, unknown."""

    name: str
    kind: str
    text: str = ""
    host: str = ""

    @property
    def is_prompt(self) -> bool:
        """Tell whether commands can be typed here."""
        return self.kind in {"user", "enable", "config", "shell", "boot", "other"}

    @property
    def is_known(self) -> bool:
        """Tell whether the device waits for something that has a name: only then may a key be typed."""
        return self.kind not in {"silent", "unknown", "continuation", "booting"}

    @property
    def is_weak(self) -> bool:
        """Tell whether the prompt names no host, so that a piece of a banner or of a greeting may look like it."""
        return self.is_prompt and not self.host and (self.kind == "shell" or len(self.text.strip()) < WEAK)


# Bytes at the end of a line that show its state: a longer line is neither prompt nor question, and may have no end.
WIDEST = 512
# A notice that touches the last line ends within so many bytes of the end.
NEAR = 600
WEAK = 6  # characters: `#`, `%`, `$`, `OK`
RECENT = 12  # lines in which the text of a boot says that one is under way
ASIDE = re.compile(
    r"st(?:and)?by|boot|rescue|loader|rommon|config|edit", re.IGNORECASE
)  # where commands do other things
MOST_BLANKS = 4  # in a prompt that no profile knows
UNFAMILIAR = "unfamiliar"  # a prompt that stands for no state of the profile
SILENT = State(name="silent", kind="silent")
UNKNOWN = State(name="unknown", kind="unknown")
# In front of the next line of a command that is not finished.
CONTINUATION = State(name="continuation", kind="continuation")


def _asking(name: str, text: str, host: str = "") -> State:
    return State(name=name, kind=name, text=text.strip(), host=host)


def _ends(prompt: Prompt, sign: str) -> bool:
    """Tell whether the pattern of *prompt* ends with *sign*, before the blank that may follow it."""
    end = re.search(r"(?:\\?(?P<one>[^\]\s?])|\[(?P<any>[^\]]+)\])(?: \?)?\Z", prompt.pattern)
    return end is not None and sign in (end["one"] or end["any"])


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
        # A console is looked at with every few bytes that come, so most of its lines were looked at before.
        self._asks_for_return = lru_cache(maxsize=LINES)(self._is_asking_for_return)
        # A prompt redisplayed after a notice stands twice on the joined line; the last one counts.
        self._compile_ends(())

    def _compile_ends(self, learned: tuple[str, ...]) -> None:
        any_of = "|".join([*learned, self._prompt_alternatives])
        self._learned = learned
        self._prompt_at_end = re.compile(rf"(?:{any_of})\Z".encode())
        self._prompt_at_start = re.compile(rf"(?:{any_of}{self._continuation})".encode())

    @property
    def _prompt_alternatives(self) -> str:
        return _any(re.sub(r"\(\?P<\w+>", "(?:", prompt.pattern) for prompt in self.data.prompts.values())

    @property
    def _continuation(self) -> str:
        return f"|{self.data.continuation}" if self.data.continuation else ""

    @cached_property
    def _other_states(self) -> list[tuple[str, re.Pattern[bytes]]]:
        login = self.data.login
        found = [("password", rf".*(?:{login.password})"), ("login", rf"(?:{login.username})")]
        if self.data.pager:
            found.insert(0, ("pager", rf".*(?:{self.data.pager.pattern})\s*"))
        found.extend(("question", rf".*(?:{question.pattern})") for question in self.data.questions)
        return [(name, re.compile(pattern.encode())) for name, pattern in found]

    def _dialogue(self, line: bytes, above: bytes) -> State | None:
        """Return what the unended *line* asks for, with the lines *above* it; None where it asks for nothing known."""
        text, before = decode(line), decode(above)
        if phrases.wants_new_password(text, before) or phrases.wants_first_user(text):
            return _asking("new-password", text)
        if phrases.accept_key(text):
            return _asking("accept", text)
        for name, pattern in self._other_states:
            if (match := pattern.fullmatch(line)) and not (name == "login" and phrases.tells_of_login(text)):
                host = decode(match.groupdict().get("host") or b"")
                return _asking(name, text, host or phrases.login_host(text) or "" if name == "login" else "")
        if phrases.asks_code(text):
            return _asking("second-factor", text)
        if phrases.asks_secret(text):
            return _asking("password", text)
        if (host_name := phrases.login_host(text)) is not None:
            return _asking("login", text, host_name)
        return None

    @cached_property
    def _password_prompt(self) -> re.Pattern[str]:
        return re.compile(self.data.login.password)

    def is_password_prompt(self, line: str) -> bool:
        """Tell whether *line* is the password prompt of the platform, word for word: nothing comes behind it."""
        return self._password_prompt.fullmatch(line) is not None

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

    def lines_shown(self, data: bytes) -> tuple[str, ...]:
        """Return the last lines of *data*, without log messages, blanks and repetitions."""
        lines = (
            " ".join(line.split())[:LOGIN_WIDTH] for line in decode(plain(self.without_notices(data))).splitlines()
        )
        return tuple(dict.fromkeys(filter(None, lines)))[-LOGIN_LINES:]

    @cached_property
    def refused_login(self) -> re.Pattern[bytes] | None:
        """Match the platform's refusal of credentials."""
        refused = self.data.login.refused
        return re.compile(_any(refused).encode(), re.IGNORECASE) if refused else None

    @cached_property
    def refusal(self) -> re.Pattern[str] | None:
        """Match a line that says a command was refused."""
        return re.compile(_any(self.data.refusals), re.M) if self.data.refusals else None

    @cached_property
    def line_refusal(self) -> re.Pattern[str]:
        """Match a line that says a line of configuration was not taken."""
        return re.compile(_any((*self.data.refusals, *self.data.line_refusals, NOT_TAKEN)), re.M)

    @cached_property
    def _questions(self) -> re.Pattern[bytes] | None:
        ends = re.compile(r"(?<!\\)\$(?=\||\)|\Z)")
        questions = [ends.sub("", question.pattern) for question in self.data.questions]
        return re.compile(_any(questions).encode()) if questions else None

    def question_in(self, line: bytes) -> tuple[str, bytes]:
        """Return the question that *line* asks, "" where it asks none, and what stands behind it in the line."""
        match = self._questions.search(line) if self._questions else None
        return (decode(line[: match.end()]).strip(), line[match.end() :].strip()) if match else ("", b"")

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
        """Return the state whose prompt *line* is, whole, with the line *above* it; None where it is not one."""
        end = len(line)
        for name, kind, pattern, header in self._prompts if end <= WIDEST else ():
            if header and not header.fullmatch(above.strip()):
                continue
            if match := pattern.fullmatch(line):
                return self._state(name, kind, match)
        if match := self._prompt_at_end.search(line, max(0, end - WIDEST)):
            twice = line[: match.start()]
            if twice and self._prompt_at_start.match(twice, 0, WIDEST):
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
        state, screen = self._waiting(data)
        if state:
            return state
        line = last_line(screen)
        if phrases.wants_yes_or_no(decode(line)):  # `This command will reboot the system. (y/n)?`
            return UNKNOWN
        # A kernel's messages are notices too: the removed lines tell of a boot as well as the rest.
        recent = b"\n".join(plain(data).split(b"\n")[-RECENT:])
        if boot := phrases.boot_text(decode(recent)):
            return _asking("booting", boot)
        if phrases.is_under_way(decode(line)):
            return _asking("booting", decode(line))
        return UNKNOWN if screen.strip() else SILENT

    def waiting(self, data: bytes) -> State | None:
        """Return what the end of *data* waits for; None where nothing fits, so that it may boot as well as work."""
        return self._waiting(data)[0]

    def _waiting(self, data: bytes) -> tuple[State | None, bytes]:
        """Return what the end of *data* waits for, with the screen unless that is a prompt."""
        if state := self.prompt_at_end(data):
            return state, b""
        screen = plain(self.without_notices(data))
        above, _, line = screen.rpartition(b"\n")
        if line.strip() and (state := self._dialogue(line, above)):
            return state, screen
        if self._unfinished and self._unfinished.fullmatch(line):
            return replace(CONTINUATION, text=decode(line).strip()), screen
        return self._waits_for_return(screen), screen

    def _is_asking_for_return(self, line: bytes) -> bool:
        is_known = self._press_return is not None and self._press_return.search(line) is not None
        return is_known or phrases.wants_return(decode(line))

    def _waits_for_return(self, screen: bytes) -> State | None:
        """Return the state of a console that asks for a return, though log lines followed; None where it does not."""
        lines = screen.split(b"\n")
        for index in range(len(lines) - 1, -1, -1):
            if self._asks_for_return(lines[index]):
                is_over = phrases.boot_text(decode(b"\n".join(lines[index + 1 :])))
                return None if is_over else _asking("press-return", decode(lines[index]))
        return None

    def may_wait_for_return(self, data: bytes) -> bool:
        """Tell quickly whether *data* holds what asks for a return before a login."""
        return self._press_return is not None and self._press_return.search(data) is not None

    def question(self, data: bytes) -> State | None:
        """Return the question on the unended last line of *data*, though no profile knows it; None where it is not one.

        Only for where no command runs: a line of output may look like one until the rest of it has come.
        """
        line = decode(plain(last_line(self.without_notices(data))))
        is_question = bool(line.strip()) and not phrases.prompt_sign(line) and phrases.looks_like_question(line)
        return _asking("question", line) if is_question else None

    def choice(self, data: bytes) -> State | None:
        """Return the question with its answers or default on the unended last line of *data*; None where none is."""
        line = decode(plain(last_line(self.without_notices(data))))
        return _asking("question", line) if phrases.offers_choice(line) else None

    def asked(self, data: bytes) -> State | None:
        """Return what the unended last line of *data* asks for, a login as well as a question that no profile knows.

        A log message that has begun behind it may hide that from `classify`.
        """
        above, _, line = plain(self.without_notices(data)).rpartition(b"\n")
        return (self._dialogue(line, above) if line.strip() else None) or self.question(data)

    def learn(self, data: bytes) -> State | None:
        """Learn the prompt that *data* shows twice, each time alone on its line; None where it is not a prompt.

        What it ends with says which state it stands for, where that is one state alone.
        """
        *lines, line = decode(plain(self.without_notices(data))).split("\n")
        sign = phrases.prompt_sign(line)
        if not sign or line.count(" ") > MOST_BLANKS or line.strip() not in (one.strip() for one in lines):
            return None
        names = [
            name
            for name, prompt in self.data.prompts.items()
            if (prompt.kind in {"user", "enable"} or name == self.profile.home_state) and _ends(prompt, sign)
        ]
        is_one = len(names) == 1 and not ASIDE.search(line)
        name = names[0] if is_one else UNFAMILIAR
        kind = self.data.prompts[name].kind if is_one else "other"
        pattern = rf"{re.escape(line.strip())} ?"
        self._prompts.insert(0, (name, kind, re.compile(pattern.encode()), None))
        self._compile_ends((*self._learned, pattern))
        return State(name=name, kind=kind, text=line)

    def without_notices(self, data: bytes) -> bytes:
        """Return what comes, without the log lines that were printed into it."""
        begins = data.rfind(b"\n", 0, max(0, len(data) - NEAR)) + 1  # whole lines were looked at before
        near = data[max(begins, len(data) - NEAR - LONGEST) :]
        return self.notices.clean(data).text if self.notices.has_notice(near) else data

    def is_paged(self, raw: bytes) -> bool:
        """Tell whether a pager stopped in *raw* and was erased again."""
        return self._pager_erased is not None and self._pager_erased.search(raw) is not None

    def question_key(self, text: str, *, at_login: bool = False) -> str:
        """Return what to type at the question *text* so that nothing happens.

        *at_login* is for a question that no command of ours brought up.
        """
        for question in self.data.questions:
            if re.search(question.pattern, text[-WIDEST:]):
                return question.cancel if question.at_login or not at_login else self.data.keys.cancel
        return self.data.keys.cancel

    def without_prompt(self, line: bytes) -> tuple[bytes, bool]:
        """Return *line* without a prompt at its start, and whether there was one."""
        match = self._prompt_at_start.match(line, 0, WIDEST)
        if not match or not match.end():
            return line, False
        return line[match.end() :], True

    def shows_again(self, line: bytes, typed: bytes) -> bool:
        """Tell whether *line* ends in a prompt and all of *typed*: shown again after a notice broke it."""
        line = line.rstrip()
        shown = line[: len(line) - len(typed)]
        return line.endswith(typed) and self._prompt_at_end.search(shown, max(0, len(shown) - WIDEST)) is not None

    def draws(self, line: bytes, typed: bytes) -> bool:
        """Tell whether *line*, as received, is *typed* as an editor draws a line that is longer than its terminal.

        It goes to the next row with a blank and a return (readline), or draws the end of the line again and again
        behind the prompt, with `<` or `$` for what it does not show.
        """
        if b"\r" not in line.rstrip(b"\r"):
            return False
        drawn = ESCAPES.sub(b"", line).rstrip(b"\r")
        rows = drawn.replace(b" \r", b"")
        if b"\r" not in rows and self._is_typed(plain(rows), typed):
            return True
        whole = b""
        for piece in drawn.split(b"\r"):
            shown = self.without_prompt(plain(piece).rstrip())[0]
            end = shown[1:] if whole and shown[:1] in (b"<", b"$") else shown
            longest = min(len(end), len(whole))
            overlap = next((size for size in range(longest, 0, -1) if whole.endswith(end[:size])), 0)
            if whole and end and not overlap:
                return False
            whole += end[overlap:]
        return self._is_typed(whole, typed)

    def _is_typed(self, line: bytes, typed: bytes) -> bool:
        return self.without_prompt(line)[0].strip() == typed.strip() or line.strip() == typed.strip()

    def without_header(self, lines: list[bytes]) -> list[bytes]:
        """Return *lines* without those that a platform prints above its prompt, and without closing blank ones."""
        end = len(lines)
        while end and (not lines[end - 1].strip() or (self._header and self._header.fullmatch(lines[end - 1].strip()))):
            end -= 1
        return lines[:end]
