"""The output of a command, proven whole, cut out of the bytes of the line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from oob.console import phrases
from oob.console.grammar import Grammar, State
from oob.console.notices import Cleaned
from oob.console.screen import decode, plain
from oob.errors import OutputUnverified

MAX_OUTPUT = 8_000_000  # bytes of one answer: no decision is made on a longer one


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """The answer to one command. *notices* are the syslog lines taken out of it; *doubtful* counts places where two
    lines may have been one, and lines that may be messages: the text is read again before a decision depends on it.

    *strays* counts the lines that may be messages. *places* says where a line end is doubtful, in bytes of the text
    without its line ends, *blanks* where there may be one empty line more or less; see console/merge.py.
    """

    command: str
    text: str
    notices: tuple[str, ...] = ()
    seconds: float = 0.0
    doubtful: int = 0
    strays: int = 0
    places: frozenset[int] = frozenset()
    blanks: frozenset[int] = frozenset()


def cut(grammar: Grammar, raw: bytes, command: str, state: State, *, seconds: float, paged: bool = False) -> Output:
    """Return the Output between the echo of *command* and the prompt that ends *raw*.

    Raises OutputUnverified when the echo is not there: what follows may then belong to something else.
    """
    is_log = any(re.search(pattern, command) for pattern in grammar.data.notices_are_output_of)
    if paged and grammar.pager:
        raw = grammar.pager.sub(b"", raw)
    cleaned = Cleaned(text=raw)
    if not is_log:
        cleaned = grammar.notices.clean(raw, prompt=state.text.encode(), command=command.encode())
    lines = plain(cleaned.text).split(b"\n")
    after = after_echo(grammar, lines, command) or _after_drawn(grammar, cleaned.text.split(b"\n"), command)
    if after is None:
        raise OutputUnverified(
            f"the device did not echo {command!r}; what it printed may belong to something else",
            state=state.name,
            read=raw,
        )
    whole = lines[after:]
    stray = [line for line in lines[: after - 1] if _is_stray(grammar, line, command)]
    if cleaned.notices:
        # A prompt behind which a notice was printed is shown again under it.
        while len(lines) > after + 1 and lines[-2].strip() == state.text.encode().strip():
            del lines[-2]
    doubtful = cleaned.doubtful + (0 if is_log else phrases.stray_messages(b"\n".join(lines[after:])))
    unended = lines[-1].rstrip().removesuffix(state.text.encode().rstrip())
    body = grammar.without_header(lines[after:-1]) if not unended.strip() else [*lines[after:-1], unended]
    text = b"\n".join(body)
    return Output(
        command=command,
        text=decode(text),
        places=_places(cleaned, cleaned.places, squashed(b"\n".join(whole)), squashed(text)),
        blanks=_places(cleaned, cleaned.blanks, squashed(b"\n".join(whole)), squashed(text)),
        notices=tuple(decode(line) for line in (*stray, *cleaned.notices)),
        seconds=seconds,
        doubtful=doubtful,
        strays=doubtful - len(cleaned.places),
    )


def squashed(text: bytes) -> bytes:
    """Return *text* without its line ends: what stays the same wherever a line may have been broken."""
    return text.replace(b"\r", b"").replace(b"\n", b"")


def _places(cleaned: Cleaned, places: Sequence[int], whole: bytes, text: bytes) -> frozenset[int]:
    """Return where in the squashed *text* the *places* of *cleaned* are; *whole* is all that stands behind the echo.

    They are counted from the end, as the echo before the text may have been drawn in any way.
    """
    found = set()
    left, end = 0, len(cleaned.text)
    for place in reversed(places):
        left += len(squashed(plain(cleaned.text[place:end])))
        end = place
        found.add(len(whole) - left)
    return frozenset(place for place in found if 0 <= place <= len(text))


def _is_stray(grammar: Grammar, line: bytes, command: str) -> bool:
    """Tell whether a line above the echo is neither a prompt nor a piece of the echo itself."""
    rest, has_prompt = grammar.without_prompt(line)
    return bool(rest.strip()) and not has_prompt and not command.encode().startswith(rest.strip())


def _after_drawn(grammar: Grammar, lines: list[bytes], command: str) -> int | None:
    """Return the index of the first line behind the echo of a long *command* that its editor has drawn piece by piece.

    *lines* are as received.
    """
    wanted = command.encode()
    return next((index for index, line in enumerate(lines[:-1], 1) if grammar.draws(line, wanted)), None)


def after_echo(grammar: Grammar, lines: list[bytes], command: str) -> int | None:
    """Return the index of the first line behind the echo; an echo may be wrapped over several lines."""
    wanted = b" ".join(command.encode().split())
    for start in range(len(lines) - 1):
        first, _ = grammar.without_prompt(lines[start])
        echo = b" ".join(first.split())
        if echo == wanted or grammar.shows_again(lines[start], wanted):
            return start + 1
        joined = first
        following = start + 1
        while echo and len(joined) < len(command) and wanted.startswith(echo) and following < len(lines) - 1:
            joined += lines[following]
            echo = b" ".join(joined.split())
            following += 1
            if echo == wanted:
                return following
    return None
