"""The lines that turn one configuration into another, worked out by hier_config for IOS-like platforms.

Surgical means best effort: the pasted lines are proven by reading back and `difference.unapplied`, not believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hier_config import HConfig, MatchRule, Platform, WorkflowRemediation, get_hconfig, get_hconfig_driver
from hier_config.models import IdempotentCommandsRule

from oob.errors import DataError, ProfileError

# A new value replaces the old one, and taking the old one away first would do harm: `no neighbor X remote-as`
# deletes the whole neighbour, and `no hostname` changes the prompt twice.
REPLACED_IN_PLACE = (
    (MatchRule(startswith="hostname "),),
    (MatchRule(startswith="router bgp "), MatchRule(re_search=r"^neighbor (\S+) remote-as ")),
)
BANNER = re.compile(r"^banner (?P<kind>\S+) ?(?P<mark>\^C|\S)(?P<text>.*?)(?P=mark)[^\n]*\n", re.DOTALL | re.MULTILINE)
EOS_BANNER = re.compile(r"^banner (?P<kind>\S+)\n(?P<text>.*?\n)EOF\n", re.DOTALL | re.MULTILINE)
CERTIFICATES = re.compile(r"^crypto pki certificate chain .*\n(?: .*\n|\t.*\n)*", re.MULTILINE)
# FRR prints `!` between blocks and closes each with `exit`; hier_config takes both for lines that stand there twice.
FRAME = re.compile(r"^(?:!.*|exit|end)\n", re.MULTILINE)
MARKS = "~@#%&|"
# What Python takes for the end of a line, besides the newline.
SEPARATOR = re.compile(r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def remediation(platform: str, running: str, target: str) -> tuple[str, ...]:
    """Return the lines to paste in configuration mode so that *running* becomes *target*, with the exits they need.

    *platform* is hier_config's name (`CISCO_IOS`). Certificates are left out: their bodies cannot be changed line by
    line. Raises DataError where hier_config does not understand a configuration.
    """
    if platform not in Platform.__members__:
        raise ProfileError(f"{platform}: hier_config knows no platform of this name; it knows {', '.join(_names())}")
    before, after = _split(running), _split(target)
    try:
        work = WorkflowRemediation(_tree(platform, before.lines), _tree(platform, after.lines))
        lines = tuple(work.remediation_config.dump_simple(sectional_exiting=True))
    except Exception as error:  # hier_config raises ValueError and errors of its own that have no common root
        raise DataError(f"the line difference cannot be worked out: {error}") from error
    return (*lines, *_banner_lines(before.banners, after.banners))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    lines: str
    banners: dict[str, tuple[str, bool]]  # kind: its text, and whether it ends with a line EOF as on EOS


def _split(text: str) -> _Parts:
    text = "".join(f"{line}\n" for line in _lines(text))
    banners = {match["kind"]: (match["text"], False) for match in BANNER.finditer(EOS_BANNER.sub("", text))}
    banners |= {match["kind"]: (match["text"], True) for match in EOS_BANNER.finditer(text)}
    lines = CERTIFICATES.sub("", BANNER.sub("", EOS_BANNER.sub("", text)))
    return _Parts(lines=FRAME.sub("", lines), banners=banners)


def _lines(text: str) -> list[str]:
    """Return the lines of *text*; raises DataError where hier_config would make two of one, the second a command."""
    lines = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    for number, line in enumerate(lines, 1):
        if match := SEPARATOR.search(line):
            raise DataError(f"line {number} holds U+{ord(match[0]):04X}, at which it would be taken for two lines")
    return lines


def _tree(platform: str, text: str) -> HConfig:
    driver = get_hconfig_driver(Platform[platform])
    driver.rules.idempotent_commands.extend(IdempotentCommandsRule(match_rules=rules) for rules in REPLACED_IN_PLACE)
    return get_hconfig(driver, text)


def _banner_lines(before: dict[str, tuple[str, bool]], after: dict[str, tuple[str, bool]]) -> Iterator[str]:
    for kind in before:
        if kind not in after:
            yield f"no banner {kind}"
    for kind, (text, ends_with_word) in after.items():
        if before.get(kind) == (text, ends_with_word):
            continue
        if ends_with_word:
            yield from (f"banner {kind}", *text.removesuffix("\n").split("\n"), "EOF")
            continue
        # IOS prints its delimiter as ^C but takes a typed ^C for the delimiter ^ and the letter C.
        mark = next((mark for mark in MARKS if mark not in text), "")
        if not mark:
            raise DataError(f"banner {kind}: holds every character that could end it")
        yield from f"banner {kind} {mark}{text}{mark}".split("\n")


def _names() -> list[str]:
    return sorted(Platform.__members__)
