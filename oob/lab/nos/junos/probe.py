"""`ping` and `traceroute`, at the pace that a person sees them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from oob.lab.dialog import Dialog, InterruptPressed, Say, Wait
from oob.lab.nos.junos.command import Request
from oob.lab.nos.junos.schema import RefusedStatement
from oob.lab.nos.junos.session import JunosSession

_VALUES = ("count", "interval", "routing-instance", "size", "source", "ttl", "wait")
_RESOLVER = 15.0  # seconds until the resolver gives up on dead name servers


@dataclass(slots=True, kw_only=True)
class _Wanted:
    target: str = ""
    count: int = 0
    vrf: str = ""
    source: str = ""
    rapid: bool = False
    resolve: bool = True
    interval: float = 1.0


def _wanted(words: list[str]) -> _Wanted:
    made = _Wanted()
    index = 0
    while index < len(words):
        near = [name for name in _VALUES if name.startswith(words[index])] if index else []
        if len(near) == 1:
            if index + 1 >= len(words):
                raise RefusedStatement(index + 1, "syntax error, expecting <command>.")
            _take(made, near[0], words[index + 1], index + 1)
            index += 1
        elif words[index] in ("rapid", "no-resolve"):
            made.rapid, made.resolve = made.rapid or words[index] == "rapid", words[index] != "no-resolve"
        elif not made.target:
            made.target = words[index]
        else:
            raise RefusedStatement(index, "syntax error, expecting <command>.")
        index += 1
    if not made.target:
        raise RefusedStatement(0, "syntax error, expecting <command>.")
    return made


def _take(made: _Wanted, name: str, value: str, index: int) -> None:
    if name in ("count", "interval") and not value.replace(".", "", 1).isdigit():
        raise RefusedStatement(index, f"invalid numeric value: '{value}'.")
    if name == "count":
        made.count = int(value)
    elif name == "interval":
        made.interval = float(value)
    elif name == "routing-instance":
        made.vrf = value
    elif name == "source":
        made.source = value


def ping(session: JunosSession, request: Request) -> Dialog[str]:
    """Ping an address until the count is reached or Ctrl-C is pressed."""
    asked = _wanted(request.words)
    target = yield from _resolved(session, asked, "ping")
    if target is None:
        return ""
    yield Say(text=f"PING {target} ({target}): 56 data bytes\n")
    network, name = session.router.network, session.router.name
    source = ip_address(asked.source) if asked.source else None
    sent = received = 0
    try:
        while sent < (asked.count or (5 if asked.rapid else 1 << 30)):
            trace = network.trace(name, target, asked.vrf, source)
            received += trace.answered
            yield Say(text=_ping_line(session, asked, target, sent, trace.answered, trace.reason), breakable=True)
            sent += 1
            yield Wait(seconds=0.02 if asked.rapid and trace.answered else asked.interval, breakable=True)
    except InterruptPressed:
        yield Say(text="^C")
    return _statistics(asked, target, sent, received)


def _ping_line(
    session: JunosSession, asked: _Wanted, target: IPv4Address | IPv6Address, number: int, answered: bool, reason: str
) -> str:
    if asked.rapid:
        return "!" if answered else "."
    if answered:
        milliseconds = 0.6 + session.router.random.random() * 2
        return f"64 bytes from {target}: icmp_seq={number} ttl=64 time={milliseconds:.3f} ms\n"
    return "ping: sendto: No route to host\n" if reason == "no route" else ""


def _statistics(asked: _Wanted, target: IPv4Address | IPv6Address, sent: int, received: int) -> str:
    loss = 100 - 100 * received // max(1, sent)
    text = f"\n--- {target} ping statistics ---\n{sent} packets transmitted, {received} packets received, "
    text += f"{loss}% packet loss\n"
    return text + ("round-trip min/avg/max/stddev = 0.604/1.512/2.577/0.610 ms\n" if received else "")


def traceroute(session: JunosSession, request: Request) -> Dialog[str]:
    """Show the way to an address, hop by hop."""
    asked = _wanted(request.words)
    target = yield from _resolved(session, asked, "traceroute")
    if target is None:
        return ""
    trace = session.router.network.trace(session.router.name, target, asked.vrf)
    yield Say(text=f"traceroute to {target} ({target}), 30 hops max, 52 byte packets\n")
    try:
        for number, hop in enumerate(trace.hops, 1):
            yield Wait(seconds=_RESOLVER if _waits_for_names(session, asked) else 0.1, breakable=True)
            yield Say(text=f"{number:2}  {hop} ({hop})  1.213 ms  0.998 ms  1.041 ms\n", breakable=True)
        if not trace.answered:
            for number in range(len(trace.hops) + 1, 31):
                for star in range(3):
                    yield Wait(seconds=5, breakable=True)
                    yield Say(text=f"{number:2}  *" if star == 0 else " *", breakable=True)
                yield Say(text="\n", breakable=True)
    except InterruptPressed:
        return "^C\n"
    return ""


def show_host(session: JunosSession, request: Request) -> Dialog[str]:
    """Ask the name servers for a host."""
    if session.router.dns_dead or not session.database.active.has("system", "name-server"):
        yield Wait(seconds=_RESOLVER, breakable=True)
        return ";; connection timed out; no servers could be reached\n"
    yield Wait(seconds=0.1, breakable=True)
    return f"{request.words[-1]} has address 192.0.2.80\n"


def _waits_for_names(session: JunosSession, asked: _Wanted) -> bool:
    return asked.resolve and session.router.dns_dead and session.database.active.has("system", "name-server")


def _resolved(session: JunosSession, asked: _Wanted, program: str) -> Dialog[IPv4Address | IPv6Address | None]:
    try:
        return ip_address(asked.target)
    except ValueError:
        if session.router.dns_dead and session.database.active.has("system", "name-server"):
            yield Wait(seconds=_RESOLVER, breakable=True)
        yield Say(text=f"{program}: cannot resolve {asked.target}: Host name lookup failure\n")
        return None
