"""Rules that find the secret values in lines of a platform's configuration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

# A value in quotes, which may lack the closing one where the line was torn, or a word.
_QUOTED = r"""(?:"(?!-----BEGIN)((?:[^"\\\n]|\\.)+)"?|'([^'\n]+)'?|"""
# What stands between a keyword and its value: how the value is encoded.
_ENCODINGS = (
    r"10|\d|8a|encrypted|unencrypted|clear|cleartext|hidden|hex|hexadecimal|ascii|ascii-text|text|plain|plaintext"
    r"|ciphertext|cipher|irreversible-cipher|simple|hash|hashed|scrypt|pbkdf2|md5|hmac-md5|sha\d{0,3}|ENC"
)
PLACEHOLDERS = {
    "{value}": rf"{_QUOTED}([^\s\"'][^\s]*))",
    "{word}": rf"{_QUOTED}([^\s\"';{{}}\[\]<>]+))",  # where `;` and braces end a statement
    "{keyed}": rf"(?:(?:password|passphrase|hex-string|{_ENCODINGS})[ \t]+){{0,3}}",
    "{type}": rf"(?:(?:{_ENCODINGS})[ \t]+){{0,3}}",
}

# The last words of keys and elements whose value is secret, in JSON and XML of any platform.
_SECRET_KEYS = (
    r"(?:password|passwd|passphrase|secret|secret-key|psk|(?:authentication|auth|privacy|private|encryption|shared|api"
    r"|pre-?shared)[-_]?key|ascii-text|hexadecimal|key-string|community-string|token|phash|cak)"
)

# Forms that hold a secret on whatever platform: crypt hashes, the platforms' reversible ciphers, and logins in URLs.
FORMS = (
    r"(?<![\w$])(\$(?:[1-9]|1[04]|[hcy]|gy|2[abxy]?|aes\d|sha\d+|scrypt|argon2\w{0,2}|pbkdf2[\w-]{0,12})\$[\w./$=,+*-]{4,})",
    r"\w://[^:/\s\"']{1,100}:([^@/\s\"']{1,200})@",
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^\w\s]?(?:\\n)?([\w+/=\\. ]{8,})",
    r"(?i)\b\w{0,30}(?:password|passwd|passphrase|secret|psk|token|api_?key)=(?![\"'\s])([^\s&,;\"']+)",
    r"(?i)\b\w{0,30}(?:password|passwd|passphrase|secret|psk|token|api_?key)=\"((?:[^\"\\\n]|\\.)+)",
    r"(?i)\b\w{0,30}(?:secret_access|api)_?key[\"']?[ \t]{0,9}[:=][ \t]{0,9}{value}",
    rf"(?<![\w:-])[\w:-]{{0,40}}?{_SECRET_KEYS}\"[ \t]{{0,9}}:[ \t]{{0,9}}\"((?:[^\"\\\n]|\\.)+)\"",
    rf"<[\w:-]{{0,40}}?{_SECRET_KEYS}>([^<\s][^<]*)</",
    r"(?i)\bauthorization: (?:bearer|basic|token) ([^\s\"']+)",
    r"\bcurl\b.{0,200}? (?:-u|--user) [^\s:]{1,100}:(\S+)",
    r"\b(grub\.pbkdf2\.\S+)",
    # The keys of IPsec for OSPFv3 and the like: of authentication, or of encryption and authentication.
    r"\bipsec spi \d+ (?:md5|sha1) {keyed}{value}",
    r"\bipsec spi \d+ esp (?:null|(?:3des|\S{1,20}(?: (?:128|192|256))?) {keyed}{value})"
    r"(?: (?:authentication )?(?:md5|sha1) {keyed}{value})?",
)
# Free text that may speak of passwords without holding one.
FREE_TEXT = (
    r"^\s*(?:description|remark|comment|snmp-server (?:location|contact)|banner|alias|logging)\b",
    r"^\s*set (?:[^\s\"']+ ){0,20}?(?:description|comments?) ",
)
PRIVATE_BEGINS = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----")
PRIVATE_ENDS = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY-----")


@dataclass(frozen=True, slots=True)
class Scoped:
    """A pattern for lines below a line that *section* matches."""

    section: str
    line: str


@dataclass(frozen=True, slots=True)
class SecretRules:
    """Patterns for secret values: what their groups catch is secret, or the whole match where they have none.

    Those of *below* count in a section only. A line that *public* matches holds no secret, nor does one in a section
    that a pattern of *public_below* matches. `{value}`, `{word}` and `{type}` stand for PLACEHOLDERS.
    """

    lines: tuple[str, ...] = ()
    below: tuple[Scoped, ...] = ()
    public: tuple[str, ...] = ()
    public_below: tuple[Scoped, ...] = ()

    def __or__(self, other: SecretRules) -> SecretRules:
        """Return the rules of both."""
        return SecretRules(
            _once(self.lines, other.lines),
            _once(self.below, other.below),
            _once(self.public, other.public),
            _once(self.public_below, other.public_below),
        )

    def spans(self, line: str, sections: tuple[str, ...] | None) -> list[tuple[int, int]]:
        """Return where in *line* secrets stand; *sections* are the lines that it stands below, None where unknown."""
        patterns = [*map(pattern, FORMS)]
        if self.lines and not self._is_public(line, sections):
            patterns += map(pattern, self.lines)
            patterns += [pattern(scoped.line) for scoped in self.below if _is_in(scoped, sections)]
        found = [_groups(match) for compiled in patterns for match in compiled.finditer(line)]
        # A device that hides a secret itself prints asterisks.
        return [(start, end) for groups in found for start, end in groups if line[start:end].strip("*")]

    def _is_public(self, line: str, sections: tuple[str, ...] | None) -> bool:
        if any(pattern(public).search(line) for public in (*FREE_TEXT, *self.public)):
            return True
        return sections is not None and any(
            pattern(scoped.line).search(line) and _is_in(scoped, sections) for scoped in self.public_below
        )


@cache
def pattern(text: str) -> re.Pattern[str]:
    """Return *text*, a pattern with placeholders, compiled."""
    for name, stands_for in PLACEHOLDERS.items():
        text = text.replace(name, stands_for)
    return re.compile(text, re.MULTILINE)


def _is_in(scoped: Scoped, sections: tuple[str, ...] | None) -> bool:
    return sections is None or any(pattern(scoped.section).search(section) for section in sections)


def _groups(match: re.Match[str]) -> list[tuple[int, int]]:
    return [match.span(group) for group in range(1, len(match.groups()) + 1)] or [match.span()]


def _once(*parts: tuple[object, ...]) -> tuple:  # type: ignore[type-arg]  # of whatever the parts are
    return tuple(dict.fromkeys(item for part in parts for item in part))
