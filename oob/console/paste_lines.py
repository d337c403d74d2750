"""Lines of configuration: pasted as they are, but those that ask back are sent alone and answered."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace

from oob.console.conversation import Conversation
from oob.console.paste import Paste, Pasted, PasteError
from oob.console.typeable import check_lines
from oob.errors import QuestionAsked
from oob.profile.model import AskingLine

NOTHING = Pasted(lines=0, resent=0, answers=(), errors=(), garbled=(), notices=(), seconds=0.0)


def paste_lines(conversation: Conversation, lines: Sequence[str], *, silence: float | None = None) -> Pasted:
    """Send *lines* in the present state and return what became of them; raises QuestionAsked at an unknown question."""
    started = time.monotonic()
    texts = [line.rstrip("\r\n") for line in lines]
    check_lines(texts, conversation.grammar.data.keys)
    parts = NOTHING
    waiting: list[str] = []
    for text in texts:
        asking = _asking(conversation, text)
        if asking is None:
            waiting.append(text)
            continue
        parts = _pasted(conversation, waiting, parts, silence)
        parts = _joined(parts, _answered(conversation, text, asking, parts.lines + 1, silence))
        waiting = []
    return replace(_pasted(conversation, waiting, parts, silence), seconds=time.monotonic() - started)


def _asking(conversation: Conversation, line: str) -> AskingLine | None:
    return next((one for one in conversation.grammar.data.asking_lines if re.search(one.line, line)), None)


def _pasted(conversation: Conversation, lines: list[str], before: Pasted, silence: float | None) -> Pasted:
    if not lines:
        return before
    return _joined(before, Paste(conversation, lines, first=before.lines + 1).run(silence=silence))


def _answered(conversation: Conversation, line: str, asking: AskingLine, number: int, silence: float | None) -> Pasted:
    answers = {pattern: answer.encode() for pattern, answer in asking.answers.items()}
    try:
        output = conversation.ask(line, answers, silence=silence)
    except QuestionAsked as error:
        raise QuestionAsked(
            f"line {number} ({line.strip()!r}) asked {error.question!r}; it was declined and the paste stopped",
            question=error.question,
            read=error.read,
        ) from error
    said = output.text.strip("\n")
    answer = (PasteError(line=number, text=line, answer=said),) if said.strip() else ()
    refusal = conversation.grammar.refusal  # a line that asks says much with `%` that refuses nothing
    is_refused = refusal is not None and refusal.search(said) is not None
    return replace(NOTHING, lines=1, answers=answer, errors=answer if is_refused else (), notices=tuple(output.notices))


def _joined(one: Pasted, other: Pasted) -> Pasted:
    return Pasted(
        lines=one.lines + other.lines,
        resent=one.resent + other.resent,
        answers=(*one.answers, *other.answers),
        errors=(*one.errors, *other.errors),
        garbled=(*one.garbled, *other.garbled),
        notices=(*one.notices, *other.notices),
        seconds=one.seconds + other.seconds,
    )
