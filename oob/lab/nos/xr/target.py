"""The target configuration of a session: its typed lines, until a commit."""

from __future__ import annotations

from dataclasses import dataclass, field

from oob.lab.nos.base.configuration import TOP, Configuration, Rejected, Where
from oob.lab.nos.base.delta import PlacedCommand, commands
from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.xr.derive import addresses, is_up, vrf_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A line that could not be committed, and why."""

    step: PlacedCommand
    why: str


@dataclass(slots=True)
class Target:
    """The lines typed in a session, in their order."""

    steps: list[PlacedCommand] = field(default_factory=list)

    def type(self, running: Configuration, where: Where, line: str) -> Where:
        """Take a line at *where*; raises RefusedCommand for an unknown command."""
        scratch = running.copy()
        below, _ = scratch.apply(where, line)
        self.steps.append(PlacedCommand(where=where, text=line.strip()))
        return below

    def load(self, running: Configuration, wanted: ConfigLine) -> None:
        """Take what leads from *running* to *wanted*, whatever the software thinks of it."""
        self.steps += commands(running, wanted)

    def onto(self, running: Configuration, *, replace: bool) -> tuple[Configuration, list[Failure]]:
        """Return what a commit would put in force, and the lines that fail."""
        result = running.empty() if replace else running.copy()
        failures: list[Failure] = []
        for step in self.steps:
            try:
                result.apply(step.where, step.text)
            except (RefusedCommand, Rejected) as error:
                why = str(error) if isinstance(error, Rejected) else "'Parser' detected the 'fatal' condition"
                failures.append(Failure(step=step, why=why))
        return result, failures + _conflicts(result)

    def changes(self, running: Configuration) -> list[PlacedCommand]:
        """Return what a commit would change, as commands."""
        result, _ = self.onto(running, replace=False)
        return commands(running, result.root)


def _conflicts(config: Configuration) -> list[Failure]:
    """Return what the system finds wrong although each line by itself is right."""
    failures: list[Failure] = []
    taken: dict[tuple[str, object], str] = {}
    for block in config.root.under("interface"):
        place = TOP.into("config-if", block.text)
        vrf = vrf_of(block)
        if vrf and config.root.find(f"vrf {vrf}") is None:
            why = "'ip-arm' detected the 'warning' condition 'VRF does not exist'"
            failures.append(Failure(step=PlacedCommand(where=place, text=f"vrf {vrf}"), why=why))
        for address in addresses(block) if is_up(block) else ():
            if (vrf, address.network) in taken and address.version == 4:
                why = f"'ip_arm' detected the 'fatal' condition 'Address conflicts with {taken[vrf, address.network]}'"
                text = f"ipv4 address {address.ip} {address.netmask}"
                failures.append(Failure(step=PlacedCommand(where=place, text=text), why=why))
            taken[vrf, address.network] = block.text.split()[1]
    return failures
