"""Takes syslog lines that a device printed on its own out of what it printed for us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from oob.console.screen import plain

FREE_TEXT = re.compile(rb"\n *\r*\n")  # behind an empty line, in the middle of a notice
LINES = 256  # more than are looked at together
LONGEST = 2048  # bytes of a line that may be a notice: a longer line is not searched, since it may have no end
PIECES = 16  # more than a command is torn into
LINE_END = 4  # bytes, at most, that end a line
# What no notice reaches across. It keeps the time for a flood of any kind in proportion to its length.
BARRIER = re.compile(rb"[^\r\n]{%d,}|[\s\x00\x07\x08]{256,}" % LONGEST)
BLANKS = b" " * 256
BLANKED = bytes(0x20 if byte in b"\t\n\v\f\r\x00\x07\x08" else byte for byte in range(256))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """Text without the notices. *doubtful* counts places where a line end may have been the notice's or the text's.

    *places* says where in the text they are, *blanks* where an empty line may be one more or less.
    """

    text: bytes
    notices: tuple[bytes, ...] = ()
    doubtful: int = 0
    places: tuple[int, ...] = ()
    blanks: tuple[int, ...] = ()


class NoticeFilter:
    """Finds notices by the platform's patterns and closes the gap that each one tore.

    A device breaks its own output with line end, notice, line end. Whether the first line end belongs to the notice
    cannot be told from the bytes when text stands on both sides: the halves are joined, unless the second half starts
    like a line of its own, and the place is counted as doubtful. A notice that begins with empty lines of its own
    leaves no doubt. Where a body of free text ends is doubtful, too.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._unit: re.Pattern[bytes] | None = None
        self._any: re.Pattern[bytes] | None = None  # finds the same where only its presence is of interest
        if patterns:
            any_of = "|".join(f"(?:{pattern})" for pattern in patterns)
            unit = rf"(?P<before>(?<!\r)\r*\n)?(?P<notice>(?:{any_of})[^\r\n]*)(?P<after>\r*\n)"
            self._unit = re.compile(unit.encode())
            self._any = re.compile(rf"(?:{any_of})[^\r\n]*\r*\n".encode())
        self._in_line = lru_cache(maxsize=LINES)(lambda line: self._has_one(b"\n" + line + b"\n"))
        self._in_first = lru_cache(maxsize=LINES)(lambda line: self._has_one(line + b"\n"))

    def has_notice(self, data: bytes) -> bool:
        """Tell whether a whole notice stands in *data*.

        A console is looked at with every few bytes that come, so most of its lines were looked at before.
        """
        first, *lines = data.split(b"\n")
        return bool(lines) and (self._in_first(first) or any(map(self._in_line, lines[:-1])))

    def is_notice(self, line: bytes) -> bool:
        """Tell whether a notice stands in one whole *line*."""
        return self._in_line(line)

    def _has_one(self, data: bytes) -> bool:
        if len(data) < len(BLANKS):  # it holds no barrier
            return self._any is not None and self._any.search(data) is not None
        return any(True for _ in self._found(data, self._any))

    @staticmethod
    def _found(data: bytes, pattern: re.Pattern[bytes] | None) -> Iterator[re.Match[bytes]]:
        """Yield where *pattern* finds notices in *data*, searched between the barriers."""
        if pattern is None:
            return
        start = 0
        for barrier in BARRIER.finditer(data) if _may_have_barrier(data) else ():
            yield from pattern.finditer(data, start, barrier.start() + LINE_END)
            start = barrier.end() - LINE_END
        yield from pattern.finditer(data, start)

    def before_last(self, data: bytes) -> bytes:
        """Return *data* up to the whole notices that it ends with; text typed ahead and erased may stand there."""
        start = end = len(data)
        for match in self._found(data, self._unit):
            start = start if match.start() == end else match.start()
            end = match.end()
        return data if data[end:].strip(b" \x08") else data[:start]

    def clean(self, data: bytes, prompt: bytes = b"", command: bytes = b"") -> Cleaned:
        """Return *data* without notices; a notice whose line has not ended yet stays in the text.

        What begins with *prompt* is a line of its own, and what ends with *command* is its whole echo, where they are
        known.
        """
        if self._unit is None or not self._has_one(data):
            return Cleaned(text=data)
        kept: list[bytes] = []
        notices: list[bytes] = []
        places: list[int] = []
        blanks: list[int] = []
        doubtful = 0
        size = 0  # bytes in *kept*
        position = 0
        left, before = b"", b""
        is_apart = False  # an empty line stands between the text and the notices
        for match in self._found(data, self._unit):
            gap = data[position : match.start()]
            if gap or match["before"] is not None:
                left, before = _line_before(data, match.start()), match["before"] or b""
                is_apart = match["notice"].lstrip(b" ")[:1] in (b"\r", b"\n")
            kept.append(gap)
            size += len(gap)
            notice = match["notice"]
            notices.append(plain(notice).strip(b"\x07 \n"))
            doubtful += FREE_TEXT.search(notice.strip()) is not None
            position = match.end()
            if self._unit.match(data, position):
                continue  # of notices in a row, the last one closes the gap
            right = data[position : position + 200].split(b"\n", 1)[0].strip(b"\r")
            if before and left and plain(right):
                is_ended = bool(prompt and right.startswith(prompt)) or bool(
                    command and (left.rstrip().endswith(command) or _shown(kept).endswith(command))
                )
                is_ended |= bool(command and right.strip() == command)
                is_ended = is_ended or is_apart
                doubtful += not is_ended
                if not is_ended:
                    places.append(size)
                if is_ended or right[:1] in b" \t!":
                    kept.append(before)
                    size += len(before)
            elif prompt and left and not before and not is_apart and not left.startswith(prompt):
                doubtful += 1  # it begins in the middle of a line, and its own beginning may have been taken for text
            elif before:
                blanks.append(size)
        kept.append(data[position:])
        return Cleaned(
            text=b"".join(kept),
            notices=tuple(notices),
            doubtful=doubtful,
            places=tuple(places),
            blanks=tuple(blanks),
        )


def _may_have_barrier(data: bytes) -> bool:
    """Tell quickly whether *data* may have a place that no notice reaches across: hardly any output has."""
    return BLANKS in data.translate(BLANKED) or max(map(len, data.split(b"\n"))) >= LONGEST


def _shown(kept: Sequence[bytes]) -> bytes:
    """Return the last line of what has been *kept* so far: notices may have torn it more than once."""
    return b"".join(kept[-PIECES:]).rpartition(b"\n")[2].strip(b"\r ")


def _line_before(data: bytes, position: int) -> bytes:
    left = data[max(0, position - 200) : position]
    return left[left.rfind(b"\n") + 1 :].strip(b"\r")
