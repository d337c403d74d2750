"""Lines into a device without outrunning it: a window of unechoed bytes in flight, every echo checked.

The window follows what the line shows: it opens to what the echo's own rate fills one round trip with, and closes to
what went through before a loss. A device with a small receive buffer and no flow control is not overrun, and a path
with a long round trip is not waited for line by line.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from oob.console.conversation import MARK, Answer, Conversation
from oob.console.screen import decode, plain
from oob.errors import OutputUnverified, PromptTimeout

SMALLEST = 32
# Terminal lines hold 4096 bytes of what is typed ahead, where they hold that much at all.
LARGEST = 3500
# A gap this long with bytes unechoed is looked into; a device that is merely busy loses nothing by it.
STALLED = 1.0
# How the window grows: a rate is told from echoes that came without a gap for this long.
MEASURED = 0.1
IDLE = 0.2
CLEARINGS = 4
GROWTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteError:
    """The device's refusal of one line; *line* counts from 1."""

    line: int
    text: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What became of a paste: *resent* counts lines sent again because their echo was missing or wrong.

    *garbled* are lines as the device took them when they were not what was sent: it may have acted on them.
    """

    lines: int
    resent: int
    errors: tuple[PasteError, ...]
    garbled: tuple[str, ...]
    notices: tuple[str, ...]
    seconds: float


class Window:
    """How many bytes may be unechoed: what the echo's own rate fills a round trip with, less after a loss."""

    def __init__(self, start: int) -> None:
        self.size = float(start)
        self._start = start
        self._limit = float("inf")
        self._round_trip = float("inf")
        self._sent: deque[tuple[int, float]] = deque()
        self._busy_since: tuple[int, float] | None = None
        self._last = (0, 0.0)

    def sent(self, total: int, now: float) -> None:
        """Note that *total* bytes have been sent in all."""
        self._sent.append((total, now))

    def echoed(self, total: int, now: float) -> None:
        """Note that the echo of *total* bytes has been read by *now*, and open the window to what the line carries."""
        while self._sent and self._sent[0][0] <= total:
            self._round_trip = min(self._round_trip, now - self._sent.popleft()[1])
        if self._round_trip == float("inf"):
            return
        if self._busy_since is None or now - self._last[1] > max(IDLE, self._round_trip / 2):
            self._busy_since = (total, now)  # the echo had stopped: no rate can be told across the gap
        self._limit += max(0, total - self._last[0]) / 50
        count, seconds = total - self._busy_since[0], now - self._busy_since[1]
        if seconds < MEASURED:
            # A flight that came back as one burst says only that the line carries more than it. Where the far end is
            # near, a larger window would gain nothing and might overrun the device.
            wanted = max(self.size, GROWTH * count) if self._round_trip > IDLE else self.size
        else:
            # What is in flight beyond a round trip's worth waits in the device: no more than it held at the start.
            wanted = self._start + self._round_trip * count / seconds
        self._last = (total, now)
        self.size = min(self._limit, LARGEST, max(self._start, wanted))

    def lost(self, went_through: int) -> None:
        """Close to what *went_through* before the loss; it opens again slowly while nothing is lost."""
        self._limit = max(SMALLEST, min(self.size / 2, went_through))
        self.size = self._limit
        self._sent.clear()
        self._busy_since = None
        self._last = (0, 0.0)


class Paste:
    """One paste; *has_prompts* is False where the device echoes lines without a prompt before each.

    With *is_one_text* the lines make one text, of which a part cannot be sent again: a loss is an error.
    """

    def __init__(
        self,
        conversation: Conversation,
        lines: Sequence[str],
        *,
        has_prompts: bool = True,
        is_one_text: bool = False,
    ) -> None:
        self.conversation = conversation
        self.grammar = conversation.grammar
        self.stream = conversation.stream
        self.has_prompts = has_prompts
        self.is_one_text = is_one_text or not has_prompts
        self.lines = [line.rstrip("\r\n").encode() for line in lines]
        self.is_indented = any(line[:1] == b" " for line in self.lines)
        self.window = Window(self.grammar.data.input_window)
        self.next_send = 0
        self.next_echo = 0
        self.sent_total = 0
        self.echoed_total = 0
        self.resent = 0
        self.sections: list[bytes] = [b""] * len(self.lines)
        self.answers: dict[int, list[bytes]] = {}
        self.notices: list[bytes] = []
        self.garbled: list[bytes] = []
        self.buffer = bytearray()
        self.fragment: bytes | None = None
        self.is_marked = False

    def run(self, *, silence: float | None = None) -> Pasted:
        """Send all lines and return what became of them; raises OutputUnverified when the line keeps losing them."""
        started = time.monotonic()
        self.conversation.check_idle()
        self.bring(silence)
        self._finish(silence)
        return Pasted(
            lines=len(self.lines),
            resent=self.resent,
            errors=self._errors(),
            garbled=tuple(decode(line) for line in self.garbled),
            notices=tuple(decode(notice) for notice in self.notices),
            seconds=time.monotonic() - started,
        )

    def bring(self, silence: float | None) -> None:
        """Send all lines until each has been echoed."""
        troubles = 0
        while self.next_echo < len(self.lines):
            self._fill()
            chunk = self.stream.read(self._stall())
            is_whole = self._take(chunk) if chunk else False
            if is_whole:
                continue
            troubles += 1
            if troubles > 10 + len(self.lines) // 4:
                raise OutputUnverified(
                    f"line {self.next_echo + 1} of the paste could not be brought through: the line loses too much",
                    state=self.conversation.state.name,
                    read=bytes(self.buffer[-400:]),
                )
            self._recover(silence)

    # --- sending

    def _fill(self) -> None:
        batch = bytearray()
        while self.next_send < len(self.lines):
            line = self.lines[self.next_send] + self.conversation.enter
            in_flight = self.sent_total + len(batch) - self.echoed_total
            if in_flight and in_flight + len(line) > self.window.size:
                break
            batch += line
            self.next_send += 1
            self.window.sent(self.sent_total + len(batch), time.monotonic())
        if self.has_prompts and self.next_send == len(self.lines) and self.conversation.can_mark and not self.is_marked:
            self.is_marked = True
            batch += MARK
        if batch:
            self.stream.write(bytes(batch))
            self.sent_total += len(batch)

    def _stall(self) -> float:
        return STALLED + 2 * (self.stream.round_trip or 0.0)

    # --- receiving

    def _take(self, chunk: bytes) -> bool:
        """Check the lines that *chunk* completes; False when one is not what was sent."""
        self.buffer += chunk
        while (end := self.buffer.find(b"\n")) >= 0 and self.next_echo < len(self.lines):
            line = plain(bytes(self.buffer[: end + 1])).rstrip(b"\n")
            del self.buffer[: end + 1]
            if not self._take_line(line):
                return False
        self.window.echoed(self.echoed_total, time.monotonic())
        return True

    def _take_line(self, line: bytes) -> bool:
        if self.grammar.notices.has_notice(line + b"\n"):
            cleaned = self.grammar.notices.clean(line + b"\n")
            self.notices.extend(cleaned.notices)
            if cleaned.text.strip() and self.fragment is None:
                self.fragment = cleaned.text.rstrip(b"\n")
            return True
        wanted = self.lines[self.next_echo]
        if self.fragment is not None:
            held, self.fragment = self.fragment, None
            if self._is_echo(held + line, wanted):
                self._echoed(held + line)
                return True
            if not self._is_echo(line, wanted):
                if half := self.grammar.without_prompt(held)[0].strip():
                    self.garbled.append(half)  # a line cut short, not one that a notice broke
                    return False
                return self._judge(line, wanted)
        if self._is_echo(line, wanted):
            self._echoed(line)
            return True
        return self._judge(line, wanted)

    def _judge(self, line: bytes, wanted: bytes) -> bool:
        """Decide on a line that is not the echo waited for."""
        rest, has_prompt = self.grammar.without_prompt(line)
        if has_prompt and wanted.strip().startswith(rest.strip()):
            self.fragment = line  # perhaps broken by a notice: the next line tells
            return True
        if has_prompt or (not self.has_prompts and wanted.startswith(line[:8]) and line):
            if rest.strip() not in self.lines[self.next_echo : self.next_send]:
                self.garbled.append(rest.strip())
            return False
        if line.strip() and self.next_echo:
            self.answers.setdefault(self.next_echo - 1, []).append(line)
        return True

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
        self.answers.pop(self.next_echo, None)
        self.echoed_total += len(self.lines[self.next_echo]) + len(self.conversation.enter)
        self.next_echo += 1

    # --- when something is lost

    def _recover(self, silence: float | None) -> None:
        """Bring the device back to a clean prompt, see which lines came through late, and go back to the first lost."""
        if self.is_one_text:
            raise OutputUnverified(
                f"line {self.next_echo + 1} of the text was lost or changed on the way",
                state=self.conversation.state.name,
                read=bytes(self.buffer[-400:]),
            )
        went_through = self.echoed_total
        sent = self.next_send
        answer = self._resynchronise(silence)
        late = bytes(self.buffer) + answer.raw
        self.buffer.clear()
        self.fragment = None
        first_lost = self._late_echoes(plain(self.grammar.notices.clean(late).text).split(b"\n"), sent)
        if first_lost < sent:
            self.window.lost(went_through)
            first_lost = self._restart(first_lost)
            self.resent += sent - first_lost
        self.next_echo = self.next_send = first_lost
        self.sent_total = self.echoed_total = 0
        self.is_marked = False

    def _resynchronise(self, silence: float | None) -> Answer:
        """Let what is in flight arrive, then clear the line until the device shows a prompt: a key may be lost too."""
        conversation = self.conversation
        marked = conversation.can_mark
        pause = STALLED + 2 * (self.stream.round_trip or 0.0)
        clear = self.grammar.data.keys.kill.encode() + conversation.enter + (MARK if marked else b"")
        read = self.stream.quiet(pause / 2)
        for attempt in range(1, CLEARINGS + 1):
            self.stream.write(clear)
            try:
                return conversation.read_answer(
                    f"line {self.next_echo + 1} of the paste",
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
            "the last line of the paste", silence=silence, marked=self.is_marked, before=bytes(self.buffer)
        )
        cleaned = self.grammar.notices.clean(answer.raw)
        self.notices.extend(cleaned.notices)
        for line in plain(cleaned.text).split(b"\n")[:-1]:
            if line.strip() and not self.grammar.without_prompt(line)[1]:
                self.answers.setdefault(len(self.lines) - 1, []).append(line)

    def _errors(self) -> tuple[PasteError, ...]:
        refusal = self.grammar.refusal
        found = []
        for index, lines in sorted(self.answers.items()):
            answer = decode(b"\n".join(self.grammar.without_header(lines)))
            is_refused = refusal is not None and refusal.search(answer) is not None
            if is_refused or self.grammar.classify(lines[-1]).kind == "question":
                found.append(PasteError(line=index + 1, text=decode(self.lines[index]), answer=answer.strip("\n")))
        return tuple(found)
