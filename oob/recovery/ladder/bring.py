"""The texts that steps bring to a device: a backup made loadable, and the difference from the running configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import dropwhile

from oob.backup.difference import CLOSERS
from oob.backup.folder import Backup
from oob.device.carry import check_carriable
from oob.errors import DataError
from oob.profile.model import ConfigurationData, Profile, Strategy
from oob.recovery.ladder.difference import differences, is_set_form

# IOS prints the end mark of a banner as the two characters ^C but does not read them so; in a file that it wrote
# itself they are the control character.
PRINTED_BANNER = re.compile(
    r"^(?P<head>banner \S+ ?)(?P<end>\^C|\x03)(?P<text>.*?)(?P=end)(?P<rest>[^\n]*)$", re.DOTALL | re.MULTILINE
)
MARKS = "~@#%&|"


def loadable(configuration: str, volatile: Iterable[str]) -> tuple[str, ...]:
    """Return the lines of a printed *configuration* as a device accepts them: without the introduction.

    Only lines before the first statement are dropped: further down a blank line may belong to a banner.
    """
    patterns = [re.compile(pattern) for pattern in volatile]
    text = PRINTED_BANNER.sub(_banner, configuration)
    lines = (line.rstrip("\r") for line in text.split("\n"))
    kept = list(dropwhile(lambda line: any(pattern.search(line) for pattern in patterns), lines))
    while kept and not kept[-1].strip():
        kept.pop()
    return tuple(kept)


def sectioned(lines: Iterable[str], data: ConfigurationData) -> tuple[str, ...]:
    """Return *lines* with a line that leaves each section at its end, for a device that ignores indentation."""
    out: list[str] = []
    is_inside = False
    until: re.Pattern[str] | None = None
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if until is not None:
            out.append(line)
            until = None if until.search(line) else until
        elif line.strip() not in CLOSERS:
            if is_inside and not depth:
                out.append(data.section_root)
            out.append(line)
            is_inside = depth > 0
            until = next((re.compile(end) for start, end in data.verbatim.items() if re.search(start, line)), None)
        elif line.strip() == "!" and out:
            out.append(" " * depth + data.section_exit if depth else data.section_root)
            is_inside = depth > 0
    return tuple(out)


def texts(profile: Profile, strategy: Strategy, target: Backup, running: str | None) -> dict[str, tuple[str, ...]]:
    """Return the texts that the steps of *strategy* bring, from the *target* and the configuration *running*.

    Raises DataError where the backup lacks the needed form, the difference cannot be computed, or a line cannot be
    carried over the console.
    """
    kinds = {step.paste for step in strategy.steps if step.paste}
    brought: dict[str, tuple[str, ...]] = {}
    data = profile.configuration
    if data is None:
        return brought
    if "config" in kinds:
        if is_set_form(profile, target.configuration):
            raise DataError("the backup holds the configuration as set commands only")
        lines = loadable(target.configuration, data.volatile)
        brought["config"] = sectioned(lines, data) if data.section_root else lines
    if "config_set" in kinds:
        brought["config_set"] = loadable(set_form(profile, target), data.volatile)
    if "difference" in kinds and running is not None:
        _check_order(profile, target, running)
        brought["difference"] = difference(data.hier_config, running, target.configuration)
    for step in strategy.steps:
        check_carriable(step, brought.get(step.paste, ()), profile.console.keys)
    return brought


def _check_order(profile: Profile, target: Backup, running: str) -> None:
    """Raise DataError where only the order of lines differs: deleting and adding single lines moves none."""
    moved = [line for line in differences(profile, target.configuration, running) if line.kind == "moved"]
    if moved:
        where = " / ".join((*moved[0].parents, moved[0].line))
        more = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
        raise DataError(f"{where!r}{more} would stay in another order, which a line difference cannot correct")


def set_form(profile: Profile, target: Backup) -> str:
    """Return the configuration of *target* as set commands; raises DataError where the backup lacks them."""
    if is_set_form(profile, target.configuration):
        return target.configuration
    if not target.configuration_set:
        raise DataError("the backup does not hold the configuration as set commands")
    return target.configuration_set


def difference(platform: str, running: str, target: str) -> tuple[str, ...]:
    """Return the lines that turn the *running* configuration into *target*; DataError where none is known."""
    if not platform:
        raise DataError("no line difference is known for this platform")
    from oob.backup.remediation import remediation  # hier_config is slow to import and most runs never need it

    return remediation(platform, running, target)


def _banner(match: re.Match[str]) -> str:
    mark = next((mark for mark in MARKS if mark not in match["text"]), "")
    if not mark:
        raise DataError(f"{match['head'].strip()!r} contains every character that could delimit it")
    return f"{match['head']}{mark}{match['text']}{mark}{match['rest']}"
