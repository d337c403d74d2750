"""The state that a person leaves a console in, told from the last thing that it showed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from oob.console import phrases
from oob.console.grammar import Grammar
from oob.console.screen import decode, plain
from oob.profile.model import Profile

LINES = 12  # from the end: log messages may have come behind a prompt
_ANY_LOGOUT = "exit, quit or logout"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftState:
    """The *line* that tells it ("" where nothing was shown); *is_logged_in* is None where it does not tell."""

    line: str = ""
    is_logged_in: bool | None = None
    log_out: str = _ANY_LOGOUT

    def __str__(self) -> str:
        if not self.line:
            return "it has shown nothing, so whether the device is still logged in is not known"
        if self.is_logged_in is None:
            return f"whether the device is still logged in is not known; its last line is {self.line!r}"
        if self.is_logged_in:
            return (
                f"the device is still logged in, at {self.line!r}, and the next user of this console has that session; "
                f"to log out, open it again and type {self.log_out} until it asks for a login"
            )
        return f"the device is logged out, at {self.line!r}"


def left_at(shown: bytes, profile: Profile | None) -> LeftState:
    """Return what the end of *shown* tells; without *profile* by what prompts and logins of all platforms look like."""
    grammar = Grammar(profile) if profile else None
    text = grammar.without_notices(shown) if grammar else shown
    lines = [line.strip() for line in decode(plain(text)).split("\n") if line.strip()]
    for line in reversed(lines[-LINES:]):
        shows = _shown(line, grammar)
        if shows == "loader":
            break
        if shows:
            log_out = profile.console.logout if profile else _ANY_LOGOUT
            return LeftState(line=line, is_logged_in=shows == "prompt", log_out=log_out)
    return LeftState(line=lines[-1] if lines else "")


def _shown(line: str, grammar: Grammar | None) -> Literal["login", "prompt", "loader", ""]:
    """Return what *line* shows: a prompt, also with a command behind it, a login, a boot loader, or none of these."""
    if phrases.login_host(line) is not None or phrases.asks_secret(line) or phrases.wants_return(line):
        return "login"
    if grammar is None:
        return "prompt" if phrases.prompt_sign(line) else ""
    shown = line.encode() + b" "  # which the end of a prompt may have had
    rest, has_prompt = grammar.without_prompt(shown)
    if not has_prompt:
        return ""
    state = grammar.prompt(shown[: len(shown) - len(rest)].rstrip()) or grammar.prompt(shown[: len(shown) - len(rest)])
    return "loader" if state and state.kind == "boot" else "prompt"
