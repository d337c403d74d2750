"""Recognises what devices of every make say before a prompt: boots, logins in any language, new passwords, questions.

The wordings are data: `device_profiles/console_phrases.yaml`. Here is how a line that asks for something is built.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from oob.profile.model import Phrases
from oob.profile.store import phrases

LINES: Final = 256  # more than are looked at together: a console is looked at with every few bytes that come
LONGEST_LINE: Final = 1024  # characters that are looked at of a line, which may have no end
LONGEST_PROMPT: Final = 200  # characters: no dialogue asks in a longer line
_NEARBY: Final = 6  # lines above a password prompt that say what it is for
_COLON: Final = "[:\uff1a]"  # the second one stands in Chinese and Japanese prompts
_ENDS: Final = rf"[^\n]{{0,60}}?(?:{_COLON}|[?>])[ \t]*\Z"
_SUFFIX: Final = rf"(?: ?[(\[][^)\]]{{1,40}}[)\]])? ?{_COLON} ?"
_ASKING: Final = r"(?:(?:please )?(?:enter|type|input|provide) (?:your |the |a )?|your )?"
# The text in front of the word in a line that tells of a login; a line that asks for it has a host name there.
_NO_HOST: Final = (
    r"(?!(?:last|previous|failed|successful|current|recent|latest|first|letzte[rn]?|derni[eè]re?|[uú]ltim[oa]|new|another"
    r"|next|invalid|incorrect|wrong|no|bad|unknown|error|warning)\b)"
)
_ASKS_FOR_LOGIN: Final = re.compile(_NO_HOST, re.IGNORECASE)
# Written about a password, but not to have one set.
_NOT_ABOUT_NEW: Final = re.compile(
    r"\b(?:never|do not|don't|enter your password|last password change|new password takes effect)\b", re.IGNORECASE
)
_ACCEPT: Final = re.compile(
    r"\(?press ['\"]?(?P<key>[a-z])['\"]? (?:key )?to (?:accept|agree|continue)\)? ?:? ?", re.IGNORECASE
)
_ASKS: Final = re.compile(
    rf"(?:\?|{_COLON}|(?:\?|{_COLON})? ?(?:\[[^\]\n]{{0,80}}\]|\([^)\n]{{0,80}}\))[:?>]?|>>)[ \t]*\Z"
)
# A question with what may be answered, or with its default: `? [yes,no] (yes)`, `[y/N]`, `(default no)`, `[vlan1]:`.
_CHOICE: Final = re.compile(
    r"[^\s\[(<][^\n]*?(?:"
    r"\?[ \t]*(?:(?:\[[^\]\n]{0,80}\]|\([^)\n]{0,80}\))[ \t]*[:>]?[ \t]*)*"
    r"|\?[ \t][^?\n]{1,60}:"
    r"|(?:(?:\[[^\]\n]{1,80}\]|\([^)\n]{1,80}\))[ \t]*[:?][ \t]*)+"
    r"|(?<=\s)(?:[\[(](?:y|n|yes|no|cancel|confirm|default\b[^\])\n]{0,40}|\w{1,12}(?:[/,|] ?\w{1,12}){1,5})[\])]"
    r"[ \t]*)+"
    r")\Z",
    re.IGNORECASE,
)
_YES_OR_NO: Final = re.compile(r"[\[(](?:y|n|yes|no)[\]),/|][^\n]{0,40}\Z", re.IGNORECASE)
_SIGNED: Final = re.compile(r"\S[^\n]{0,198}?(?P<sign>[#>$%\]])[ \t]*\Z|(?P<bare>[#>$%])\Z")
_SHORTCUT: Final = re.compile(r"[(\[<](\w)[)\]>](?=\w)")  # the letter of a menu's entry: `(s)niff`
_MENU_WORD: Final = re.compile(
    r"select|option|choice|choose|enter|menu|press|passw|login|user|name|continue|code|token|secret|number|type|hit",
    re.IGNORECASE,
)


class _Patterns:
    """The wordings made ready."""

    def __init__(self, words: Phrases) -> None:
        user, secret = _any(words.users), _any(words.secrets)
        self.boot = re.compile(_any(words.boots), re.IGNORECASE | re.MULTILINE)
        self.progress = re.compile(_any(words.progress))
        self.returns = re.compile(_any(words.returns), re.IGNORECASE)
        self.login = re.compile(
            rf"{_NO_HOST}(?:(?P<host>(?:(?!{_COLON})\S){{1,64}}) )??{_ASKING}(?:{user}){_SUFFIX}", re.IGNORECASE
        )
        # Behind a banner without a line end: only the usual words, and no blank before them.
        self.glued_login = re.compile(rf".*[^\sA-Z](?:User ?[Nn]ame|Login){_SUFFIX}")
        self.first_user = re.compile(_any(words.first_users), re.IGNORECASE)
        self.secret = re.compile(rf"(?:{secret}){_ENDS}", re.IGNORECASE)
        self.code = re.compile(rf"(?:{_any(words.codes)}){_ENDS}", re.IGNORECASE)
        self.new = re.compile(_any(words.new_secrets), re.IGNORECASE)
        self.set_secret = re.compile(rf"(?:{secret}|^\W*(?:confirm|repeat|verify|again|new)){_ENDS}", re.IGNORECASE)
        self.answered = re.compile(rf"[^\n]{{0,64}}?\b(?:{user}){_SUFFIX}\S[^\n]{{0,64}}", re.IGNORECASE)
        self.about_first = re.compile(_any(words.about_first_users), re.IGNORECASE)
        self.about_new = re.compile(_any(words.about_new_secrets), re.IGNORECASE)
        self.stray = re.compile(_any(words.stray_messages).encode(), re.MULTILINE)
        self.busy = re.compile(rf"[^\n]*(?:{_any(words.busy_servers)})[^\n]*", re.IGNORECASE)
        self.menu = re.compile(_any(words.server_menus), re.IGNORECASE)


def _any(patterns: tuple[str, ...]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


@cache
def _patterns() -> _Patterns:
    return _Patterns(phrases())


def boot_text(screen: str) -> str:
    """Return the last line of *screen* that a boot, a boot loader or an installation prints; "" where there is none."""
    lines = reversed(screen.split("\n"))
    return next((line.strip() for line in lines if line.strip() and _is_of_boot(line)), "")


@lru_cache(maxsize=LINES)
def _is_of_boot(line: str) -> bool:
    return _patterns().boot.search(line[:LONGEST_LINE]) is not None


def is_under_way(line: str) -> bool:
    """Tell whether *line*, which has not ended, shows the progress of a command at work; a pager's share is none."""
    return "more" not in line.lower() and _patterns().progress.search(line[-LONGEST_PROMPT:]) is not None


@lru_cache(maxsize=LINES)
def wants_return(line: str) -> bool:
    """Tell whether *line* asks for a return before anything else."""
    return _patterns().returns.search(line[:LONGEST_LINE]) is not None


def login_host(line: str) -> str | None:
    """Return the host name that a login prompt shows ("" where it shows none); None where *line* is not one."""
    line = line.strip(" \t")
    if len(line) > LONGEST_PROMPT or wants_first_user(line):
        return None
    if match := _patterns().login.fullmatch(line):
        return match["host"] or ""
    return "" if _patterns().glued_login.fullmatch(line) else None


def tells_of_login(line: str) -> bool:
    """Tell whether *line* begins a message about a login, such as `Last login: `, rather than asking for one."""
    return not _ASKS_FOR_LOGIN.match(line.lstrip())


def wants_first_user(line: str) -> bool:
    """Tell whether *line* asks for the name of a user to be created."""
    return len(line) <= LONGEST_PROMPT and _patterns().first_user.search(line) is not None


def asks_secret(line: str) -> bool:
    """Tell whether *line* asks for a password, in any language."""
    return len(line) <= LONGEST_PROMPT and _patterns().secret.search(line) is not None


def secret_prompt() -> str:
    """Return the pattern of a line that asks for a password, in any language, with what it ends in."""
    return rf"(?i:{_patterns().secret.pattern})"


def asks_code(line: str) -> bool:
    """Tell whether *line* asks for a second factor."""
    return len(line) <= LONGEST_PROMPT and _patterns().code.search(line) is not None


def wants_new_password(line: str, above: str = "") -> bool:
    """Tell whether *line*, under the lines *above* it, asks for a password that is set or changed there."""
    known = _patterns()
    if len(line) > LONGEST_PROMPT or not known.set_secret.search(line):
        return False
    if known.new.search(line):
        return True
    nearby = [one for one in above.split("\n") if one.strip()][-_NEARBY:]
    if any(known.about_first.search(one) for one in nearby):
        return True
    # Above a user that was typed stands a banner, which may have words of passwords, too.
    typed = max((index for index, one in enumerate(nearby, 1) if known.answered.match(one)), default=0)
    return any(known.about_new.search(one) and not _NOT_ABOUT_NEW.search(one) for one in nearby[typed:])


def stray_messages(text: bytes) -> int:
    """Return how many lines of *text* may be messages of a device in a form that is not known of its platform."""
    return sum(1 for _ in _patterns().stray.finditer(text))


def accept_key(line: str) -> str:
    """Return the key that accepts the banner *line* asks about; "" where it asks for none."""
    match = _ACCEPT.search(line)
    return match["key"] if match else ""


def offers_choice(line: str) -> bool:
    """Tell whether *line*, which has not ended, is a question with its answers or its default: a return is one."""
    return len(line) <= LONGEST_PROMPT and _CHOICE.fullmatch(line.strip()) is not None


def wants_yes_or_no(line: str) -> bool:
    """Tell whether *line*, which has not ended, waits for a yes or a no: no countdown runs behind it."""
    return offers_choice(line) and _YES_OR_NO.search(line) is not None


def looks_like_question(line: str) -> bool:
    """Tell whether *line*, which has not ended, waits for an answer rather than for a command."""
    if len(line) > LONGEST_PROMPT:
        return False
    return (
        offers_choice(line)
        or _ASKS.search(line) is not None
        or (_SIGNED.fullmatch(line.strip()) is not None and not prompt_sign(line))
    )


def prompt_sign(line: str) -> str:
    """Return the sign that *line* ends with where it may be a prompt of unknown form; "" where it may not."""
    match = None if offers_choice(line) else _SIGNED.fullmatch(line.strip())
    # In front of it may stand a banner that has not ended its line: only the words next to the sign tell of a menu.
    if not match or _MENU_WORD.search(" ".join(line.split()[-2:])):
        return ""
    return match["sign"] or match["bare"]


def busy_server(heard: str) -> str:
    """Return what a console server says in *heard* of a port that is in use, with a menu of what to do about it."""
    found = _patterns().busy.search(heard)
    menu = _SHORTCUT.sub(r"\1", heard[found.start() :]) if found else ""
    return found[0].strip(" *!\r") if found and _patterns().menu.search(menu) else ""
