"""Question and answer on a console line: send, then read until the device has provably come back to a prompt.

The proof of the end ("typed-ahead" in a profile): a blank and a backspace are sent right behind the command. A device
echoes them only when it reads its next line, so `prompt, blank, backspace` at the end of the stream says that the
command is over, whatever its output looked like, and costs no round trip. See docs/decisions/0001-end-of-output.md.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from oob.console import phrases
from oob.console.grammar import NEAR, UNKNOWN, Grammar, State
from oob.console.output import MAX_OUTPUT, Output, after_echo, cut
from oob.console.progress import Progress, quiet
from oob.console.screen import decode, last_line, plain
from oob.console.stream import Stream
from oob.console.typeable import check_typeable
from oob.console.window import Learnt
from oob.deadline import Deadline
from oob.errors import (
    CommandUnfinished,
    ConsoleError,
    ConsoleInUse,
    OutputTooLong,
    OutputUnverified,
    PathLost,
    PromptTimeout,
    QuestionAsked,
)

MARK = b" \x08"
MARKED = re.compile(rb" \x08(?: \x08|\x1b\[[0-2]?[KJ])\Z")
# The last byte of its echo; what follows it belongs to something else.
ERASED = re.compile(rb"\x08|\x1b\[[0-2]?[KJ]")
# How long a line must be quiet before what looks like a question or a foreign prompt is taken for one.
SETTLE = 0.3
# The last byte of whatever a device may be waiting behind: prompts, questions, pagers.
LAST_BYTES = frozenset(b"#>$%:?)]- =\x08\x07\x00")
# What may still stand behind it: the end of a colour, an erasure, a question to the terminal.
ESCAPED = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]\Z")
SEQUENCE = 16  # longer than any of these
TAIL = 2048
FLOODED = 8 * TAIL  # where the last TAIL bytes are nothing but log messages
MAX_OPENING = 1 << 16  # bytes that are kept of what a device says before it takes a text
ANSWERED = 3600.0  # seconds for one answer without a limit of its own
LATE = 2.0  # how many times its usual pace a device may take besides, where AAA servers decide on each command
FADING = 0.8
QUESTIONS = 5
UNFAMILIAR = 2.0  # seconds after which a move may have led to a prompt that no profile knows
NUDGES = 3
CANCELLED = 1.0  # seconds in which a cancelled question gives way to the prompt
# What may be open in a Tcl command whose end was lost.
CLOSERS = (b'"', b"]", b"}")
# What a device shows when it no longer takes commands of this session.
ENDED = frozenset({"login", "password", "press-return", "new-password", "second-factor", "accept"})
# A message that is coming in is over within so many seconds; what takes longer is typed by a person.
MESSAGE = 3.0
# A log that never pauses delays whatever is typed: a proof may take so many times as long before it is given up.
BUSY = 4
# After a dialogue the end is proven by a mark of its own; this long a pause comes before it is sent.
PROOF_PAUSE = 0.05
# The text typed behind the echo of a mark: no output has that, and we wait there.
BEHIND = re.compile(rb" \x08(?: \x08|\x1b\[[0-2]?[KJ])(?P<typed>[^\r\n\x08]*[!-~][^\r\n]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All that came back for one thing sent, and the state it ended in."""

    raw: bytes
    state: State
    paged: bool = False


class Conversation:
    """One console line that is at a prompt, and its known state: *state*, *host*, whether marks work here."""

    def __init__(self, stream: Stream, grammar: Grammar) -> None:
        self.stream = stream
        self.grammar = grammar
        self._state: State = UNKNOWN
        self.can_mark = False
        self.nonce = b""
        self.is_at_prompt = True  # False from a command until its end is proven, and for good where it never was
        self.deadline = Deadline(math.inf)
        self.max_output = MAX_OUTPUT
        self.learnt: Learnt | None = None  # what the last long paste has learnt of this path and device
        self.pace: float | None = None  # seconds that a command takes here before the device is at its prompt again

    @property
    def state(self) -> State:
        """Where the console is, as far as is known."""
        return self._state

    @state.setter
    def state(self, state: State) -> None:
        self._state = state
        self.stream.state = state.name
        self.is_at_prompt = state.is_prompt

    def note_pace(self, seconds: float) -> None:
        """Note that a command took *seconds* at the device; a shorter time lowers the figure step by step."""
        self.pace = max(seconds, FADING * (self.pace or 0.0))

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Bound everything that is done here: no answer is waited for longer than *seconds* in all."""
        outer = self.deadline
        self.deadline = Deadline(min(seconds, outer.remaining()))
        try:
            yield
        finally:
            self.deadline = outer

    # --- commands

    def run(self, command: str, *, silence: float | None = None, limit: float = ANSWERED) -> Output:
        """Send *command* and return its whole output; costs one round trip.

        *silence* is how long the device may say nothing, *limit* how long all of it may take, in seconds. Raises
        OutputUnverified, PromptTimeout, QuestionAsked or PathLost, each with the bytes read.
        """
        started = time.monotonic()
        check_typeable((command,), "command")
        self.check_idle()
        marked = self.can_mark
        known = self.state
        self.send(command.encode() + self.enter + (MARK if marked else b""))
        answer = self.read_answer(command, silence=silence, limit=limit, marked=marked)
        if typed := typed_behind(answer.raw, self.grammar, own=command.encode()) or typed_before(
            answer.raw, self.grammar, command
        ):
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
        self,
        command: str,
        answers: Mapping[str, bytes],
        *,
        silence: float | None = None,
        once: bool = False,
        expected: str = "",
    ) -> Output:
        """Send *command*, answer what it asks by the patterns in *answers*, and return what it printed.

        Nothing is typed ahead, so that no question is answered by accident; the end is proven by a second exchange,
        except at a prompt of the state *expected*, which nothing but the end of this command brings. With *once* no
        answer is given twice: a password that was refused is not tried again. Raises ConsoleInUse where another command
        was typed behind a prompt meanwhile, besides what `run` raises.
        """
        started = time.monotonic()
        check_typeable((command,), "command")
        self.check_idle()
        prompts = {self.state.text} if self.state.is_prompt else set()
        self.send(command.encode() + self.enter)
        answer = self.read_answer(command, silence=silence, answers=answers, once=once, expected=expected)
        typed = typed_before(answer.raw, self.grammar, command)
        if typed := typed or self._typed_at(prompts | {answer.state.text}, answer.raw, command):
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
                f"{output.command!r} asked {last.strip()!r}, which has no known answer: it was declined",
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

    def quiet(self, *, limit: float) -> bytes:
        """Return what came until nothing but messages did for as long as a look-alike has to last."""
        return quiet(self.stream, self.grammar, self.settle, limit=min(limit, self.deadline.remaining()))

    def linger(self, seconds: float) -> None:
        """Let *seconds* pass; the next reader reads what comes meanwhile."""
        end = Deadline(min(seconds, self.deadline.remaining()))
        heard = bytearray()
        while len(heard) < MAX_OPENING and (more := self.stream.read(end.remaining())):
            heard += more
        self.stream.unread(bytes(heard))

    def wait_for(self, pattern: re.Pattern[bytes], silence: float, what: str) -> bytes:
        """Read until *pattern* is on the screen; raises PromptTimeout after *silence* seconds without progress."""
        shown = bytearray()
        progress = Progress(self.grammar)
        while not pattern.search(plain(bytes(shown[-TAIL:]))):
            chunk = self.stream.read(max(0.0, min(silence - progress.since(), self.deadline.remaining())))
            if not chunk:
                raise PromptTimeout(
                    f"timed out after {progress.since():.0f} s while waiting for {what}",
                    read=bytes(shown),
                    received=self.stream.bytes_in,
                )
            progress.feed(chunk)
            shown += chunk
            del shown[:-MAX_OPENING]
        return bytes(shown)

    def check_idle(self) -> None:
        """Read what came on its own since the last command; raises ConsoleInUse where another operator types.

        A line that has only begun may be a message or a prompt: its end tells.
        """
        left = self.stream.drain()
        self._check_answered()
        waited = Deadline(min(MESSAGE, self.deadline.remaining()))
        while typed := self.typed_in(left):
            begun = last_line(left)
            if self.typed_in(left[: len(left) - len(begun)]):
                raise self.in_use(typed, left)
            more = self.stream.read(min(self.settle, waited.remaining()))
            if not more or waited.is_over:
                raise self.in_use(typed, left)
            left += more
            if (end := more.rfind(b"\n") + 1) and not self.typed_in(left[: len(left) - len(more) + end]):
                self.stream.unread(more[end:])
                return
        if plain(last_line(left)).strip() and not self.grammar.prompt_at_end(left):
            # A message is read in one piece, with all its lines.
            self.stream.unread(left[left.find(b"\n", -TAIL) :] if len(left) > TAIL else left)

    def _check_answered(self) -> None:
        """Raise QuestionAsked where a question that was cancelled still stands: a command would answer it."""
        asked = None if self.is_at_prompt else self.grammar.question(bytes(self.stream.recent))
        if asked:
            raise QuestionAsked(f"the device still asks {asked.text!r}: nothing was typed", question=asked.text)

    def typed_in(self, data: bytes) -> bytes:
        """Return the first thing in *data*, which came on its own, that stands behind a prompt and is not a notice.

        Typed text is echoed behind a prompt. A line of its own comes from the device, in whatever form.
        """
        text = plain(self.grammar.notices.clean(data, prompt=self.state.text.encode()).text)
        for index, line in enumerate(text.split(b"\n") if data else ()):
            rest, has_prompt = self.grammar.without_prompt(line)
            is_typed = rest.strip() and (has_prompt or not index)
            if is_typed and not self.grammar.notices.has_notice(rest + b"\n"):
                return rest.strip()
        return b""

    def cancel_question(self, asked: str) -> str:
        """Cancel the question *asked*, see whether the prompt is back, and say so; nothing else is typed there."""
        self.send(self.grammar.data.keys.cancel.encode())
        state = self.grammar.classify(quiet(self.stream, self.grammar, max(self.settle, CANCELLED), limit=10))
        if not state.is_prompt:
            return f"the cancel key did not end {asked!r}"
        self.state = state
        return "it was cancelled"

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
        limit: float = ANSWERED,
        marked: bool = False,
        answers: Mapping[str, bytes] | None = None,
        once: bool = False,
        expected: str = "",
        before: bytes = b"",
        is_marked_before: bool = False,
    ) -> Answer:
        """Read until the device is back at a prompt and that is proven as well as this line allows.

        *before* is what has been read already, with *is_marked_before* perhaps the echo of our mark among it; with
        *once* each answer is given a single time.
        """
        patience = (silence or self.grammar.data.silence) + LATE * (self.pace or 0.0)
        self.is_at_prompt = False
        limit = min(limit, self.deadline.remaining())
        reading = _AnswerReading(self, waiting_for, patience, Deadline(limit), marked, answers, once, before)
        reading.expected = expected
        if is_marked_before:
            reading.marks_from = 0
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


def _begun_mark(data: bytes) -> int:
    """Return how many bytes at the end of *data* are the beginning of a mark's echo, whose end has not come yet."""
    echo = MARK + MARK
    return 0 if data.endswith(echo) else next((size for size in (3, 2, 1) if data.endswith(echo[:size])), 0)


def typed_behind(data: bytes, grammar: Grammar, own: bytes = b"") -> bytes:
    """Return what another operator typed behind a mark that the device has echoed in *data*; a message is not typed.

    Neither is our *own* command: the echo of a second mark, sent where the first seemed lost, may come late.
    """
    for match in BEHIND.finditer(data):
        is_first = len(data) < TAIL and own not in data[: match.start("typed")]
        if own and is_first and own.startswith(match["typed"].strip()):
            continue
        if not grammar.notices.has_notice(b"\n" + match["typed"] + b"\n"):
            return match["typed"].strip()
    return b""


def typed_before(data: bytes, grammar: Grammar, command: str) -> bytes:
    """Return what another operator typed while our *command* was on its way: it is echoed in front of the command.

    Where both typed the same, it is echoed twice with its output between.
    """
    lines = plain(grammar.notices.clean(data, command=command.encode()).text).split(b"\n")
    after = after_echo(grammar, lines, command)
    for index, line in enumerate(lines[: (after or 1) - 1]):
        rest, has_prompt = grammar.without_prompt(line)
        typed = rest.strip()
        is_piece = command.encode().startswith(typed) or grammar.notices.has_notice(typed + b"\n")
        if (has_prompt or not index) and not is_piece:
            return typed
    behind = lines[after:] if after else []
    for index, line in enumerate(behind):
        rest, has_prompt = grammar.without_prompt(line)
        if has_prompt and rest.strip() == command.encode() and any(one.strip() for one in behind[:index]):
            return rest.strip()
    return b""


class OthersTyping:
    """Follows a console on which another operator types; log messages are not typed, however they are cut."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._line = b""  # the last line, with the line end in front of it
        self._typed = b""

    def goes_on(self, seconds: float) -> bool:
        """Tell whether anything more is typed in what comes next, within *seconds*."""
        shown = self._line + self._conversation.stream.read(seconds)
        typed = self._conversation.typed_in(shown)
        is_new = bool(typed) and typed != self._typed
        self._line = shown[max(0, shown.rfind(b"\n")) :]
        self._typed = self._conversation.typed_in(self._line)
        return is_new


class _AnswerReading:
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
        before: bytes,
    ) -> None:
        self.conversation = conversation
        self.stream = conversation.stream
        self.grammar = conversation.grammar
        self.waiting_for = waiting_for
        self.own = waiting_for.encode() if marked else b""
        self.silence = silence + 2 * (self.stream.round_trip or 0.0)
        self.deadline = deadline
        self.marked = marked
        self.marks_sent = int(marked)
        self.answers = [(re.compile(pattern.encode()), reply) for pattern, reply in (answers or {}).items()]
        self.is_dialogue = answers is not None
        self.once = once
        self.expected = ""  # the state whose prompt needs no second exchange
        self.buffer = bytearray(before)
        self.answered_up_to = 0
        self._nudges = 0
        self.paged = False
        self.progress = Progress(self.grammar)
        self.marks_from = len(before) - _begun_mark(before)  # those of an earlier command may stand before it
        self._looks: State | None = None
        self._looks_at = 0.0
        self._looked_up_to = 0
        self._began = time.monotonic()

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
            typed = typed_behind(bytes(self.buffer[-TAIL:]), self.grammar, own=self.own) if looks is None else b""
            if looks is None and not typed and self._take_in(self.stream.gather(time.monotonic() - self._began)):
                continue
            if (wait := self._wait(looks, typed)) > 0 and self._read(wait):
                continue
            if typed:
                raise self.conversation.in_use(typed, bytes(self.buffer))
            elif looks is None:
                if not self._may_be_unfamiliar():
                    raise self._timeout()
                if state := self._learn():
                    return self._answer(state)
            elif state := self._believe(looks):
                return self._answer(state)

    def _read(self, wait: float) -> bool:
        """Take in what comes next; False where nothing came. Raises PromptTimeout once all the time is over."""
        return self._take_in(self.stream.read(min(wait, self.deadline.remaining())))

    def _take_in(self, chunk: bytes) -> bool:
        self.buffer += chunk
        self.progress.feed(chunk)
        if self.deadline.is_over:
            raise self._overdue()
        if len(self.buffer) > self.conversation.max_output:
            self._stop()
        return bool(chunk)

    def _wait(self, looks: State | None, typed: bytes) -> float:
        """Return the seconds until something has to be done if nothing but messages comes."""
        if looks is not None:
            return self._looks_at + self._patience(looks) - time.monotonic()
        if not typed and self._may_be_unfamiliar():
            return UNFAMILIAR + self.conversation.settle - self.progress.since()
        return self.conversation.settle if typed else self.silence - self.progress.since()

    def _may_be_unfamiliar(self) -> bool:
        """Tell whether a move may have led to a prompt that no profile knows, and a return may show it again."""
        if not self.once or self._nudges >= NUDGES:
            return False
        return bool(phrases.prompt_sign(decode(plain(last_line(self.buffer[-TAIL:])))))

    def _learn(self) -> State | None:
        """Learn the prompt that the last line shows a second time; else have it shown again by a return."""
        if learned := self.grammar.learn(self._new()):
            return learned
        self._nudges += 1
        self.conversation.send(self.grammar.data.keys.nudge.encode())
        self.progress.touch()
        return None

    def _patience(self, looks: State) -> float:
        settle = self.conversation.settle
        busy = BUSY if self.progress.messages and self.marks_sent else 1
        if looks.is_prompt and self.is_dialogue and self.conversation.can_mark and not self.marks_sent:
            return PROOF_PAUSE
        is_proven_by_mark = self.marks_sent or self.conversation.can_mark
        known = self.conversation.state
        if not is_proven_by_mark and looks.is_prompt and known.is_prompt and looks.text != known.text:
            return 3 * settle
        return busy * settle

    def _stop(self) -> None:
        """Give up an output that is too long to be of use."""
        self.conversation.send(self.grammar.data.keys.cancel.encode())
        self.conversation.quiet(limit=5)
        megabytes = self.conversation.max_output / 1_000_000
        raise OutputTooLong(
            f"{self.waiting_for!r} printed more than {megabytes:g} MB (--max-output) and was cancelled; "
            f"last read: {self.tail()!r}"
        )

    def tail(self) -> str:
        return decode(bytes(self.buffer[-80:]))

    def _answer(self, state: State) -> Answer:
        raw = bytes(self.buffer)
        return Answer(raw=raw, state=state, paged=self.paged or self.grammar.is_paged(raw))

    def _timeout(self) -> PromptTimeout:
        what = "nothing but log messages" if self.progress.messages else "nothing"
        return self._late(f"{what} came for {self.silence:.0f} s while waiting for the end of {self.waiting_for!r}")

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
        """Return the prompt that provably ends the answer; what has come behind it is left for the next one to read."""
        end = self._nonce_end() if self.conversation.nonce else self._mark_end()
        if not end:
            return None
        tail = bytes(self.buffer[max(0, end - TAIL) : end])
        nonce = self.conversation.nonce
        state = self.grammar.prompt(nonce) if nonce else self.grammar.prompt_at_end(tail)
        if state is None:  # a flood has come between the prompt and the mark
            state = self.grammar.prompt_at_end(bytes(self.buffer[max(0, end - FLOODED) : end]))
        if state is not None and end < len(self.buffer):
            self.stream.unread(bytes(self.buffer[end:]))
            del self.buffer[end:]
        return state

    def _nonce_end(self) -> int:
        """Return where the prompt of our own ends: nothing else prints it, also where no line end is before it."""
        nonce = self.conversation.nonce
        if plain(last_line(self.buffer[-TAIL:])).endswith(nonce):
            return len(self.buffer)
        at = self.buffer.rfind(nonce, max(self.marks_from, len(self.buffer) - TAIL))
        return at + len(nonce) if at >= 0 and self._is_message(at + len(nonce)) else 0

    def _mark_end(self) -> int:
        """Return where the echo of a mark ends that nothing but messages follows or tears; 0 without one."""
        if not self.marks_sent:
            return 0
        if MARKED.search(self.buffer, max(0, len(self.buffer) - 8)):
            return len(self.buffer)
        start = max(self.marks_from, len(self.buffer) - TAIL)
        tail = bytes(self.buffer[start:])
        if b"\x08" not in tail and b"\x1b" not in tail:
            return 0
        if not (ends := [match.end() for match in ERASED.finditer(tail)]) or not self._is_message(start + ends[-1]):
            return 0
        whole = self.grammar.notices.clean(tail[: ends[-1]]).text.replace(b"\r\n \x08", b" \x08")
        return start + ends[-1] if MARKED.search(whole) else 0

    def _is_message(self, position: int) -> bool:
        """Tell whether what stands from *position* on is a message, or may become one: nothing that was typed there."""
        rest = bytes(self.buffer[position : position + TAIL])
        return not rest or rest[:1] in b"\r\n" or self.grammar.notices.has_notice(b"\n" + rest)

    def _looks_like(self) -> State | None:
        """Return what the last line could be; a message that has begun behind it changes nothing."""
        state = self._seen()
        fresh = bytes(self.buffer[self._looked_up_to :])
        shown = self._looks
        if shown and (state is None or state.text.startswith(shown.text.strip())) and self._may_be_message(fresh):
            if fresh.endswith(b"\n"):
                self._looked_up_to = len(self.buffer)  # a flood of whole messages leaves what shows as it is
            return shown
        if state is None or self._looks is None or (state.kind, state.text) != (self._looks.kind, self._looks.text):
            self._looks_at = time.monotonic()
        self._looks, self._looked_up_to = state, len(self.buffer)
        return state

    def _may_be_message(self, fresh: bytes) -> bool:
        """Tell whether *fresh*, which stands behind what looks like an end, is messages and the beginning of a line."""
        if self._looked_up_to <= self.answered_up_to or len(fresh) > TAIL:
            return False
        begins_line = self.buffer[self._looked_up_to - 1 : self._looked_up_to] == b"\n" or fresh[:1] in (b"\r", b"\n")
        return begins_line and b"\n" not in self.grammar.notices.clean(fresh).text.strip(b"\r\n\x07 ")

    def _seen(self) -> State | None:
        """Return what the last line could be, cheaply: most chunks end in the middle of output."""
        if len(self.buffer) <= self.answered_up_to:
            return None
        last = self.buffer[-1]
        # A line that has ended is not a prompt, unless what ended it is a notice printed behind the prompt.
        if last in b"\r\n":
            near = bytes(self.buffer[-NEAR:])
            if not self.grammar.notices.has_notice(near) and not self.grammar.may_wait_for_return(near):
                return None
        elif last not in LAST_BYTES and not ESCAPED.search(self.buffer[-SEQUENCE:]):
            return None
        state = self.grammar.waiting(self._new())
        if state is None:
            return self._seen_at_mark()
        if state.is_prompt and self.conversation.nonce:
            return None
        if state.kind == "continuation" and self.conversation.can_mark and not MARKED.search(self.buffer[-SEQUENCE:]):
            return None
        return state

    def _seen_at_mark(self) -> State | None:
        """Return the question of unknown form that the last line asks: an echoed mark says that it waits for a line."""
        if not self.marks_sent or not MARKED.search(self.buffer[-SEQUENCE:]):
            return None
        is_unknown = self.grammar.classify(self._new()).kind == "unknown"
        return self.grammar.question(self._new()) if is_unknown else None

    def _new(self) -> bytes:
        """Return the end of what came since the last answer."""
        return bytes(self.buffer[max(self.answered_up_to, len(self.buffer) - TAIL) :])

    def _new_line(self) -> bytes:
        return plain(last_line(self.grammar.without_notices(self._new())))

    def _turn_page(self) -> None:
        pager = self.grammar.data.pager
        self.progress.touch()
        assert pager is not None  # a pager state exists only where the profile has one
        self.paged = True
        self.answered_up_to = len(self.buffer)
        self.conversation.send(pager.next.encode())

    def _reply(self) -> bool:
        """Answer the question on the last line, if an answer is known."""
        if not self.answers:
            return False
        line = self._new_line()
        if self.once and phrases.wants_new_password(decode(line), decode(plain(self._new()))):
            return False  # a secret does not answer a question that sets one
        for index, (pattern, reply) in enumerate(self.answers):
            if pattern.search(line):
                self.answered_up_to = len(self.buffer)
                self.progress.touch()
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
        if looks.name == self.expected and not looks.is_weak:
            return looks
        can_mark = self.conversation.can_mark or self.marked
        if can_mark and self.marks_sent < 2:
            # The text typed ahead got lost (a pager or the command itself took it): prove the end with a new mark.
            self.marks_sent = 2
            self.conversation.send(MARK)
            self._looks_at = time.monotonic()
            return None
        if self.marks_sent:
            self._give_up_marks()
            return None
        return looks

    def _give_up_marks(self) -> None:
        """This line does not echo them: clear what they left typed, and continue without."""
        self.conversation.can_mark = self.marked = False
        self.marks_sent = 0
        self.conversation.send(self.grammar.data.keys.kill.encode())
        self.buffer += self.conversation.quiet(limit=5)
        self._looks = None

    def _cancel_unfinished(self, looks: State) -> None:
        """Leave a command that the device waits for the rest of: cancel it, or else close what may be open in it."""
        state = looks
        for key in (self.grammar.data.keys.cancel.encode(), *(closer + self.conversation.enter for closer in CLOSERS)):
            self.conversation.send(key)
            self.buffer += self.conversation.quiet(limit=10)
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
            self.buffer += self.conversation.quiet(limit=10)
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
