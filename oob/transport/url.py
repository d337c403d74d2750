"""Console URLs: one string for every way to a console, taken apart without opening anything.

`record+tcp://192.0.2.10:4007?record.to=edge1.jsonl` is a scheme (`tcp`), wrappers around it, an IP literal with a port,
and options. Names are looked up nowhere but in the table of hosts that the caller brings.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, quote, unquote

from oob.errors import UsageError
from oob.fault import nearest

_SCHEME = re.compile(r"[a-z][a-z0-9_]*(\+[a-z][a-z0-9_]*)*")
LOCAL = ("serial", "exec", "replay")  # schemes that name a file of this machine
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?")
_PORT_NAME = re.compile(r"(port|tty[A-Z]*|line|serial)[-_]?\d*")
_SECRET_OPTION = re.compile(r"pass|pwd|secret|token", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleURL:
    """A way to a console, taken apart; `str()` gives the URL back, which never holds a secret.

    *host* is an IP literal without brackets, or "" where the scheme needs none; *args* are the values of the
    repeatable option `arg`, in order; *wrappers* come outermost first.
    """

    scheme: str
    wrappers: tuple[str, ...] = ()
    user: str = ""
    host: str = ""
    port: int | None = None
    path: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        user = f"{quote(self.user, safe='+')}@" if self.user else ""
        host = f"[{self.host.replace('%', '%25')}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port is not None else ""
        pairs = [*self.options.items(), *(("arg", value) for value in self.args)]
        query = "&".join(f"{name}={quote(value, safe='/:,=~')}" for name, value in pairs)
        scheme = "+".join((*self.wrappers, self.scheme))
        return f"{scheme}://{user}{host}{port}{quote(self.path, safe='/:@,=~')}{'?' if query else ''}{query}"

    def endpoint(self, default_port: int | None = None) -> tuple[str, int]:
        """Return address and port; raises UsageError where this URL lacks a part that its scheme needs."""
        if not self.host:
            raise UsageError(f"{self}: {self.scheme}:// needs the address of the server")
        port = default_port if self.port is None else self.port
        if port is None:
            raise UsageError(f"{self}: {self.scheme}:// needs a port, as in {self.scheme}://192.0.2.10:4007")
        return self.host, port

    def allow(self, *names: str) -> None:
        """Refuse any option that is not one of *names* (`arg` stands for the repeatable one)."""
        for name in (*self.options, *(["arg"] if self.args else [])):
            if name not in names:
                raise UsageError(f"{self}: {self.scheme}:// has no option {name!r}{nearest(name, names)}")

    def text(self, name: str, default: str = "") -> str:
        """Return an option as it is."""
        return self.options.get(name, default)

    def number(self, name: str, default: float) -> float:
        """Return an option that is a number, zero or more."""
        text = self.options.get(name)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = -1
        if not 0 <= value < 1e12:
            raise UsageError(f"{self}: {name}={text} is not a number, zero or more")
        return value

    def integer(self, name: str, default: int) -> int:
        """Return an option that is a whole number, zero or more."""
        value = self.number(name, default)
        if value != int(value):
            raise UsageError(f"{self}: {name}={self.options[name]} is not a whole number")
        return int(value)

    def choice(self, name: str, choices: Sequence[str], default: str) -> str:
        """Return an option that is one of a few words."""
        value = self.options.get(name, default)
        if value not in choices:
            raise UsageError(f"{self}: {name}={value} is not one of {', '.join(choices)}")
        return value

    def flag(self, name: str) -> bool:
        """Return whether an option is switched on; alone, or 1/0, yes/no, true/false."""
        value = self.options.get(name, "no")
        if value not in ("", "1", "yes", "true", "0", "no", "false"):
            raise UsageError(f"{self}: {name}={value} is neither yes nor no")
        return value in ("", "1", "yes", "true")

    def unwrapped(self) -> ConsoleURL:
        """Return what the wrappers are around."""
        own = {name: value for name, value in self.options.items() if "." not in name}
        return replace(self, wrappers=(), options=own)

    def wrapping(self, wrapper: str) -> ConsoleURL:
        """Return the same URL with only the options that belong to *wrapper*, their prefix taken off."""
        prefix = wrapper + "."
        own = {name[len(prefix) :]: value for name, value in self.options.items() if name.startswith(prefix)}
        return replace(self, scheme=wrapper, wrappers=(), options=own, args=())


def parse(text: str, hosts: Mapping[str, str] | None = None) -> ConsoleURL:
    """Take a console URL apart; raises UsageError with one sentence that names the fault.

    *hosts* maps the names that may stand for an address. Nothing that could be a password is ever repeated.
    """
    scheme, separator, rest = text.strip().partition("://")
    scheme = scheme.lower()
    if not separator or not _SCHEME.fullmatch(scheme):
        raise UsageError("a console URL begins with a scheme, as in serial:///dev/ttyUSB0 or tcp://192.0.2.10:4007")
    *wrappers, scheme = scheme.split("+")
    rest, _, query = rest.partition("?")
    authority, slash, path = rest.partition("/")
    if scheme in LOCAL and re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", authority) and authority not in (hosts or {}):
        raise UsageError(
            f"{scheme}:// is followed by a full path, so by a third slash: {scheme}:///{authority}{slash}{path}"
        )
    userinfo, _, hostport = authority.rpartition("@")
    user = _user(scheme, userinfo)
    host, port = _host_and_port(scheme, hostport, hosts or {})
    options, args = _options(scheme, wrappers, query)
    return ConsoleURL(
        scheme=scheme,
        wrappers=tuple(wrappers),
        user=user,
        host=host,
        port=port,
        path=unquote(slash + path),
        options=options,
        args=args,
    )


def address_of(text: str, hosts: Mapping[str, str] | None = None) -> str:
    """Return *text* if it is an IP address, or what *hosts* says of it; a name that is in neither is refused."""
    literal = (hosts or {}).get(text, text).replace("%25", "%")  # a zone id may come as RFC 6874 writes it
    try:
        return str(ipaddress.ip_address(literal))
    except ValueError:
        pass
    if _NAME.fullmatch(literal) and not re.fullmatch(r"[0-9.]+", literal):
        raise UsageError(
            f"{literal} is a name, and oob looks no name up: write the IP address, or put it into the inventory's hosts"
        )
    raise UsageError("what stands where the address belongs is not an IP address (an IPv6 one goes in brackets)")


def named(url: str | ConsoleURL) -> str:
    """Return *url* as it may be shown, also where it cannot be understood: without what may be a password in it."""
    if isinstance(url, ConsoleURL):
        return str(url)
    scheme, separator, rest = url.strip().partition("?")[0].partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def _user(scheme: str, userinfo: str) -> str:
    user, colon, behind = userinfo.partition(":")
    if not colon:
        return unquote(user)
    # `ssh ops:port02@server` is how console servers are told the line; anything else there may be a password.
    if scheme == "ssh" and _PORT_NAME.fullmatch(behind):
        return unquote(user) + ":" + behind
    raise UsageError(
        "a URL holds no password: leave out what follows the user name (the line of a console server goes behind the "
        "address, as in ssh://ops@192.0.2.10/port02, or is written with %3A for the colon)"
    )


def _host_and_port(scheme: str, hostport: str, hosts: Mapping[str, str]) -> tuple[str, int | None]:
    if not hostport:
        return "", None
    if hostport.startswith("["):
        host, closing, behind = hostport[1:].partition("]")
        if not closing or (behind and not behind.startswith(":")):
            raise UsageError(f"{scheme}:// has an IPv6 address with a bracket missing or something behind it")
        colon, port = behind[:1], behind[1:]
    else:
        host, colon, port = hostport.partition(":")
    if not colon:
        return address_of(host, hosts), None
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise UsageError(f"{scheme}:// has a port that is not a number from 1 to 65535")
    return address_of(host, hosts), int(port)


def _options(scheme: str, wrappers: Sequence[str], query: str) -> tuple[dict[str, str], tuple[str, ...]]:
    options: dict[str, str] = {}
    args: list[str] = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        prefix, dot, _ = name.rpartition(".")
        if _SECRET_OPTION.search(name):
            raise UsageError(f"a URL holds no password: leave the option {name!r} out")
        if dot and prefix not in wrappers:
            raise UsageError(f"option {name!r} belongs to {prefix}+, which is not in front of {scheme}://")
        if name == "arg":
            args.append(value)
        elif name in options:
            raise UsageError(f"option {name!r} is there twice")
        else:
            options[name] = value
    return options, tuple(args)
