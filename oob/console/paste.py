"""Lines into a device without outrunning it: a window of unechoed lines in flight, every echo checked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import inf

from oob.console.conversation import BUSY, LAST_BYTES, LATE, MARK, QUESTIONS, TAIL, Answer, Conversation
from oob.console.progress import Progress, quiet
from oob.console.screen import decode, plain
from oob.console.typeable import check_typeable, typed_lines
from oob.console.window import Window
from oob.errors import OutputUnverified, PromptTimeout, QuestionAsked

# A gap this long with bytes unechoed is looked into; a device that is merely busy loses nothing by it.
STALLED = 1.0
WORKING = 8.0  # seconds, besides its pace, for a line that the device has taken: what it does then cannot be hurried
TEACHES = 20  # lines, from which on a paste says something of the path
CLEARINGS = 4
SHORT = 4  # characters that do not tell whose they are
PIECE, ALIKE = 0.7, 0.5  # the share of a line that must be of ours, in one piece or in all
LONGEST_LINE = 65536  # bytes without a line end after which the device is believed to print nonsense


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteError:
    """The device's refusal of one line; *line* counts from 1."""

    line: int
    text: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """The result of a paste: *resent* counts lines sent again because their echo was missing or wrong.

    *answers* are all lines that the device said something to, *errors* those that it refused. *garbled* are lines as
    the device took lines that differ from those sent: it may have acted on them.
    """

    lines: int
    resent: int
    answers: tuple[PasteError, ...]
    errors: tuple[PasteError, ...]
    garbled: tuple[str, ...]
    notices: tuple[str, ...]
    seconds: float


class Paste:
    """One paste; *has_prompts* is False where the device echoes lines without a prompt before each.

    With *is_one_text* the lines make one text, of which a part cannot be sent again: a loss is an error. *first* is the
    number of the first line, where they are part of more.
    """

    def __init__(
        self,
        conversation: Conversation,
        lines: Sequence[str],
        *,
        has_prompts: bool = True,
        is_one_text: bool = False,
        first: int = 1,
    ) -> None:
        self.conversation = conversation
        self.grammar = conversation.grammar
        self.stream = conversation.stream
        self.has_prompts = has_prompts
        self.is_one_text = is_one_text or not has_prompts
        self.first = first
        texts = [line.rstrip("\r\n") for line in lines]
        check_typeable(texts)
        self.lines = [text.encode() for text in texts]
        self.typed = typed_lines(texts, conversation.grammar.data.keys) if has_prompts else self.lines
        self.is_indented = any(line[:1] == b" " for line in self.lines)
        prompt = len(conversation.state.text) + len(b"\r\n") if has_prompts else 0
        self.window = Window(self.grammar.data.input_window, prompt, conversation.learnt)
        self.next_send = 0
        self.next_echo = 0
        self.heard_at = time.monotonic()
        self.progress = Progress(self.grammar)
        self.resent = 0
        self.sections: list[bytes] = [b""] * len(self.lines)
        if has_prompts and lines:
            self.sections[0] = conversation.state.text.encode()  # it was there before the paste began
        self.answers: dict[int, list[bytes]] = {}
        self.notices: list[bytes] = []
        self.garbled: list[bytes] = []
        self.buffer = bytearray()
        self.fragment: bytes | None = None
        self.echoed_at = 0.0
        self.worked_at = 0.0  # when the device was last seen to work on a line
        self.is_behind_prompt = True  # the prompt of the next line has been read before
        self.is_marked = False
        self.is_torn = False  # a notice has come behind a prompt: what begins the next line may stand behind the prompt
        self.asked = ""

    def run(self, *, silence: float | None = None) -> Pasted:
        """Send all lines and return what became of them; raises OutputUnverified when the line keeps losing them."""
        started = time.monotonic()
        self.conversation.check_idle()
        self.bring(silence)
        self._finish(silence)
        answers = self._answers()
        return Pasted(
            lines=len(self.lines),
            resent=self.resent,
            answers=answers,
            errors=tuple(answer for answer in answers if self._is_refusal(answer)),
            garbled=tuple(decode(line) for line in self.garbled),
            notices=tuple(decode(notice) for notice in self.notices),
            seconds=time.monotonic() - started,
        )

    def bring(self, silence: float | None) -> None:
        """Send all lines until each has been echoed, and remember what the path and the device have taken."""
        self._bring(silence)
        if len(self.lines) >= TEACHES:
            self.conversation.learnt = self.window.learnt()

    def _bring(self, silence: float | None) -> None:
        troubles = 0
        self.progress.touch()
        while self.next_echo < len(self.lines):
            if self.conversation.deadline.is_over:
                raise self._overdue()
            pause = self._fill()
            patience = self._patience()
            wait = min(pause, patience, self.conversation.deadline.remaining())
            if patience and (chunk := self.stream.read(wait)):
                self.heard_at = time.monotonic()
                self.progress.feed(chunk)
                if self._is_working:
                    self.worked_at = self.heard_at
                is_right = self._take(chunk)
                if asked := self.asked or self._asks_now():
                    raise self._stopped_at(asked, silence)
                if is_right and len(self.buffer) < LONGEST_LINE:
                    continue
            elif self._patience():
                continue
            troubles += 1
            if troubles > 10 + len(self.lines) // 4:
                raise OutputUnverified(
                    f"line {self.first + self.next_echo} of the paste could not be brought through: "
                    "the line loses too much",
                    state=self.conversation.state.name,
                    read=bytes(self.buffer[-400:]),
                )
            self._recover(silence)

    # --- sending

    def _fill(self) -> float:
        """Send what may leave now; return the seconds until more may."""
        batch = bytearray()
        now = time.monotonic()
        pause = inf
        while self.next_send < len(self.lines):
            line = self.typed[self.next_send] + self.conversation.enter
            if pause := self.window.wait(len(line), now):
                break
            self.window.sent(len(line), now)
            batch += line
            self.next_send += 1
        if self.has_prompts and self.next_send == len(self.lines) and self.conversation.can_mark and not self.is_marked:
            self.is_marked = True
            batch += MARK
        if batch:
            self.stream.write(bytes(batch), is_timed=not self.next_echo)
        return pause

    def _patience(self) -> float:
        """Return the seconds that are left before a gap is looked into."""
        if self._is_working:
            return max(0.0, self._stalled - self.progress.since())
        idle = time.monotonic() - self.worked_at  # its prompt does not count as progress, but it has come only now
        return max(0.0, self._stalled - min(idle, self.progress.since()))

    @property
    def _stalled(self) -> float:
        """Return the seconds that a gap may last: messages delay what the device prints for us."""
        stalled = STALLED * (BUSY if self.progress.is_crowded else 1)
        if self._is_working:
            pace = self.conversation.pace
            stalled = self.grammar.data.silence if pace is None else max(stalled, WORKING + LATE * pace)
        return stalled + 2 * (self.stream.round_trip or 0.0)

    @property
    def _is_working(self) -> bool:
        """Tell whether the device has taken a line and not shown its prompt since: it carries it out, or asks AAA."""
        return (
            self.has_prompts
            and not self.is_behind_prompt
            and not self.fragment
            and not plain(bytes(self.buffer)).strip()
        )

    def _overdue(self) -> PromptTimeout:
        return PromptTimeout(
            f"timed out: the device took {self.next_echo} of {len(self.lines)} lines in the time the paste may take",
            state=self.conversation.state.name,
            read=bytes(self.buffer[-400:]),
            received=self.stream.bytes_in,
        )

    # --- receiving

    def _take(self, chunk: bytes) -> bool:
        """Check the lines that *chunk* completes; False when one differs from the line sent."""
        self.buffer += chunk
        while (end := self.buffer.find(b"\n")) >= 0 and self.next_echo < len(self.lines):
            line = self._legible(bytes(self.buffer[:end]))
            del self.buffer[: end + 1]
            if not self._take_line(line):
                return False
        return True

    def _legible(self, line: bytes) -> bytes:
        """Return *line* as a person would see it, whole where its editor has drawn a long one piece by piece."""
        shown = plain(line + b"\n").rstrip(b"\n")
        for wanted in self.lines[self.next_echo : self.next_send]:
            if not self._is_echo(shown, wanted) and self.grammar.draws(line, wanted):
                begin = plain(line.split(b"\r")[0])
                return begin[: len(begin) - len(self.grammar.without_prompt(begin)[0])] + wanted
        return shown

    def _take_line(self, line: bytes) -> bool:
        if self.grammar.notices.has_notice(line + b"\n"):
            cleaned = self.grammar.notices.clean(line + b"\n")
            self.notices.extend(cleaned.notices)
            if cleaned.text.strip() and self.fragment is None:
                self.fragment = cleaned.text.rstrip(b"\n")
            self.is_torn = self._is_prompt(self.fragment) if self.fragment else self.is_behind_prompt
            return True
        is_torn, self.is_torn = self.is_torn and bool(line.strip()), self.is_torn and not line.strip()
        wanted = self.lines[self.next_echo]
        if self.fragment is not None:
            held, self.fragment = self.fragment, None
            if self._is_echo(held + line, wanted):
                self._echoed(held + line)
                return True
            if not self._is_echo(line, wanted):
                more = self.grammar.without_prompt(held + line)[0].strip()
                if line.strip() and more and wanted.strip().startswith(more):
                    self.fragment = held + line  # torn more than once
                    return True
                if half := self.grammar.without_prompt(held)[0].strip():
                    self.garbled.append(half)  # a truncated line, not a line that a log message tore
                    return False
                return self._judge(line, wanted, is_torn=is_torn)
        if self._is_echo(line, wanted):
            self._echoed(line)
            return True
        return self._judge(line, wanted, is_torn=is_torn)

    def _is_prompt(self, line: bytes) -> bool:
        rest, has_prompt = self.grammar.without_prompt(line)
        return has_prompt and not rest.strip()

    def _check_ours(self, typed: bytes) -> None:
        """Raise ConsoleInUse where what was *typed* behind a prompt is not a line of ours, even a changed one."""
        ours = self.lines[self.next_echo : self.next_send]
        if len(typed) < SHORT or not self.has_prompts or any(_is_like(typed, line) for line in ours):
            return
        raise self.conversation.in_use(typed, bytes(self.buffer[-TAIL:]))

    def _judge(self, line: bytes, wanted: bytes, *, is_torn: bool) -> bool:
        """Decide on a line that is not the echo waited for; *is_torn* tells that it may stand behind a torn prompt."""
        rest, has_prompt = self.grammar.without_prompt(line)
        if has_prompt or is_torn:
            self._check_ours(rest.strip())
        begins = has_prompt or (self.is_behind_prompt and bool(rest.strip()))
        if begins and wanted.strip().startswith(rest.strip()):
            self.fragment = line  # perhaps broken by a notice: the next line tells
            return True
        if has_prompt or (not self.has_prompts and wanted.startswith(line[:8]) and line):
            if rest.strip() not in self.lines[self.next_echo : self.next_send]:
                self.garbled.append(rest.strip())
            return False
        if line.strip() and self.next_echo:
            self.answers.setdefault(self.next_echo - 1, []).append(line)
            self.asked = self._question_in(line, wanted)
        return True

    def _question_in(self, line: bytes, wanted: bytes) -> str:
        """Return the question that *line* asks, which nothing, or a line on its way, has answered."""
        question, behind = self.grammar.question_in(line)
        is_answered_by_us = behind in (b"", wanted.strip()) or self.grammar.without_prompt(behind)[1]
        return question if is_answered_by_us else ""

    def _asks_now(self) -> str:
        """Return the question that the device waits at."""
        if not self.has_prompts or not self.next_echo or not self.buffer or self.buffer[-1] not in LAST_BYTES:
            return ""
        state = self.grammar.classify(bytes(self.buffer[-TAIL:]))
        return state.text if state.kind == "question" else ""

    def _stopped_at(self, question: str, silence: float | None) -> QuestionAsked:
        """Decline the question, bring the device back to a prompt, and return the error that names the line."""
        conversation = self.conversation
        for _ in range(QUESTIONS):
            self.buffer += conversation.quiet(limit=10)
            state = self.grammar.classify(bytes(self.buffer[-TAIL:]))
            if state.kind != "question":
                break
            conversation.send(self.grammar.question_key(state.text).encode())
        how = "it was declined"
        if left := self.grammar.question(bytes(self.buffer)):
            conversation.is_at_prompt = False
            how = conversation.cancel_question(left.text)  # a return would answer it
        else:
            self._resynchronise(silence)
        line = decode(self.lines[self.next_echo - 1]).strip()
        on_its_way = self.next_send - self.next_echo
        more = f", which may have been answered by one of the {on_its_way} lines behind it" if on_its_way else ""
        return QuestionAsked(
            f"line {self.first + self.next_echo - 1} ({line!r}) asked {question!r}{more}; {how} and the paste stopped",
            question=question,
            read=bytes(self.buffer),
        )

    def _is_echo(self, line: bytes, wanted: bytes) -> bool:
        if line.strip() == wanted.strip() and (wanted.strip() or not line):
            return True  # the text of a banner is echoed without a prompt, and may look like one
        # A prompt's own trailing blank and a line's leading one cannot be told apart.
        rest, has_prompt = self.grammar.without_prompt(line)
        return has_prompt and (rest.strip() == wanted.strip() or self.grammar.shows_again(line, wanted))

    def _echoed(self, line: bytes) -> None:
        rest, has_prompt = self.grammar.without_prompt(line)
        if has_prompt:
            self.sections[self.next_echo] = line[: len(line) - len(rest)]
        self.is_behind_prompt = not self.has_prompts
        self._note_pace()
        self.answers.pop(self.next_echo, None)
        self.window.echoed(self.heard_at)
        self.next_echo += 1

    def _note_pace(self) -> None:
        """Measure the time that the device takes for a line, between two echoes of lines that were on their way."""
        now = time.monotonic()
        if self.has_prompts and self.echoed_at:
            self.conversation.note_pace(max(0.0, now - self.echoed_at - (self.stream.round_trip or 0.0)))
        self.echoed_at = now

    # --- when something is lost

    def _recover(self, silence: float | None) -> None:
        """Bring the device back to a clean prompt, see which lines came through late, and go back to the first lost."""
        if self.is_one_text:
            raise OutputUnverified(
                f"line {self.first + self.next_echo} of the text was lost or changed on the way",
                state=self.conversation.state.name,
                read=bytes(self.buffer[-400:]),
            )
        sent = self.next_send
        self._check_not_asked(silence)
        answer = self._resynchronise(silence)
        late = bytes(self.buffer) + answer.raw
        self.buffer.clear()
        self.fragment = None
        lines = [self._legible(line) for line in self.grammar.notices.clean(late).text.split(b"\n")]
        first_lost = self._late_echoes(lines, sent)
        if first_lost < sent:
            self.window.lost()
            first_lost = self._restart(first_lost)
            self.resent += sent - first_lost
        else:
            self.window.forget()
        self.next_echo = self.next_send = first_lost
        self.heard_at = time.monotonic()
        self.progress = Progress(self.grammar)
        self.is_behind_prompt = True
        self.echoed_at = 0.0
        self.is_marked = False

    def _check_not_asked(self, silence: float | None) -> None:
        """Raise QuestionAsked where the device waits for an answer: nothing of the paste is typed there again."""
        self.buffer += quiet(self.stream, self.grammar, STALLED / 2, limit=5)
        if self.has_prompts and self.next_echo and (asked := self.grammar.question(bytes(self.buffer))):
            raise self._stopped_at(asked.text, silence)

    def _resynchronise(self, silence: float | None) -> Answer:
        """Let bytes in flight arrive, then clear the line until the device shows a prompt: a key may be lost too."""
        conversation = self.conversation
        marked = conversation.can_mark
        pause = self._stalled
        clear = self.grammar.data.keys.kill.encode() + conversation.enter + (MARK if marked else b"")
        read = quiet(self.stream, self.grammar, pause / 2)
        for attempt in range(1, CLEARINGS + 1):
            self.stream.write(clear)
            try:
                return conversation.read_answer(
                    f"line {self.first + self.next_echo} of the paste",
                    silence=pause if attempt < CLEARINGS else silence,
                    marked=marked,
                    before=read,
                )
            except PromptTimeout as error:
                if attempt == CLEARINGS:
                    raise
                read = error.read
        raise AssertionError("the last attempt returns or raises")

    def _late_echoes(self, lines: list[bytes], sent: int) -> int:
        """Return the index of the first line up to *sent* whose echo is not among *lines*."""
        index = self.next_echo
        for line in lines:
            if index < sent and self._is_echo(line, self.lines[index]):
                rest, has_prompt = self.grammar.without_prompt(line)
                if has_prompt:
                    self.sections[index] = line[: len(line) - len(rest)]
                index += 1
            elif index and line.strip() and not self.grammar.without_prompt(line)[1]:
                self.answers.setdefault(index - 1, []).append(line)
        return index

    def _restart(self, index: int) -> int:
        """Return the line to go back to when line *index* was lost: where the section that it was lost in begins.

        What followed it may have been taken in that section, so a lost heading brings back the section before it.
        Without indentation the prompts tell: a section began at the prompt that the paste began at.
        """
        index = max(0, index - 1)
        while index > 0 and not self._begins_section(index):
            index -= 1
        return index

    def _begins_section(self, index: int) -> bool:
        if self.is_indented:
            return self.lines[index][:1] != b" "
        return self.sections[index] == self.sections[0]

    # --- the end

    def _finish(self, silence: float | None) -> None:
        """Wait for the prompt behind the last line and tie what it answered to it."""
        answer = self.conversation.read_answer(
            "the last line of the paste",
            silence=silence,
            marked=self.is_marked,
            before=bytes(self.buffer),
            is_marked_before=True,
        )
        self._note_pace()
        cleaned = self.grammar.notices.clean(answer.raw)
        self.notices.extend(cleaned.notices)
        for line in plain(cleaned.text).split(b"\n")[:-1]:
            if line.strip() and not self.grammar.without_prompt(line)[1]:
                self.answers.setdefault(len(self.lines) - 1, []).append(line)

    def _answers(self) -> tuple[PasteError, ...]:
        found = []
        for index, lines in sorted(self.answers.items()):
            if answer := decode(b"\n".join(self.grammar.without_header(lines))).strip("\n"):
                found.append(PasteError(line=self.first + index, text=decode(self.lines[index]), answer=answer))
        return tuple(found)

    def _is_refusal(self, answer: PasteError) -> bool:
        if self.grammar.line_refusal.search(answer.answer):
            return True
        return self.grammar.classify(self.answers[answer.line - self.first][-1]).kind == "question"


def _is_like(typed: bytes, line: bytes) -> bool:
    """Tell whether *typed* may be *line*, or a piece of it, with some characters lost or changed on the way."""
    alike = SequenceMatcher(None, typed, line, autojunk=False)
    return alike.find_longest_match().size >= PIECE * len(typed) or alike.ratio() >= ALIKE
