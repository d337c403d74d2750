"""Families of console servers: `opengear://ops@192.0.2.10/7` becomes a URL of a real scheme, by data.

The data is `device_profiles/console_servers.yaml`; nothing about a family is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from pydantic import BaseModel, ConfigDict

from oob.errors import UsageError
from oob.profile.store import entries
from oob.transport.url import ConsoleURL

_LOGS_IN: Final = ("ssh", "console", "telnet")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Wake(_Data):
    """The *keys* that wake a silent line, typed up to *times* times."""

    keys: str
    times: int = 1


class FamilyWay(_Data):
    """One way to a line: a port for each (*base* + *step* x line), or the line in the login, the path or a command.

    *login* says whether the server asks for one of its own, if the URL names a user for it.
    """

    scheme: str
    base: int | None = None
    step: int = 1
    line: str = ""
    command: str = ""
    host_option: str = ""
    login: bool = True
    confirmed: bool = True


class Family(_Data):
    """A family of console servers; *escape* are the keys that leave a line, *break_* send a BREAK over SSH."""

    title: str
    source: str
    ways: Mapping[str, FamilyWay]
    wake: Wake | None = None
    escape: str = ""
    break_: str = ""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=lambda name: name.rstrip("_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A URL that may lead to the line, and the family and way it would mean."""

    family: str
    way: str
    is_confirmed: bool
    url: ConsoleURL


@cache
def families() -> Mapping[str, Family]:
    """Return all families by name; raises ProfileError as `file:key: reason`."""
    return entries("console_servers.yaml", Family)


def resolve(url: ConsoleURL) -> ConsoleURL:
    """Return the URL of a real scheme that a family's URL stands for; any other URL is returned as it is."""
    family = families().get(url.scheme)
    if family is None:
        return url
    name = url.text("way") or next(iter(family.ways))
    if name not in family.ways:
        raise UsageError(f"{url}: {family.title} has no way {name!r}; there are: {', '.join(family.ways)}")
    return _along(url, family.ways[name])


def guesses(url: ConsoleURL) -> list[Guess]:
    """Return every way of every family to the line of *url*, the confirmed ones first, each port and login once.

    Over telnet oob does not log in to the server: the device itself may be asking.
    """
    found: dict[str, Guess] = {}
    for name, family in families().items():
        for way_name, way in family.ways.items():
            try:
                along = _along(url, way)
                along = replace(along, user="") if way.scheme == "telnet" else along
                guess = Guess(family=name, way=way_name, is_confirmed=way.confirmed, url=along)
            except UsageError:
                continue  # the line has a name and the way wants a number, or the base must be given
            known = found.get(str(guess.url))
            if known is None or (guess.is_confirmed and not known.is_confirmed):
                found[str(guess.url)] = guess
    return sorted(found.values(), key=lambda guess: not guess.is_confirmed)


def _along(url: ConsoleURL, way: FamilyWay) -> ConsoleURL:
    """Return *url* as this way has it."""
    line = url.path.strip("/")
    host, _ = url.endpoint(0)
    options = {name: value for name, value in url.options.items() if name not in ("way", "base")}
    port = url.port
    if way.command:
        options["command"] = _filled(way.command, line, url)
    elif not way.line:
        port = port or _port(way, line, url)
    if way.host_option:
        options[way.host_option] = host
        host = ""
    path = f"/{_filled(way.line, line, url)}" if way.line else ""
    keeps_user = way.login and way.scheme in _LOGS_IN
    return replace(
        url,
        scheme=way.scheme,
        user=url.user if keeps_user else "",
        host=host,
        port=port,
        path=path,
        options=options,
    )


def _port(way: FamilyWay, line: str, url: ConsoleURL) -> int:
    base = url.integer("base", -1 if way.base is None else way.base)
    if base < 0:
        raise UsageError(f"{url}: the base of the ports is a setting of this server: add base=")
    if not line.isdigit():
        raise UsageError(f"{url}: this way goes by the number of the line, as in {url.scheme}://{url.host}/7")
    return base + way.step * int(line)


def _filled(template: str, line: str, url: ConsoleURL) -> str:
    """Return *template* with the line in it, as a number where the template formats one."""
    if not line:
        raise UsageError(f"{url}: which line? as in {url.scheme}://{url.host}/7")
    try:
        return template.format(line=int(line) if line.isdigit() else line)
    except ValueError:
        raise UsageError(f"{url}: this way goes by the number of the line, and {line!r} is none") from None
