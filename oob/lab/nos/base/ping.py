"""`ping` and `traceroute` in the words of Linux and of IOS."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from oob.lab.dialog import Dialog, InterruptPressed, Say, Wait
from oob.lab.nos.base.router import FamilyRouter

Address = IPv4Address | IPv6Address
RESOLVED = "192.0.2.80"  # what every name is an address of
LOOKUP = 10.0  # seconds until a silent name server is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A ping: *count* echoes to *address*, each with a timeout of *silence* seconds; *host* is the name as typed."""

    address: Address
    host: str
    vrf: str = ""
    count: int = 5
    silence: float = 2.0
    source: Address | None = None

    @classmethod
    def of(cls, router: FamilyRouter, params: dict[str, str], *, vrf: str = "", silence: float = 2.0) -> Echo:
        """Return what ADDRESS, the NAME that stands for it, COUNT, SECONDS and SOURCE of a command ask for."""
        return cls(
            address=ip_address(params["ADDRESS"]),
            host=params.get("NAME", params["ADDRESS"]),
            vrf="" if vrf == "default" else vrf,
            count=int(params.get("COUNT", 5)),
            silence=float(params.get("SECONDS", silence)),
            source=_source(router, params.get("SOURCE", "")),
        )


def resolve(router: FamilyRouter, servers: str) -> Dialog[str]:
    """Ask the name servers of the lines that begin with *servers* for any name; "" where the name stays unknown."""
    if not router.config.root.under(servers):
        return ""
    yield Wait(seconds=LOOKUP if router.dns_dead else 0.02, breakable=True)
    return "" if router.dns_dead else RESOLVED


def linux(
    router: FamilyRouter, echo: Echo, *, head: str, reply: str = "80 bytes from", seconds: float = 1.0
) -> Dialog[None]:
    """Ping the way Linux does: a line for each answer, silence for none, and a summary."""
    yield Say(text=f"PING {echo.host} ({echo.address}) {head}\n")
    answered = sent = 0
    try:
        while sent < echo.count:
            sent += 1
            reached = router.network.reachable(router.name, echo.address, echo.vrf, echo.source)
            yield Wait(seconds=0.002 if reached else min(seconds, router.echo_seconds), breakable=True)
            if reached:
                answered += 1
                yield Say(text=f"{reply} {echo.address}: icmp_seq={sent} ttl=64 time=0.{40 + sent:03d} ms\n")
    except InterruptPressed:
        pass
    if answered < sent:
        yield Wait(seconds=min(echo.silence, router.echo_seconds))
    lost = 100 * (sent - answered) // max(1, sent)
    yield Say(text=f"\n--- {echo.host} ping statistics ---\n")
    yield Say(text=f"{sent} packets transmitted, {answered} received, {lost}% packet loss, time {sent * 2}ms\n")
    if answered:
        yield Say(text="rtt min/avg/max/mdev = 0.041/0.043/0.045/0.004 ms, ipg/ewma 0.050/0.042 ms\n")
    yield Say(text="\n")


def marks(router: FamilyRouter, echo: Echo, *, note: str = "", width: int = 0) -> Dialog[None]:
    """Ping the way IOS does: a mark for each echo, *width* of them in a line where that is given, below *note*."""
    yield Say(text="Type escape sequence to abort.\n")
    yield Say(
        text=f"Sending {echo.count}, 100-byte ICMP Echos to {echo.address}, timeout is {echo.silence:g} seconds:\n"
    )
    yield Say(text=note)
    answered = sent = 0
    try:
        while sent < echo.count:
            reached = router.network.reachable(router.name, echo.address, echo.vrf, echo.source)
            yield Wait(seconds=0.002 if reached else min(echo.silence, router.echo_seconds), breakable=True)
            yield Say(text="!" if reached else ".")
            answered += reached
            sent += 1
            if width and sent % width == 0 and sent < echo.count:
                yield Say(text="\n")
    except InterruptPressed:
        pass
    times = ", round-trip min/avg/max = 1/1/2 ms" if answered else ""
    yield Say(text=f"\nSuccess rate is {100 * answered // max(1, sent)} percent ({answered}/{sent}){times}\n")


def trace(router: FamilyRouter, address: str, vrf: str) -> Dialog[None]:
    """Show the hops to an address."""
    yield Say(text=f"traceroute to {address} ({address}), 30 hops max, 60 byte packets\n")
    found = router.network.trace(router.name, ip_address(address), vrf)
    number = 0
    try:
        for number, hop in enumerate(found.hops, 1):
            yield Wait(seconds=0.01, breakable=True)
            yield Say(text=f"{number:2}  {hop} ({hop})  0.210 ms  0.204 ms  0.202 ms\n")
        for lost in range(number + 1, 31 if not found.answered else number + 1):
            yield Wait(seconds=5.0, breakable=True)
            yield Say(text=f"{lost:2}  * * *\n")
    except InterruptPressed:
        yield Say(text="\n")


def _source(router: FamilyRouter, given: str) -> Address | None:
    if not given:
        return None
    try:
        return ip_address(given)
    except ValueError:
        name = router.language.names.full(given)
        node = router.node()
        own = [address for one in node.interfaces if one.name == name for address in one.addresses]
        return own[0].ip if own else None
