"""Hides secrets before anything is written: the literal ones of a session, and the values in configuration text.

Works on bytes and text that others read and write; it opens nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import AnyStr
from urllib.parse import quote

MASK = "****"
SHORTEST = 4  # a secret of three characters or fewer would shred every line it happens to occur in

# What may stand in front of a configuration line that is echoed.
PROMPT = re.compile(r"[^\s#>%$]{0,200}(?:\([^)\s]{0,100}\))?[#>%$][ \t]*(?=\S)")

# What stands in front of a configuration line that is taken away or belongs to a difference; a key's dashes do not.
MARKED = re.compile(r"^[ \t]*(?:[-+](?![-+])[ \t]*)?(?:(?:no|default|undo)[ \t]+)?", re.MULTILINE)

LINE = re.compile(r"[^\n]+")
HEAD = 512  # characters of a line that a notice of the device's own begins in

Span = tuple[int, int]


class Masker:
    """Knows the literal secrets of a session; more may be added at any time, also while streams are open."""

    def __init__(self, secrets: Iterable[str] = (), patterns: Iterable[str] = (), notices: Iterable[str] = ()) -> None:
        self._patterns = tuple(patterns)
        self._notices = tuple(notices)
        self._texts: tuple[str, ...] = ()
        self._bytes: tuple[bytes, ...] = ()
        self._beginnings: frozenset[bytes] = frozenset()
        self.add(*secrets)

    def __repr__(self) -> str:
        return f"Masker({len(self._texts)} secrets)"

    def add(self, *secrets: str) -> None:
        """Hide *secrets* from now on, also as JSON and URLs spell them; one below SHORTEST characters is not hidden."""
        spellings = {spelling for secret in secrets if len(secret) >= SHORTEST for spelling in _spellings(secret)}
        self._texts = tuple(sorted(spellings.union(self._texts)))
        self._bytes = tuple(text.encode("utf-8", "surrogateescape") for text in self._texts)
        self._beginnings = frozenset(secret[:end] for secret in self._bytes for end in range(1, len(secret)))

    def look_for(self, patterns: Iterable[str], notices: Iterable[str] = ()) -> None:
        """Hide from now on, in lines of a device, what the secret *patterns* of its platform catch.

        What the patterns of *notices* match is what the device prints into the middle of its lines.
        """
        self._patterns = tuple(dict.fromkeys((*self._patterns, *patterns)))
        self._notices = tuple(dict.fromkeys((*self._notices, *notices)))

    def mask_line(self, line: str, before: str = "") -> str:
        """Return a *line* from a console, perhaps behind a prompt, without the secret values of a configuration.

        *before* is the beginning of the line, where a notice tore it and *line* is only the rest.
        """
        if not self._patterns:
            return line
        spans = self._spans(line)
        if before and not PROMPT.match(line):  # behind a prompt the whole line is drawn again
            cut = len(before)
            spans += [(max(start - cut, 0), end - cut) for start, end in self._spans(before + line) if end > cut]
        return _covered(line, _merged(spans), MASK)

    def mask_lines(self, text: str) -> str:
        """Return the lines of *text* without secrets, literal ones and those of a configuration."""
        return "\n".join(self.mask_line(line) for line in self.mask(text).split("\n"))

    def _spans(self, line: str) -> list[Span]:
        prompt = PROMPT.match(line)
        at = prompt.end() if prompt else 0
        return [(at + start, at + end) for start, end in _values(line[at:], self._patterns)]

    def notice(self, line: str) -> int:
        """Return where in *line* a notice of the device's own begins, -1 where none does."""
        found = (match.start() for pattern in self._notices if (match := re.search(pattern, line[:HEAD])))
        return min(found, default=-1)

    def mask(self, text: str) -> str:
        """Return *text* with MASK in place of each secret."""
        return _covered(text, _found(text, self._texts), MASK)

    def stream(self) -> MaskedStream:
        """Return a new stream that hides the secrets of this masker; one for each direction of a conversation."""
        return MaskedStream(self)


class MaskedStream:
    """Bytes passing by: a secret is hidden however it is cut into pieces, and the cuts do not change the result."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._held = b""
        self._announced = 0  # so many bytes at the front of _held belong to a secret whose mask is already given out

    def feed(self, data: bytes) -> bytes:
        """Return what may be written now; an end that may be the beginning of a secret is kept back."""
        held = self._held + data
        cut = self._may_begin(held)
        self._held = held
        return self._give_out(cut, self._spans(held)) if cut else b""

    def flush(self) -> bytes:
        """Return what was kept back, at the end of the stream; a secret that was cut off there is masked too."""
        held = self._held
        spans = self._spans(held)
        unfinished = self._may_begin(held)
        if len(held) - unfinished >= SHORTEST:
            spans = _merged([*spans, (unfinished, len(held))])
        return self._give_out(len(held), spans)

    def _spans(self, held: bytes) -> list[Span]:
        spans = _found(held, self._masker._bytes)
        return _merged([(0, self._announced), *spans]) if self._announced else spans

    def _may_begin(self, held: bytes) -> int:
        beginnings = self._masker._beginnings
        longest = max(map(len, self._masker._bytes), default=1)
        for start in range(max(0, len(held) - longest + 1), len(held)):
            if held[start:] in beginnings:
                return start
        return len(held)

    def _give_out(self, cut: int, spans: list[Span]) -> bytes:
        held, position, out = self._held, 0, bytearray()
        for start, end in spans:
            if start >= cut:
                break
            out += held[position:start]
            if start or not self._announced:
                out += MASK.encode()
            position = end
        out += held[position:cut]
        self._held = held[cut:]
        self._announced = max(0, position - cut)
        return bytes(out)


def mask_configuration(text: str, patterns: Iterable[str]) -> str:
    """Return configuration *text* with its secret values masked, for reports; a backup keeps the truth.

    Each of *patterns* is a regular expression of the profile, matched with MULTILINE: what its groups catch is
    secret, or the whole match where it has none. The same line holds the same secret behind a `no` or a `-`.
    """
    return _covered(text, _merged(_values(text, patterns)), MASK)


def secret_values(text: str, patterns: Iterable[str]) -> tuple[str, ...]:
    """Return what `mask_configuration` masks in *text*."""
    return tuple(text[start:end] for start, end in _values(text, patterns))


def _values(text: str, patterns: Iterable[str]) -> list[Span]:
    compiled = [re.compile(pattern, re.MULTILINE) for pattern in patterns]
    return [span for line in LINE.finditer(text) if not line[0].isspace() for span in _in_line(line, compiled)]


def _in_line(line: re.Match[str], patterns: Iterable[re.Pattern[str]]) -> Iterator[Span]:
    """Yield the secrets in one *line* of a text: no pattern gets to see a flood of empty ones."""
    bare = MARKED.sub(lambda mark: " " * len(mark[0]), line[0])
    for pattern in patterns:
        for match in pattern.finditer(bare):
            for group in range(1, len(match.groups()) + 1) or (0,):
                start, end = match.span(group)
                if end > start:
                    yield line.start() + start, line.start() + end


def _spellings(secret: str) -> set[str]:
    as_json = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {secret, quote(secret, safe="", errors="surrogateescape"), *as_json}


def _found(text: AnyStr, secrets: Iterable[AnyStr]) -> list[Span]:
    spans = []
    for secret in secrets:
        start = text.find(secret)
        while start >= 0:
            spans.append((start, start + len(secret)))
            start = text.find(secret, start + 1)
    return _merged(spans)


def _merged(spans: list[Span]) -> list[Span]:
    """Join spans that share a character, so that what two secrets have in common leaves no rest of either."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _covered(text: str, spans: list[Span], mask: str) -> str:
    parts, position = [], 0
    for start, end in spans:
        parts += [text[position:start], mask]
        position = end
    return "".join([*parts, text[position:]])
