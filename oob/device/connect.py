"""From a list of paths to an open device: the first path that works, and why the others did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from oob.console.console import Console
from oob.console.login import LoginSecrets
from oob.console.stream import Tape
from oob.deadline import Deadline
from oob.device.device import Device
from oob.errors import ConsoleSilent, TransportError, UsageError
from oob.events import Events
from oob.profile.store import load
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.url import open_url

OPEN = 30.0
LOGIN = 180.0
BACK, AT_ONCE = 10.0, 2.0  # seconds for a path to open over which we only log out

Failure = TransportError | ConsoleSilent


def connect(
    paths: str | Sequence[str],
    *,
    platform: str,
    secrets: LoginSecrets,
    access: Access | None = None,
    tape: Callable[[str], Tape | None] | None = None,
    events: Events | None = None,
    timeout: float = LOGIN,
    again: Callable[[Sequence[Failure]], bool] = lambda failures: False,
) -> Device:
    """Return the device behind the first of *paths* that reaches it, logged in and in its home state.

    A path that is refused, busy or silent gives way to the next; a refused login does not, since another path leads to
    the same accounts. When none works, *again* is asked whether to go through them once more; else the error of the
    first path is raised with the others in its text. *tape* makes the transcript of a path, or none.
    """
    profile = load(platform)
    urls = [paths] if isinstance(paths, str) else list(paths)
    if not urls:
        raise UsageError("the device has no path to its console")
    events = events or Events()
    failures: list[Failure] = []
    for url in _rounds(urls, failures, again):
        events.say("path.trying", url)
        try:
            transport = open_url(url, Deadline(OPEN), access)
        except TransportError as error:
            failures.append(error)
            _tell(events, str(error), is_last=url == urls[-1])
            continue
        try:
            written = tape(transport.path) if tape else None
        except BaseException:
            transport.close()
            raise
        console = Console(transport, profile, secrets, tape=written, say=lambda text: events.say("console.note", text))
        try:
            console.open(timeout)
        except (TransportError, ConsoleSilent) as error:
            console.stream.close()
            failures.append(error)
            _tell(events, f"{transport.path}: {error}", is_last=url == urls[-1])
            continue
        except BaseException:
            console.stream.close()
            raise
        events.say("path.open", transport.path)
        return Device(console, partial(_ways_back, urls, url, access))
    raise _all_failed(failures)


def _rounds(urls: Sequence[str], failures: list[Failure], again: Callable[[Sequence[Failure]], bool]) -> Iterator[str]:
    """Yield *urls*, and once more as long as *again* says so of the *failures* of the last time."""
    yield from urls
    while again(failures):
        failures.clear()
        yield from urls


def _ways_back(urls: Sequence[str], died: str, access: Access | None) -> Iterator[Transport]:
    """Yield what opens of the paths, the one that *died* last and only if it is there at once."""
    for url in sorted(urls, key=lambda url: url == died):
        with suppress(TransportError):
            yield open_url(url, Deadline(AT_ONCE if url == died else BACK), access)


def _tell(events: Events, text: str, *, is_last: bool) -> None:
    """Say why a path gave way to the next; why the last one failed is in the error."""
    if not is_last:
        events.say("path.failed", text)


def _all_failed(failures: Sequence[Failure]) -> Failure:
    if len(failures) == 1:
        return failures[0]
    first = failures[0]
    first.args = (f"none of {len(failures)} paths works: " + "; ".join(str(failure) for failure in failures),)
    return first
