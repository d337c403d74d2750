"""The requests that a router's program makes to its console.

A dialog is a generator that yields requests and is sent the answers:

    def erase() -> Dialog[bool]:
        if (yield Key(prompt="Erase? [confirm]")) not in "\\ry":
            return False
        yield Wait(seconds=2)
        yield Say(text="[OK]\\n")
        return True

Text is written with `\\n`; the terminal makes `\\r\\n` of it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

CTRL_C = "\x03"
CTRL_D = "\x04"
CTRL_Z = "\x1a"
RETURN = "\r"
IDLE = "idle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Print *text*; goes on once the line has taken it. A *paged* text stops at `--More--` each screen.

    *breakable*: the interrupt key given to the terminal ends it by raising `InterruptPressed` in the dialog.
    """

    text: str
    paged: bool = False
    breakable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Be busy for *seconds*: type-ahead stays in the receive buffer, not echoed."""

    seconds: float
    breakable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The editor's response to a hook key: print *text* (then prompt and line again), or replace the line by *line*."""

    line: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Show *prompt* and read a line; the answer is a `TypedLine`.

    *keys* maps a character (`"\\t"`, `"?"`, `" "`) to a function of the line so far that returns an `Edit`, or None
    to take the character as any other. *ends* are the control characters that end the line besides RETURN. *idle*
    seconds without a key end it with key `IDLE`. *quiet* marks a question inside a command: messages that wait for a
    command prompt go on waiting. *tail* is echoed between the last word and the new line.
    """

    prompt: str
    echo: bool = True
    ends: str = CTRL_C + CTRL_Z
    keys: dict[str, Callable[[str], Edit | None]] | None = None
    idle: float | None = None
    quiet: bool = False
    tail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskKey:
    """Show *prompt* and read one key without echo; the answer is that character."""

    prompt: str
    idle: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLine:
    """A line that was typed, and the *key* that ended it: `RETURN`, one of the *ends* asked for, or `IDLE`."""

    text: str
    key: str = RETURN


class InterruptPressed(Exception):
    """Raised inside a dialog when the interrupt key is pressed during a breakable request."""


Act: TypeAlias = Say | Wait | Ask | AskKey
Dialog: TypeAlias = Generator[Act, Any, T]
