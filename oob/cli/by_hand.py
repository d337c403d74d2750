"""The keys and commands for a person without oob: to reach a console, and to roll back on it. Opens nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from shlex import join

from oob.device.values import Values
from oob.errors import UsageError
from oob.profile.model import Profile, Step, Strategy
from oob.profile.wording import answers, pressed, readable
from oob.transport.autobaud import AUTO, FALLBACK
from oob.transport.opening import check
from oob.transport.url import ConsoleURL, parse

RUNGS = ("checkpoint", "backup", "startup")


def reach(url: str, hosts: Mapping[str, str]) -> tuple[str, str]:
    """Return the command that opens the console *url* with everybody's tools, and what to know about it."""
    try:
        parsed = check(parse(url, hosts).unwrapped())
    except UsageError as error:
        return "", str(error)
    return _COMMANDS.get(parsed.scheme, _unknown)(parsed)


def _serial(url: ConsoleURL) -> tuple[str, str]:
    baud = url.text("baud", "9600").replace(AUTO, str(FALLBACK))
    return (
        f"screen {url.path} {baud}",
        f"{baud} bit/s, 8 bits, no parity, flow {url.text('flow', 'none')}; leave: Ctrl-A k",
    )


def _telnet(url: ConsoleURL) -> tuple[str, str]:
    return f"telnet {url.host} {url.port or 23}", "Return wakes the line; leave: Ctrl-] and quit"


def _tcp(url: ConsoleURL) -> tuple[str, str]:
    return f"nc {url.host} {url.port}", "Return wakes the line; leave: Ctrl-C"


def _ssh(url: ConsoleURL) -> tuple[str, str]:
    line = url.path.strip("/")
    user = f"{url.user or 'USER'}{url.text('join', ':')}{line}" if line else url.user or "USER"
    jump = ["-J", url.text("jump")] if url.text("jump") else []
    command = ["-t", url.text("command")] if url.text("command") else []
    words = ["ssh", *jump, "-p", str(url.port or 22), *command[:1], f"{user}@{url.host}", *command[1:]]
    menu = f"answer its menu: {url.text('menu')}; " if url.text("menu") else ""
    return join(words), f"{menu}leave: ~."


def _sol(url: ConsoleURL) -> tuple[str, str]:
    user = f" -U {url.user}" if url.user else ""
    return f"ipmitool -I lanplus -H {url.host}{user} -a sol activate", "leave: ~."


def _conserver(url: ConsoleURL) -> tuple[str, str]:
    return f"console -M {url.text('server')} {url.path.strip('/')}", "leave: Ctrl-E c ."


def _exec(url: ConsoleURL) -> tuple[str, str]:
    return join([url.path, *url.args]), ""


def _unknown(url: ConsoleURL) -> tuple[str, str]:
    return "", "through oob only"


_COMMANDS = {
    "serial": _serial,
    "telnet": _telnet,
    "rfc2217": _telnet,
    "tcp": _tcp,
    "ssh": _ssh,
    "sol": _sol,
    "console": _conserver,
    "exec": _exec,
}


def rollbacks(profile: Profile) -> Iterator[tuple[str, list[str]]]:
    """Give the rollbacks a person can do, best first: a title and lines to type, with what must be seen."""
    done = set()
    for strategy in profile.strategies.values():
        if strategy.rung in RUNGS and strategy.rung not in done:
            done.add(strategy.rung)
            yield strategy.title, list(_lines(profile, strategy))


def login(profile: Profile) -> Iterator[str]:
    """Give the keys from a login to the state in which commands are typed."""
    yield "log in with a local account"
    for move in profile.console.moves:
        kind = profile.console.prompts[move.start].kind
        if move.end == profile.home_state and kind in ("user", "shell"):
            yield f"{move.send}    (where the prompt is still that of the {kind} level)"


def _lines(profile: Profile, strategy: Strategy) -> Iterator[str]:
    minutes = profile.timer.minutes if profile.timer else 0
    file = profile.configuration.file.replace("{run}", "card") if profile.configuration else ""
    words = {"checkpoint": "CHECKPOINT", "run": "card", "file": file}
    times = {"minutes": str(minutes), "seconds": str(60 * minutes), "time": f"00:{minutes:02d}:00"}
    values = Values(words={**words, **times})
    listing = profile.checkpoints
    if listing and "{checkpoint}" in "".join(step.run for step in strategy.steps):
        where = "go by the times" if "(?P<made>" in listing.pattern else f"the newest stand {listing.newest}"
        yield f"{listing.command}    (CHECKPOINT: the newest from before the change; {where})"
    # What a device makes of the text is not the sum of the file that a person has, so it cannot be compared by hand.
    steps = [step for step in strategy.steps if "{md5}" not in (step.expect or "")]
    state = yield from _typed(profile, steps, profile.home_state, values)
    if strategy.armed and profile.timer:
        when = f"after {minutes} minutes" if minutes else "when the session ends"
        yield f"LOOK NOW whether all is back; the device reverts {when}. Only if it is:"
        state = yield from _typed(profile, profile.timer.confirm, state, values)
    if profile.configuration and not any(step.reboots for step in steps):
        state = yield from _typed(profile, profile.configuration.save, state, values)
    if state != profile.home_state:
        yield from _moves(profile, state, profile.home_state)


def _typed(profile: Profile, steps: Sequence[Step], state: str, values: Values) -> Generator[str, None, str]:
    """Give the keys for *steps* from *state* on, and return the state they end in."""
    for step in steps:
        if step.state and step.state != state:
            yield from _moves(profile, state, step.state)
            state = step.state
        yield from _step(step, values)
        left = [move.end for move in profile.console.moves if (move.start, move.send) == (state, step.run)]
        state = left[0] if left else state
        if step.then and step.then != state:
            yield from _moves(profile, state, step.then)
            state = step.then
    return state


def _step(step: Step, values: Values) -> Iterator[str]:
    text = "(paste config.txt of the backup, from its first line of configuration on)"
    if step.opens:
        yield from (values.fill(step.opens), text, f"({pressed(step.closes)} ends it)")
    elif step.tcl_file:
        yield f"(copy config.txt of the backup to {values.fill(step.tcl_file)}; Tcl runs the pasted lines)"
    elif step.paste:
        yield text
    elif step.press:
        yield f"(press {pressed(step.press)})"
    elif step.run:
        yield values.fill(step.run)
    yield from (f"    {line}" for line in answers(step))
    if step.expect and (step.run or step.press):
        yield f"    must say: {readable(step.expect)}"


def _moves(profile: Profile, start: str, end: str) -> Iterator[str]:
    """Give the keys from one state to another, by the shortest way that the profile knows."""
    ways: dict[str, tuple[str, ...]] = {start: ()}
    waiting = deque([start])
    while waiting and end not in ways:
        here = waiting.popleft()
        for move in profile.console.moves:
            if move.start == here and move.end not in ways:
                ways[move.end] = (*ways[here], move.send)
                waiting.append(move.end)
    yield from ways.get(end, (f"(go to {end})",))
