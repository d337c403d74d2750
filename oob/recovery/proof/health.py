"""The health of a device compared with its baseline: neighbours, interfaces, paths, CPU, memory, log.

A check without a query in the profile, or without a value in the baseline, is unknown, never well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import oob.recovery.record.events as events
from oob.backup.folder import Backup
from oob.device.device import Device
from oob.device.table_check.queries import can_ask_for, routes_to, say_same
from oob.errors import RouteError
from oob.inventory.device import Critical
from oob.profile.filling import filled
from oob.profile.model import Gauge, Profile, Query
from oob.recovery.proof.prove import neighbours_up
from oob.routing.route import Route

_LOG = "log"
_SILENT, _ANSWERS = "silent", "answers"
_DEFAULT_PREFIXES = ("0.0.0.0/0", "::/0")


class CheckState(StrEnum):
    """The result of a check."""

    WELL = "well"
    WORSE = "worse"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: the value in the baseline, and the present one."""

    name: str
    state: CheckState
    was: str = ""
    now: str = ""

    def __str__(self) -> str:
        told = f"{self.name}: {self.state}"
        if self.state is CheckState.WELL:
            return told
        return f"{told}{f', was {self.was}' if self.was else ''}{f', is {self.now}' if self.now else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthReport:
    """The checks of a device."""

    checks: tuple[Check, ...]

    @property
    def is_well(self) -> bool:
        """Tell whether nothing is worse than in the baseline, as far as is known."""
        return all(check.state is not CheckState.WORSE for check in self.checks)

    def lines(self) -> Iterator[str]:
        """Yield the checks that are not well or unknown, and how many are well."""
        well = sum(check.state is CheckState.WELL for check in self.checks)
        yield f"health: {well} of {len(self.checks)} well"
        yield from (str(check) for check in self.checks if check.state is not CheckState.WELL)

    def as_json(self) -> dict[str, Any]:
        """Return the health as plain data."""
        return {"well": self.is_well, "checks": [asdict(check) for check in self.checks]}


def measure(device: Device, addresses: Iterable[Critical]) -> dict[str, str]:
    """Return what *device* prints of its gauges, its log and the paths to *addresses*, by query.

    A path is traced only where its end replies: the trace of a silent path waits for every hop.
    """
    data = device.profile.health
    told = {gauge.name: _asked(device, gauge.query) for gauge in data.gauges}
    if data.log:
        told[_LOG] = _asked(device, data.log)
    for critical in addresses:
        told[_path(critical)] = _followed(device, critical)
    # An empty log is an answer; any other empty output is not.
    return {name: text for name, text in told.items() if text or name == _LOG}


def examine(
    device: Device, baseline: Backup, addresses: Iterable[Critical], emit: Callable[..., object]
) -> HealthReport:
    """Check everything that the profile of *device* has queries for, compared with *baseline*."""
    addresses = tuple(addresses)
    checks: list[Check] = []
    if device.profile.neighbours:
        emit(events.HEALTH_NEIGHBOURS, "read neighbours and interfaces")
        checks += neighbour_checks(device.profile, baseline.neighbours_text, device.neighbours())
    emit(events.HEALTH_GATEWAY, "ask for the default gateway")
    checks += gateway_checks(device, baseline.routes if baseline.manifest.routes is not None else ())
    emit(events.HEALTH_PATHS, "ping and follow the critical paths; read CPU, memory and log")
    now = measure(device, addresses)
    checks += path_checks(device.profile, addresses, baseline.health, now)
    checks += gauge_checks(device.profile, baseline.health, now)
    checks += log_checks(device.profile, baseline.health, now)
    return HealthReport(checks=tuple(checks))


def neighbour_checks(profile: Profile, was: str, now: str) -> list[Check]:
    """Return a check for each neighbour and interface that worked, and for the prefixes of each BGP peer."""
    there = set(neighbours_up(profile, now))
    checks = [
        Check(name=name, state=CheckState.WELL, was="up", now="up")
        if name in there
        else Check(name=name, state=CheckState.WORSE, was="up", now="down")
        for name in neighbours_up(profile, was)
    ]
    counts, before = _prefixes(profile, now), _prefixes(profile, was)
    share = 1 - profile.health.prefixes_tolerance / 100
    for name, count in before.items():
        state = CheckState.WELL if counts.get(name, 0) >= count * share else CheckState.WORSE
        checks.append(Check(name=f"prefixes from {name}", state=state, was=str(count), now=str(counts.get(name, 0))))
    return checks


def gauge_checks(profile: Profile, was: dict[str, str], now: dict[str, str]) -> list[Check]:
    """Return a check for each gauge of the profile."""
    return [_gauge(gauge, was.get(gauge.name, ""), now.get(gauge.name, "")) for gauge in profile.health.gauges]


def log_checks(profile: Profile, was: dict[str, str], now: dict[str, str]) -> list[Check]:
    """Return a check of the serious log messages since the baseline."""
    if profile.health.log is None:
        return []
    name = "serious lines in the log since the baseline"
    if _LOG not in was or _LOG not in now:
        return [Check(name=name, state=CheckState.UNKNOWN)]
    before, lines = (_serious(profile, text) for text in (was[_LOG], now[_LOG]))
    new = _since(before, lines)
    state = CheckState.WORSE if new else CheckState.WELL
    return [Check(name=name, state=state, now=f"{len(new)}, the last is {new[-1]!r}" if new else "0")]


def _gauge(gauge: Gauge, was: str, now: str) -> Check:
    before, after = (re.search(gauge.value, text, re.MULTILINE) for text in (was, now))
    if before is None or after is None:
        known = [match[1] if match else "" for match in (before, after)]
        return Check(name=gauge.name, state=CheckState.UNKNOWN, was=known[0], now=known[1])
    one, other = float(before[1]), float(after[1])
    allowed = one * gauge.tolerance / 100 if gauge.relative else gauge.tolerance
    excess = other - one if gauge.worse == "more" else one - other
    state = CheckState.WORSE if excess > allowed else CheckState.WELL
    return Check(name=gauge.name, state=state, was=before[1], now=after[1])


def gateway_checks(device: Device, routes: Iterable[Route]) -> list[Check]:
    """Return a check of each default route among *routes*, the baseline's, and its present next hop."""
    wanted = [route for route in routes if route.prefix in _DEFAULT_PREFIXES and route.serves_all]
    checks = []
    for vrf, prefix in dict.fromkeys((route.vrf, route.prefix) for route in wanted):
        name = f"default gateway {prefix} in vrf {vrf}"
        if not can_ask_for(device, vrf, prefix):
            checks.append(Check(name=name, state=CheckState.UNKNOWN))
            continue
        before = [route for route in wanted if (route.vrf, route.prefix) == (vrf, prefix)]
        was = "; ".join(map(str, before))
        try:
            now = routes_to(device, vrf, prefix)
        except RouteError as error:
            checks.append(Check(name=name, state=CheckState.UNKNOWN, was=was, now=str(error)))
            continue
        state = CheckState.WELL if say_same(before, now) else CheckState.WORSE
        checks.append(Check(name=name, state=state, was=was, now="; ".join(map(str, now)) or "none"))
    return checks


def path_checks(
    profile: Profile, addresses: Iterable[Critical], was: dict[str, str], now: dict[str, str]
) -> list[Check]:
    """Return a check of each critical address: whether it answers, and over which hops."""
    checks = []
    for name in map(_path, addresses):
        answers = now[name] != _SILENT
        target = name.removeprefix("path to ")
        checks.append(
            Check(name=f"ping {target}", state=CheckState.WELL, now=_ANSWERS)
            if answers
            else Check(name=f"ping {target}", state=CheckState.WORSE, now=_SILENT)
        )
        if answers and profile.health.trace:
            before, after = (_hops(profile, text.get(name, "")) for text in (was, now))
            same = CheckState.WELL if before == after else CheckState.WORSE
            state = same if before and after else CheckState.UNKNOWN
            checks.append(Check(name=name, state=state, was=" ".join(before), now=" ".join(after)))
    return checks


def _hops(profile: Profile, text: str) -> tuple[str, ...]:
    return tuple(re.findall(profile.health.hop, text, re.MULTILINE))


def _followed(device: Device, critical: Critical) -> str:
    if not device.ping(critical.target, critical.vrf):
        return _SILENT
    data = device.profile.health
    command = data.trace_in_vrf if critical.vrf else data.trace
    typed = filled(command, {"address": critical.target, "vrf": critical.vrf})
    return (typed and _asked(device, Query(commands=(typed,), optional=True))) or _ANSWERS


def _asked(device: Device, query: Query) -> str:
    return device.query(query).text


def _path(critical: Critical) -> str:
    return f"path to {critical.target}{f' in vrf {critical.vrf}' if critical.vrf else ''}"


def _prefixes(profile: Profile, text: str) -> dict[str, int]:
    pattern = profile.health.prefixes
    found = re.finditer(pattern, text, re.MULTILINE) if pattern else ()
    return {match["name"]: int(match["count"]) for match in found}


def _serious(profile: Profile, text: str) -> list[str]:
    return [line for line in text.splitlines() if re.search(profile.health.log_line, line)]


def _since(before: list[str], lines: list[str]) -> list[str]:
    """Return the lines after the last line of *before*; all of them where that line is gone."""
    if before and before[-1] in lines:
        return lines[len(lines) - lines[::-1].index(before[-1]) :]
    return lines
