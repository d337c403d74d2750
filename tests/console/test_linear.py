"""No line, however long, keeps a pattern of a profile busy for longer than its length accounts for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from oob.console.grammar import Grammar
from oob.console.screen import plain
from oob.profile.store import load, platforms
from oob.secret.masking import Masker, mask_configuration

SHORT, LONG = 2_500, 25_000
# Linear is a ratio of 10; what takes less than this is linear whatever the clock says on a busy machine.
RATIO, NOTHING = 40.0, 0.12
UNITS = ["a", "(", "1", " ", "a ", "[", "0:", "* ", "\r", "key ", "Jan 1 "]


def uses(platform: str) -> Iterator[Callable[[str], object]]:
    """Yield everything that is done to a line by the patterns of a platform."""
    profile = load(platform)
    grammar = Grammar(profile)
    secrets = profile.secrets
    masker = Masker((), secrets, profile.console.notices)
    refused, refusal, pager = grammar.refused_login, grammar.refusal, grammar.pager
    yield lambda line: grammar.classify(line.encode())
    yield lambda line: grammar.classify(b"edge1#\r\n" + line.encode() + b"\r\n")
    yield lambda line: grammar.without_prompt(line.encode())
    yield lambda line: grammar.shows_again(line.encode(), line[-50:].encode())
    yield lambda line: grammar.notices.has_notice(b"\n" + line.encode() + b"\n")
    yield lambda line: grammar.notices.clean(b"x\r\n" + line.encode() + b"\r\nedge1#")
    yield lambda line: grammar.without_header([line.encode()])
    yield lambda line: grammar.is_paged(line.encode())
    yield lambda line: grammar.question_key(line)
    yield lambda line: plain(line.encode())
    yield lambda line: refused and refused.search(line.encode())
    yield lambda line: refusal and refusal.search(line)
    yield lambda line: pager and pager.sub(b"", line.encode())
    yield masker.mask_line
    yield masker.notice
    yield lambda line: mask_configuration(line, secrets)
    yield lambda line: mask_configuration("\n" * len(line), secrets)


@pytest.mark.parametrize("platform", platforms())
def test_a_line_ten_times_as_long_takes_no_more_than_its_share_of_time(platform: str) -> None:
    for number, use in enumerate(uses(platform)):
        for unit in UNITS:
            long = best(use, (unit * LONG)[:LONG])
            if long > NOTHING:
                short = best(use, (unit * SHORT)[:SHORT])
                assert long < RATIO * short, f"use {number} of a line of {unit!r}: {short:.3f} s, then {long:.3f} s"


def best(use: Callable[[str], object], line: str) -> float:
    """Return the seconds of the quicker of two tries: the machine may be busy with something else."""
    taken = []
    for _ in range(2):
        started = time.process_time()
        use(line)
        taken.append(time.process_time() - started)
        if taken[-1] < NOTHING:
            break
    return min(taken)
