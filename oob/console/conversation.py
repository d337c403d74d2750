"""Question and answer on a console line: send, then read until the device has provably come back to a prompt.

The proof of the end ("typed-ahead" in a profile): a blank and a backspace are sent right behind the command. A device
echoes them only when it reads its next line, so `prompt, blank, backspace` at the end of the stream says that the
command is over, whatever its output looked like, and costs no round trip. See docs/decisions/0001-end-of-output.md.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from oob.console.grammar import NEAR, UNKNOWN, Grammar, State
from oob.console.output import Output, cut
from oob.console.screen import decode, last_line, plain
from oob.console.stream import Stream
from oob.console.typeable import check_typeable
from oob.deadline import Deadline
from oob.errors import (
    CommandUnfinished,
    ConsoleError,
    ConsoleInUse,
    OutputUnverified,
    PathLost,
    PromptTimeout,
    QuestionAsked,
)

MARK = b" \x08"
MARKED = re.compile(rb" \x08(?: \x08|\x1b\[[0-2]?[KJ])\Z")
# How long a line must be quiet before what looks like a question or a foreign prompt is taken for one.
SETTLE = 0.3
# The last byte of whatever a device may be waiting behind: prompts, questions, pagers.
LAST_BYTES = frozenset(b"#>$%:?)]- =\x08")
# What may still stand behind it: the end of a colour, an erasure, a question to the terminal.
ESCAPED = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]\Z")
SEQUENCE = 16  # longer than any of these
TAIL = 2048
QUESTIONS = 5
# What may be open in a Tcl command whose end was lost.
CLOSERS = (b'"', b"]", b"}")
# What a device shows when it no longer takes commands of this session.
ENDED = frozenset({"login", "password", "press-return", "new-password", "second-factor", "accept"})
# After a dialogue the end is proven by a mark of its own; this long a pause comes before it is sent.
PROOF_PAUSE = 0.05
# What was typed behind the echo of a mark: nobody's output has that, and we wait there.
BEHIND = re.compile(rb" \x08(?: \x08|\x1b\[[0-2]?[KJ])(?P<typed>[^\r\n\x08]*[!-~][^\r\n]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All that came back for one thing sent, and the state it ended in."""

    raw: bytes
    state: State
    paged: bool = False


class Conversation:
    """One console line that is at a prompt, and what is known of it: *state*, *host*, whether marks work here."""

    def __init__(self, stream: Stream, grammar: Grammar) -> None:
        self.stream = stream
        self.grammar = grammar
        self._state: State = UNKNOWN
        self.can_mark = False
        self.nonce = b""
        self.is_at_prompt = True  # False from a command until its end is proven, and for good where it never was

    @property
    def state(self) -> State:
        """Where the console is, as far as is known."""
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        self._state = state
        self.stream.state = state.name
        self.is_at_prompt = state.is_prompt

    # --- commands

    def run(self, command: str, *, silence: float | None = None, limit: float = math.inf) -> Output:
        """Send *command* and return its whole output; costs one round trip.

        *silence* is how long the device may say nothing, *limit* how long all of it may take, in seconds. Raises
        OutputUnverified, PromptTimeout, QuestionAsked or PathLost, each with what was read.
        """
        started = time.monotonic()
        check_typeable((command,), "command")
        self.check_idle()
        marked = self.can_mark
        known = self.state
        self.send(command.encode() + self.enter + (MARK if marked else b""))
        answer = self.read_answer(command, silence=silence, limit=limit, marked=marked)
        if typed := typed_behind(answer.raw):
            raise self.in_use(typed, answer.raw)
        if known.is_prompt and answer.state.text != known.text and answer.state.text.endswith(known.text):
            # The output's last line has no end of its own: what stands before the known prompt belongs to it.
            answer = replace(answer, state=known)
            self.state = known
        if answer.paged and marked:
            raise OutputUnverified(
                f"{command!r} was paged although paging is off, so the proof of its end may have been taken for a key",
                state=self.state.name,
                read=answer.raw,
            )
        output = self._cut(answer, command, started)
        self._check_not_asked(output)
        return output

    def ask(
        self, command: str, answers: Mapping[str, bytes], *, silence: float | None = None, once: bool = False
    ) -> Output:
        """Send *command*, answer what it asks by the patterns in *answers*, and return what it printed.

        Nothing is typed ahead, so that no question is answered by accident; the end is proven by a second exchange.
        With *once* no answer is given twice: a password that was refused is not tried again. Raises ConsoleInUse where
        another command was typed behind a prompt meanwhile, besides what `run` raises.
        """
        started = time.monotonic()
        check_typeable((command,), "command")
        self.check_idle()
        prompts = {self.state.text} if self.state.is_prompt else set()
        self.send(command.encode() + self.enter)
        answer = self.read_answer(command, silence=silence, answers=answers, once=once)
        if typed := self._typed_at(prompts | {answer.state.text}, answer.raw, command):
            raise self.in_use(typed, answer.raw)
        return self._cut(answer, command, started)

    def _typed_at(self, prompts: set[str], raw: bytes, command: str) -> bytes:
        """Return what stands behind one of *prompts* in the middle of *raw* and is not our *command* shown again."""
        text = plain(self.grammar.notices.clean(raw).text)
        for line in text.split(b"\n")[1:-1]:
            for prompt in filter(None, map(str.encode, prompts)):
                typed = line.removeprefix(prompt).strip() if line.startswith(prompt) else b""
                if typed and not command.encode().startswith(typed) and not self.grammar.notices.has_notice(typed):
                    return typed
        return b""

    def _check_not_asked(self, output: Output) -> None:
        """Raise QuestionAsked where the mark behind the command has declined a question."""
        last = output.text.rsplit("\n", 1)[-1]
        if self.grammar.classify(last.encode()).kind == "question":
            raise QuestionAsked(
                f"{output.command!r} asked {last.strip()!r}, which nobody answered: it was declined",
                question=last.strip(),
                read=output.text.encode(),
            )

    def _cut(self, answer: Answer, command: str, started: float) -> Output:
        seconds = time.monotonic() - started
        return cut(self.grammar, answer.raw, command, answer.state, seconds=seconds, paged=answer.paged)

    def press(self, key: str, *, silence: float | None = None) -> str:
        """Type a *key* that acts alone and return what came of it, with the prompt that it ended in."""
        self.check_idle()
        self.send(key.encode())
        answer = self.read_answer(repr(key), silence=silence)
        return decode(plain(self.grammar.notices.clean(answer.raw).text))

    # --- pieces

    @property
    def enter(self) -> bytes:
        """The key that ends a line on this platform."""
        return self.grammar.data.keys.enter.encode()

    @property
    def settle(self) -> float:
        """Seconds of quiet after which a look-alike may be believed; grows with the round trip."""
        return max(SETTLE, 1.5 * (self.stream.round_trip or 0.0))

    def send(self, data: bytes) -> None:
        """Type *data*."""
        self.stream.write(data)

    def check_idle(self) -> None:
        """Read what came on its own since the last command; raises ConsoleInUse where somebody else is typing."""
        left = self.stream.drain()
        if typed := self.typed_in(left):
            raise self.in_use(typed, left)

    def typed_in(self, data: bytes) -> bytes:
        """Return the first line of *data*, which came on its own, that is neither a notice nor a prompt."""
        text = plain(self.grammar.notices.clean(data, prompt=self.state.text.encode()).text)
        for line in text.split(b"\n") if data else ():
            rest, _ = self.grammar.without_prompt(line)
            if rest.strip() and not self.grammar.notices.has_notice(rest + b"\n"):
                return rest.strip()
        return b""

    def in_use(self, typed: bytes, read: bytes) -> ConsoleInUse:
        """Return the error for something *typed* that is not ours."""
        return ConsoleInUse(
            f"something that is not ours appeared on the console: {decode(typed)!r}", state=self.state.name, read=read
        )

    def read_answer(
        self,
        waiting_for: str,
        *,
        silence: float | None = None,
        limit: float = math.inf,
        marked: bool = False,
        answers: Mapping[str, bytes] | None = None,
        once: bool = False,
        before: bytes = b"",
    ) -> Answer:
        """Read until the device is back at a prompt and that is proven as well as this line allows.

        *before* is what has been read already; with *once* each answer is given a single time.
        """
        patience = silence or self.grammar.data.silence
        self.is_at_prompt = False
        reading = _Reading(self, waiting_for, patience, Deadline(limit), marked, answers, once)
        reading.buffer += before
        try:
            answer = reading.run()
        except PathLost as error:
            raise type(error)(
                f"{error}, while waiting for the end of {waiting_for!r}",
                received=error.received,
                sent=error.sent,
                state=error.state,
                read=bytes(reading.buffer),
                is_gone=error.is_gone,
            ) from error
        self.state = answer.state
        return answer


def typed_behind(data: bytes) -> bytes:
    """Return what somebody else typed behind a mark that the device has echoed in *data*, nothing where nobody did."""
    match = BEHIND.search(data)
    return match["typed"].strip() if match else b""


class _Reading:
    """The loop behind one answer."""

    def __init__(
        self,
        conversation: Conversation,
        waiting_for: str,
        silence: float,
        deadline: Deadline,
        marked: bool,
        answers: Mapping[str, bytes] | None,
        once: bool,
    ) -> None:
        self.conversation = conversation
        self.stream = conversation.stream
        self.grammar = conversation.grammar
        self.waiting_for = waiting_for
        self.silence = silence + 2 * (self.stream.round_trip or 0.0)
        self.deadline = deadline
        self.marked = marked
        self.marks_sent = int(marked)
        self.answers = [(re.compile(pattern.encode()), reply) for pattern, reply in (answers or {}).items()]
        self.is_dialogue = answers is not None
        self.once = once
        self.buffer = bytearray()
        self.answered_up_to = 0
        self.paged = False

    def run(self) -> Answer:
        while True:
            if state := self._proven_end():
                return self._answer(state)
            if self._reply():
                continue
            looks = self._looks_like()
            if looks is not None and looks.kind == "pager":
                self._turn_page()
                continue
            typed = typed_behind(bytes(self.buffer[-TAIL:])) if looks is None else b""
            patience = self.conversation.settle if typed else self._patience(looks)
            chunk = self.stream.read(min(patience, self.deadline.remaining()))
            if chunk:
                self.buffer += chunk
            if self.deadline.is_over:
                raise self._overdue()
            if chunk:
                continue
            if typed:
                raise self.conversation.in_use(typed, bytes(self.buffer))
            elif looks is None:
                raise self._timeout()
            elif state := self._believe(looks):
                return self._answer(state)

    def _patience(self, looks: State | None) -> float:
        if looks is None:
            return self.silence
        if looks.is_prompt and self.is_dialogue and self.conversation.can_mark and not self.marks_sent:
            return PROOF_PAUSE
        return self.conversation.settle

    def tail(self) -> str:
        return decode(bytes(self.buffer[-80:]))

    def _answer(self, state: State) -> Answer:
        raw = bytes(self.buffer)
        return Answer(raw=raw, state=state, paged=self.paged or self.grammar.is_paged(raw))

    def _timeout(self) -> PromptTimeout:
        return self._late(f"nothing came for {self.silence:.0f} s while waiting for the end of {self.waiting_for!r}")

    def _overdue(self) -> PromptTimeout:
        return self._late(f"{self.waiting_for!r} did not come to its end in the time that it may take")

    def _late(self, what: str) -> PromptTimeout:
        return PromptTimeout(
            f"{what}; last read: {self.tail()!r}",
            state=self.conversation.state.name,
            read=bytes(self.buffer),
            received=self.stream.bytes_in,
        )

    def _proven_end(self) -> State | None:
        nonce = self.conversation.nonce
        if nonce:
            # Nothing else can print this prompt, so it ends the output even where that has no line end of its own.
            return self.grammar.prompt(nonce) if plain(last_line(self.buffer[-TAIL:])).endswith(nonce) else None
        if not self.marks_sent or not MARKED.search(self.buffer, max(0, len(self.buffer) - 8)):
            return None
        return self.grammar.prompt_at_end(bytes(self.buffer[-TAIL:]))

    def _looks_like(self) -> State | None:
        """Return what the last line could be, cheaply: most chunks end in the middle of output."""
        if len(self.buffer) <= self.answered_up_to:
            return None
        last = self.buffer[-1]
        # A line that has ended is no prompt, unless what ended it is a notice printed behind the prompt.
        if last in b"\r\n":
            if not self.grammar.notices.has_notice(bytes(self.buffer[-NEAR:])):
                return None
        elif last not in LAST_BYTES and not ESCAPED.search(self.buffer[-SEQUENCE:]):
            return None
        state = self.grammar.classify(self._new())
        if state.is_prompt and self.conversation.nonce:
            return None
        if state.kind == "continuation" and self.conversation.can_mark and not MARKED.search(self.buffer[-SEQUENCE:]):
            return None
        return None if state.kind in {"unknown", "silent", "booting"} else state

    def _new(self) -> bytes:
        """Return the end of what came since the last answer."""
        return bytes(self.buffer[max(self.answered_up_to, len(self.buffer) - TAIL) :])

    def _new_line(self) -> bytes:
        return plain(last_line(self.grammar.without_notices(self._new())))

    def _turn_page(self) -> None:
        pager = self.grammar.data.pager
        assert pager is not None  # a pager state exists only where the profile has one
        self.paged = True
        self.answered_up_to = len(self.buffer)
        self.conversation.send(pager.next.encode())

    def _reply(self) -> bool:
        """Answer the question on the last line, if it is one that has an answer."""
        if not self.answers:
            return False
        line = self._new_line()
        for index, (pattern, reply) in enumerate(self.answers):
            if pattern.search(line):
                self.answered_up_to = len(self.buffer)
                self.conversation.send(reply)
                if self.once:
                    del self.answers[index]
                return True
        return False

    def _believe(self, looks: State) -> State | None:
        """The line went quiet on something that looks like an end: prove it, or take it for what it is."""
        if looks.kind == "question":
            self._decline(looks)
        if looks.kind == "continuation":
            self._cancel_unfinished(looks)
        if looks.kind in ENDED:
            # A line of output that has come half may look like any of these.
            if more := self.stream.read(2 * self.conversation.settle):
                self.buffer += more
                return None
            raise ConsoleError(
                f"the session on the device has ended: it shows {looks.text!r}",
                state=looks.name,
                read=bytes(self.buffer),
                received=self.stream.bytes_in,
            )
        can_mark = self.conversation.can_mark or self.marked
        if can_mark and self.marks_sent < 2:
            # What was typed ahead got lost (a pager or the command itself took it): prove the end with a new mark.
            self.marks_sent = 2
            self.conversation.send(MARK)
            return None
        if self.marks_sent:
            self._give_up_marks()
        known = self.conversation.state
        if looks.text == known.text or not known.is_prompt:
            return looks
        more = self.stream.read(2 * self.conversation.settle)
        self.buffer += more
        return None if more else looks

    def _give_up_marks(self) -> None:
        """This line does not echo them: take back what they left typed, and go on without."""
        self.conversation.can_mark = False
        self.marks_sent = 0
        self.conversation.send(self.grammar.data.keys.kill.encode())
        self.buffer += self.stream.quiet(self.conversation.settle, limit=5)

    def _cancel_unfinished(self, looks: State) -> None:
        """Leave a command that the device waits for the rest of: cancel it, or else close what may be open in it."""
        state = looks
        for key in (self.grammar.data.keys.cancel.encode(), *(closer + self.conversation.enter for closer in CLOSERS)):
            self.conversation.send(key)
            self.buffer += self.stream.quiet(self.conversation.settle, limit=10)
            state = self.grammar.classify(bytes(self.buffer[-TAIL:]))
            if state.is_prompt:
                self.conversation.state = state
                break
        raise CommandUnfinished(
            f"the device asked for the rest of {self.waiting_for!r} with {looks.text!r}; it was cancelled",
            state=state.name,
            read=bytes(self.buffer),
        )

    def _decline(self, looks: State) -> None:
        """Answer with nothing until the device is back at a prompt: one question may follow another."""
        state = looks
        for _ in range(QUESTIONS):
            self.conversation.send(self.grammar.question_key(state.text).encode())
            self.buffer += self.stream.quiet(self.conversation.settle, limit=10)
            state = self.grammar.classify(bytes(self.buffer[-TAIL:]))
            if state.kind != "question":
                break
        if state.is_prompt:
            self.conversation.state = state
        raise QuestionAsked(
            f"{self.waiting_for!r} asked {looks.text!r}; it was answered with nothing and the command left",
            question=looks.text,
            read=bytes(self.buffer),
        )
