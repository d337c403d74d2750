"""The rules of a comparison of routing tables: prefixes that must be there, and changes to leave out."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, NamedTuple

from oob.errors import UsageError
from oob.routing.change import Change, Kind
from oob.routing.opaque import OpaqueLine

_KINDS = {kind.name.lower().replace("_", "-"): kind for kind in Kind}
# Older names of kinds, which ignore rules may still use.
_OLD_KINDS = {"missing": Kind.LOST, "added": Kind.GAINED, "member-added": Kind.MEMBER_GAINED}


class VrfPrefix(NamedTuple):
    """A prefix in a VRF."""

    vrf: str
    prefix: str

    @classmethod
    def parse(cls, text: str) -> VrfPrefix:
        """Return the place of `10.0.0.0/8` or `RED:10.0.0.0/8`; raises UsageError."""
        vrf, prefix = "default", text
        try:
            network = ip_network(prefix)
        except ValueError:
            vrf, _, prefix = text.partition(":")
            try:
                network = ip_network(prefix)
            except ValueError as error:
                why = f"must-have prefix {text!r}: not a prefix, nor VRF:PREFIX; host bits must be 0"
                raise UsageError(why) from error
        return cls(vrf, str(network))

    def __str__(self) -> str:
        return self.prefix if self.vrf == "default" else f"{self.vrf}:{self.prefix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreRule:
    """Changes to leave out: those for which all that the rule says holds; empty is any.

    *network* has the prefixes inside it, too; *interface* is that of a next hop before or after.
    """

    network: IPv4Network | IPv6Network | None = None
    vrf: str = ""
    protocol: str = ""
    interface: str = ""
    kind: Kind | None = None

    @classmethod
    def parse(cls, text: str) -> IgnoreRule:
        """Return the rule of words such as `ospf 10.0.0.0/8 vrf=NAME interface=NAME kind=lost`; raises UsageError."""
        values: dict[str, Any] = {}
        for word in text.split():
            name, value = _value(word)
            if name in values:
                raise UsageError(f"ignore rule {text!r}: says {name} twice, and all of a rule must hold")
            values[name] = value
        if not values:
            raise UsageError("an ignore rule without words would ignore everything")
        return cls(**values)

    def covers(self, change: Change) -> bool:
        """Tell whether *change* is left out."""
        route = change.route
        return (
            (not self.vrf or route.vrf == self.vrf)
            and (not self.protocol or route.protocol == self.protocol)
            and (self.kind is None or change.kind is self.kind)
            and (self.network is None or _is_below(route.prefix, self.network))
            and (not self.interface or self.interface in _interfaces(change))
        )

    def covers_line(self, line: OpaqueLine) -> bool:
        """Tell whether an opaque line is left out: by a rule of prefixes and VRFs alone."""
        if self.protocol or self.interface or self.kind or (self.vrf and line.vrf != self.vrf):
            return False
        network = self.network
        return network is None or (bool(line.prefixes) and all(_is_below(prefix, network) for prefix in line.prefixes))


def _value(word: str) -> tuple[str, Any]:
    """Return what one word of a rule sets, and its value."""
    name, equals, value = word.partition("=")
    if not equals and "/" not in word:
        return "protocol", word
    if not equals:
        try:
            return "network", ip_network(word)
        except ValueError as error:
            raise UsageError(f"ignore rule {word!r}: {error}") from error
    if name == "kind":
        kind = _KINDS.get(value) or _OLD_KINDS.get(value)
        if kind is None:
            raise UsageError(f"ignore rule kind={value}: there are {', '.join(_KINDS)}")
        return name, kind
    if name not in ("vrf", "interface") or not value:
        raise UsageError(f"ignore rule {name}={value}: there are vrf=, interface= and kind=")
    return name, value


def _interfaces(change: Change) -> set[str]:
    return {hop.interface for route in (change.before, change.after) if route for hop in route.next_hops}


def _is_below(prefix: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        inner: Any = ip_network(prefix)
    except ValueError:
        return False
    return inner.version == network.version and bool(inner.subnet_of(network))
