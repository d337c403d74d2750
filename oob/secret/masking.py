"""Hides secrets before anything is written: the literal ones of a session, and the values in configuration text.

Works on bytes and text that others read and write; it opens nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import AnyStr
from urllib.parse import quote

from oob.secret.place import WIDTHS, Place
from oob.secret_rules import SecretRules

MASK = "****"
SHORTEST = 4  # a secret of three characters or fewer would shred every line it happens to occur in

# What may stand in front of a configuration line that is echoed.
PROMPT = re.compile(r"[^\s#>%$]{0,200}(?:\([^)\s]{0,100}\))?[#>%$][ \t]*(?=\S)")

# What stands in front of a configuration line that is removed or belongs to a difference; a key's dashes do not.
MARKED = re.compile(r"^[ \t]*(?:[-+](?![-+])[ \t]*|[<>|][ \t]+)?[\"'`]?(?:(?:no|default|undo)[ \t]+)?")

# What stands in front of a configuration line that a device quotes in an answer: `Failed to apply command  key 7 ...`.
LEADS = re.compile(r"[:`'\"|>!]\s*|\b(?:command|statement|line(?: \d+)?|on|at|parsing) +|\s{2,}")
QUOTED = 8  # places of a line that are tried

CONTINUED = 100  # lines that may belong to one statement
HEAD = 512  # characters of a line that a notice of the device's own begins in

Span = tuple[int, int]


class Masker:
    """Knows the literal secrets of a session; more may be added at any time, also while streams are open."""

    def __init__(
        self, secrets: Iterable[str] = (), rules: SecretRules | None = None, notices: Iterable[str] = ()
    ) -> None:
        self._rules = rules or SecretRules()
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

    def look_for(self, rules: SecretRules, notices: Iterable[str] = ()) -> None:
        """Hide from now on, in lines of a device, what the secret *rules* of its platform find.

        What the patterns of *notices* match is what the device prints into the middle of its lines.
        """
        self._rules |= rules
        self._notices = tuple(dict.fromkeys((*self._notices, *notices)))

    def mask_line(self, line: str, before: str = "", place: Place | None = None) -> str:
        """Return a *line* from a console, perhaps behind a prompt, without the secret values of a configuration.

        *before* is the beginning of the line, where a notice or the width of a terminal tore it and *line* is only the
        rest; *place* is where the line stands in the output.
        """
        place = place or Place()
        spans = _in_line(line, self._rules, place)
        if before and not PROMPT.match(line):  # behind a prompt the whole line is drawn again
            for rest in {line, line.lstrip()}:  # a continued line may be indented
                cut = len(before) - len(line) + len(rest)
                whole = _in_line(before + rest, self._rules, place)
                spans += [(max(start, len(before)) - cut, end - cut) for start, end in whole if end > len(before)]
        return _covered(line, _merged(spans), MASK)

    def mask_lines(self, text: str) -> str:
        """Return the lines of *text* without secrets, literal ones and those of a configuration."""
        return mask_configuration(self.mask(text), self._rules)

    def mask_answer(self, text: str) -> str:
        """Return what a device answered without secrets, also those of configuration lines that it quotes."""
        return mask_answer(self.mask(text), self._rules)

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
        """Return the text kept back, at the end of the stream; a secret that was cut off there is masked too."""
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


def mask_configuration(text: str, rules: SecretRules) -> str:
    """Return configuration *text* with its secret values masked, for reports; a backup keeps the truth.

    The same line holds the same secret behind a `no` or a `-`, and where a terminal wrapped it.
    """
    return _covered(text, _merged(_values(text, rules)), MASK)


def mask_answer(text: str, rules: SecretRules) -> str:
    """Return the answer of a device with the secret values of the configuration lines in it masked."""
    masked = mask_configuration(text, rules).split("\n")
    return "\n".join(_unquoted(line, rules) for line in masked)


def _unquoted(line: str, rules: SecretRules) -> str:
    """Return *line* without the secrets of a configuration line in it, whichever section that one belongs to."""
    spans = [span for start, end in _pieces(line) for span in _behind(line[:end], start, rules, None)]
    hidden = [(start, end) for start, end in spans if MASK not in (text := line[start:end]) and re.search(r"\w", text)]
    return _covered(line, _merged(hidden), MASK)


def _pieces(line: str) -> Iterator[Span]:
    """Yield where *line* may hold a configuration line: behind a lead, up to the quotation mark that closes it."""
    yield len(line) - len(line.lstrip()), len(line)
    for lead, _ in zip(LEADS.finditer(line), range(QUOTED), strict=False):
        yield lead.end(), len(line)
        closing = {"`": "'"}.get(lead[0][0], lead[0][0])
        if closing in "'\"" and (end := line.rfind(closing, lead.end())) > lead.end():
            yield lead.end(), end


def secret_values(text: str, rules: SecretRules) -> set[str]:
    """Return the secret values in configuration *text*."""
    return {text[start:end] for start, end in _values(text, rules)}


def is_wrapped(line: str, width: int) -> bool:
    """Return whether the statement in *line* goes on in the next one, on a terminal of *width* columns."""
    return line.endswith("\\") or (len(line) == width and width in WIDTHS)


def _values(text: str, rules: SecretRules) -> list[Span]:
    spans: list[Span] = []
    lines = text.split("\n")
    width = max(len(line.rstrip("\r")) for line in lines)
    place, start, is_escaped = Place(), 0, False
    pieces: list[tuple[int, str]] = []  # of the statement that is being read: where each stands, and its text
    for line in lines:
        if not line.strip():  # a flood of empty lines takes no time
            start += len(line) + 1
            continue
        bare = line.rstrip("\r")
        here = place.at(bare)
        spans += [(start + first, start + last) for first, last in _in_line(bare, rules, here)]
        if pieces:
            pieces.append(_continued(bare, start) if is_escaped else (start, bare))
            spans += _across(pieces, rules, here)
        is_escaped = bare.endswith("\\")
        if not is_wrapped(bare, width) or len(pieces) >= CONTINUED:
            pieces = []
        elif not pieces:
            pieces = [(start, bare.removesuffix("\\"))]
        place = place.after(bare)
        start += len(line) + 1
    return spans


def _continued(line: str, start: int) -> tuple[int, str]:
    """Return where the rest of a statement begins in *line*, and its text."""
    rest = line.lstrip()
    return start + len(line) - len(rest), rest.removesuffix("\\")


def _across(pieces: list[tuple[int, str]], rules: SecretRules, place: Place) -> Iterator[Span]:
    """Yield the secrets of a statement whose *pieces* stand in several lines, piece by piece."""
    whole = "".join(text for _, text in pieces)
    found = _in_line(whole, rules, place)
    offset = 0
    for start, text in pieces:
        for first, last in found:
            first, last = max(first - offset, 0), min(last - offset, len(text))
            if first < last:
                yield start + first, start + last
        offset += len(text)


def _in_line(line: str, rules: SecretRules, place: Place) -> list[Span]:
    """Return the secrets in one *line*, also behind a prompt; what a private key consists of is secret as a whole."""
    body = line.strip(" \t\r\"';,")
    if place.in_private_key and body and not body.startswith("-----"):
        start = line.index(body)
        return [(start, start + len(body))]
    spans = _behind(line, 0, rules, place)
    if prompt := PROMPT.match(line):
        spans += _behind(line, prompt.end(), rules, place)
    return spans


def _behind(line: str, start: int, rules: SecretRules, place: Place | None) -> list[Span]:
    bare = MARKED.sub(lambda mark: " " * len(mark[0]), line[start:])
    return [(start + first, start + last) for first, last in rules.spans(bare, place.parents if place else None)]


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
