"""A text that a device takes as it comes, without a prompt before each line: `load override terminal` and its like."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress

from oob.console.conversation import MARK, Conversation
from oob.console.output import Output, cut
from oob.console.paste import Paste
from oob.errors import CommandUnfinished

CANCELLED = 60.0  # seconds in which a cancelled load must end


def load(
    conversation: Conversation, command: str, lines: Sequence[str], *, ready: str, close: str, silence: float | None
) -> Output:
    """Send *command*, wait for *ready*, bring *lines* with each echo checked, end with *close*; return what follows.

    Raises OutputUnverified when a line did not come back as it was sent; the device then still waits for text.
    """
    started = time.monotonic()
    paste = Paste(conversation, lines, has_prompts=False)
    conversation.check_idle()
    conversation.send(command.encode() + conversation.enter)
    is_ready = re.compile(rf"(?:{ready})[^\n]*\n".encode())
    patience = silence or conversation.grammar.data.silence
    opening = conversation.wait_for(is_ready, patience, f"{command!r} to begin")
    paste.bring(silence)
    marked = conversation.can_mark
    conversation.send(close.encode() + (MARK if marked else b""))
    answer = conversation.read_answer(command, silence=silence, marked=marked, before=opening)
    return cut(conversation.grammar, answer.raw, command, answer.state, seconds=time.monotonic() - started)


def cancel(conversation: Conversation) -> None:
    """Leave a text half-loaded, and bring the device back to its prompt."""
    marked = conversation.can_mark
    keys = conversation.grammar.data.keys
    conversation.send((keys.kill + keys.cancel).encode() + (MARK if marked else b""))
    with suppress(CommandUnfinished):
        conversation.read_answer("the cancelled text", limit=CANCELLED, marked=marked)
