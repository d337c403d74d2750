"""The probe of a path: does it reach a console, and how well? Opened, looked at, timed, given back.

Probing logs in nowhere and changes nothing; it types what an attach types, and returns at a prompt. It types nothing
into a boot, and nothing more at a boot loader.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import Literal

from oob.console.attach import attach
from oob.console.grammar import UNFAMILIAR, Grammar, State
from oob.console.progress import quiet
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import (
    BudgetSpent,
    ConsoleError,
    ConsoleSilent,
    HostKeyRefused,
    OobError,
    PathBusy,
    PathInvalid,
    PathLost,
    PathUnreachable,
    ServerLoginRefused,
    StateUnreachable,
    TransportError,
)
from oob.profile.model import Profile
from oob.transport.access import Access
from oob.transport.opening import open_url
from oob.transport.url import ConsoleURL, named

Verdict = Literal[
    "reached",
    "login needed",
    "needs a person",
    "boot loader",
    "booting",
    "busy",
    "refused",
    "unreachable",
    "silent",
    "garbled",
    "wrong key",
    "server login",
    "lost",
    "spent",
    "invalid",
]
USABLE: frozenset[Verdict] = frozenset({"reached", "login needed"})
LOOK = 20.0
RETURNS = 5
BURST_LIMIT = 4096  # bytes; a device that logs all the time says something too
BURST = 8
QUIET = 0.3
LEAST_SPAN = 0.02  # below this an answer came in one piece and says nothing of the rate
_WORDS: tuple[tuple[type[OobError], Verdict], ...] = (
    (PathBusy, "busy"),
    (HostKeyRefused, "wrong key"),
    (ServerLoginRefused, "server login"),
    (PathUnreachable, "unreachable"),
    (BudgetSpent, "spent"),
    (PathLost, "lost"),
    (PathInvalid, "invalid"),
    (TransportError, "refused"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathMeasure:
    """Seconds of a *round_trip*, *bytes_per_second* where a line or a burst tells, returns *sent* and *answered*."""

    round_trip: float
    bytes_per_second: float | None
    sent: int
    answered: int

    @property
    def drops(self) -> float:
        """The share of returns that nothing answered."""
        return 1 - self.answered / self.sent


@dataclass(frozen=True, slots=True, kw_only=True)
class PathFinding:
    """The result of one path; *text* says it in a sentence, *holder* who has a busy one, *exit_code* what it costs.

    *hostname* is the name in the prompt or in the text before a login, "" where none is shown.
    """

    path: str
    verdict: Verdict
    text: str
    state: str = ""
    hostname: str = ""
    prompt: str = ""
    holder: str = ""
    open_seconds: float = 0.0
    measure: PathMeasure | None = None
    exit_code: int = 0

    @property
    def is_usable(self) -> bool:
        """Tell whether a recovery could begin over it."""
        return self.verdict in USABLE


def probe(url: ConsoleURL | str, profile: Profile, access: Access | None = None, *, limit: float = LOOK) -> PathFinding:
    """Return the result of trying the path *url*, within about twice *limit* seconds."""
    started = time.monotonic()
    try:
        transport = open_url(url, Deadline(limit), access)
    except TransportError as error:
        return _failed(named(url), error)
    taken = time.monotonic() - started
    stream = Stream(transport)
    try:
        grammar = Grammar(profile)
        found = attach(stream, grammar, Deadline(limit), trip=taken)
        verdict = _verdict(found.now)
        is_usable = verdict in USABLE
        measure = _measure(stream, grammar, found.now, profile.console.keys.nudge.encode()) if is_usable else None
    except (TransportError, ConsoleError) as error:
        return _failed(transport.path, error)
    finally:
        stream.close()
    return PathFinding(
        path=transport.path,
        verdict=verdict,
        text=f"shows {found.now.text!r}",
        state=found.now.name,
        prompt=found.now.text,
        hostname=found.now.host or found.state.host or grammar.name_shown(found.heard.encode()),
        open_seconds=taken,
        measure=measure,
        exit_code=0 if is_usable else StateUnreachable.exit_code,
    )


def _verdict(state: State) -> Verdict:
    """Return the use of a console that shows *state*."""
    if state.kind == "boot":
        return "boot loader"
    if state.kind in {"new-password", "second-factor", "question"} or state.name == UNFAMILIAR:
        return "needs a person"
    return "reached" if state.is_prompt else "login needed"


def _failed(path: str, error: TransportError | ConsoleError) -> PathFinding:
    verdict: Verdict = "silent"
    if isinstance(error, TransportError):
        verdict = next(word for kind, word in _WORDS if isinstance(error, kind))
    elif error.state == "booting":
        verdict = "booting"
    elif not (isinstance(error, ConsoleSilent) and error.state == "silent"):
        verdict = "garbled"
    holder = error.holder if isinstance(error, PathBusy) else ""
    return PathFinding(path=path, verdict=verdict, text=str(error), holder=holder, exit_code=error.exit_code)


def _measure(stream: Stream, grammar: Grammar, state: State, nudge: bytes) -> PathMeasure:
    trips: list[float] = []
    for _ in range(RETURNS if state.is_prompt else 1):  # a login that is left empty too often hangs up
        started = time.monotonic()
        stream.write(nudge)
        if stream.read(max(1.0, 3 * (stream.round_trip or 1.0))):
            trips.append(time.monotonic() - started)
        quiet(stream, grammar, QUIET, limit=5)
    trip = median(trips) if trips else stream.round_trip or 0.0
    return PathMeasure(
        round_trip=trip,
        bytes_per_second=_rate(stream, state, nudge),
        sent=RETURNS if state.is_prompt else 1,
        answered=len(trips),
    )


def _rate(stream: Stream, state: State, nudge: bytes) -> float | None:
    """Return how many bytes a second the line carries: what it is set to, or what a burst of prompts comes in at."""
    line = stream.transport.line
    if line is not None:
        return line.baud / 10
    if not state.is_prompt:
        return None
    stream.write(nudge * BURST)
    first = len(stream.read(5))
    started = last = time.monotonic()
    count = 0
    while first and count < BURST_LIMIT and (data := stream.read(max(QUIET, stream.round_trip or 0))):
        count += len(data)
        last = time.monotonic()
    return count / (last - started) if last - started > LEAST_SPAN else None
