"""`ping` and `traceroute`."""

from __future__ import annotations

from ipaddress import ip_address

from oob.lab.dialog import Dialog, InterruptPressed, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.ping import Echo, marks
from oob.lab.nos.ios.session import TABLE, IosSession

_OPTIONS = "[source SOURCE] [repeat <COUNT:1-2147483647>] [timeout <SECONDS:0-3600>]"
_PATTERNS = [
    f"ping [vrf VRF] [ip] <ADDRESS:ip> {_OPTIONS}",
    "ping [vrf VRF] <ADDRESS:ip> repeat <COUNT:1-2147483647> source SOURCE",
    f"ping [ipv6] <ADDRESS:ipv6> {_OPTIONS}",
]


@TABLE.command(*_PATTERNS, text="Send echo messages", user=True)
def ping(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Ping an address from the router."""
    echo = Echo.of(session.router, params, vrf=params.get("VRF", ""))
    note = f"Packet sent with a source address of {echo.source} \n" if echo.source is not None else ""
    yield from marks(session.router, echo, note=note, width=70)


@TABLE.command(
    "traceroute [vrf VRF] <ADDRESS:ip> [numeric] [timeout <SECONDS:0-3600>] [probe <COUNT:1-65535>] "
    "[ttl <LOW:1-255> <HIGH:1-255>]",
    text="Trace route to destination",
    user=True,
)
def traceroute(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Show the hops to an address."""
    router = session.router
    address = ip_address(params["ADDRESS"])
    yield Say(text=f"Type escape sequence to abort.\nTracing the route to {address}\n")
    yield Say(text="VRF info: (vrf in name/id, vrf out name/id)\n")
    trace = router.network.trace(router.name, address, params.get("VRF", ""))
    number = 0
    probes, silence = int(params.get("COUNT", 3)), float(params.get("SECONDS", 3))
    highest = int(params.get("HIGH", 30))
    try:
        for number, hop in enumerate(trace.hops, 1):
            yield Wait(seconds=0.01, breakable=True)
            yield Say(text=f"{number:>3} {hop}{' 1 msec' * probes}\n")
        for lost in range(number + 1, highest + 1 if not trace.answered else number + 1):
            yield Say(text=f"{lost:>3} ")
            for _ in range(probes):
                yield Wait(seconds=silence, breakable=True)
                yield Say(text=" *")
            yield Say(text="\n")
    except InterruptPressed:
        yield Say(text="\n")
