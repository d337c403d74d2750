"""A collection of facts about a device in one session: its extent and its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from oob.device.device import Device
from oob.device.table_check.comparison import Comparison, KnownTable
from oob.device.table_check.confidence import ByteLimit, Confidence
from oob.device.table_check.levels import compare
from oob.errors import UsageError
from oob.recovery.ladder.speed import BITS_A_BYTE, Speed
from oob.recovery.proof.health import HealthReport
from oob.recovery.proof.prove import Proof, ProofTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The extent of a collection: the full *proof*, the routing table up to a *confidence*, the *health*.

    *size* in bytes and *minutes* at the speed of the line limit the cost of the routing table.
    """

    proof: bool = False
    confidence: Confidence | None = None
    size: int | None = None
    minutes: float | None = None
    health: bool = False

    def compare(self, device: Device, proof_target: ProofTarget, emit: Callable[..., object]) -> Comparison | None:
        """Compare the routing table with the baseline, up to the wanted confidence and within the budget."""
        if self.confidence is None:
            return None
        if proof_target.baseline is None or proof_target.baseline.manifest.routes is None:
            raise UsageError("there is no baseline with a routing table to compare with")
        table = proof_target.baseline.table
        known = KnownTable(
            routes=table.routes,
            opaque=table.opaque,
            text=proof_target.baseline.routes_text,
            must_have=proof_target.places,
            ignore=proof_target.ignored,
        )
        return compare(device, known, self.confidence, self._budget(Speed.of_device(device)), emit)

    def _budget(self, speed: Speed) -> ByteLimit:
        limits = [self.size] if self.size is not None else []
        if self.minutes is not None:
            limits.append(int(self.minutes * 60 * speed.bytes_per_second))
        return ByteLimit(baud=round(speed.bytes_per_second * BITS_A_BYTE), size=min(limits, default=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionResult:
    """The result of a collection; None for parts that were not collected."""

    baseline: str
    proof: Proof | None = None
    comparison: Comparison | None = None
    health: HealthReport | None = None

    @property
    def is_well(self) -> bool:
        """Tell whether everything collected is as in the baseline, with the wanted confidence."""
        return (
            (self.proof is None or self.proof.is_proven)
            and (self.comparison is None or self.comparison.is_met)
            and (self.health is None or self.health.is_well)
        )

    def lines(self) -> Iterator[str]:
        """Yield the result as lines to read; the proof has lines of its own."""
        if self.comparison:
            yield from self.comparison.lines()
        if self.comparison and not self.proof:
            yield "not looked at: the configuration"
        if self.health:
            yield from self.health.lines()

    def as_json(self) -> dict[str, Any]:
        """Return the result as plain data: the fields of the proof, `comparison` and `health`."""
        document: dict[str, Any] = self.proof.as_json() if self.proof else {"baseline": self.baseline}
        if self.comparison:
            document["comparison"] = self.comparison.as_json()
        if self.health:
            document["health"] = self.health.as_json()
        return {**document, "well": self.is_well}
