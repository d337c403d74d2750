"""The part of `oob verify --in-band`: is the management network back too, and who answers there?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from oob.console.login import LoginSecrets
from oob.device.identity import is_same_name
from oob.errors import NotProven, UsageError
from oob.inventory.device import InventoryDevice

if TYPE_CHECKING:
    from oob.adapters.napalm import InBand


@dataclass(frozen=True, slots=True, kw_only=True)
class Management:
    """Who answered in-band, and *problem*: why that is not yet the device's management back."""

    answer: InBand | None = None
    problem: str = ""

    @property
    def is_back(self) -> bool:
        """Tell whether the device itself answered."""
        return not self.problem

    def as_json(self) -> dict[str, Any]:
        """Return both as plain data."""
        return {"back": self.is_back, "problem": self.problem, "answer": asdict(self.answer) if self.answer else None}

    def line(self) -> str:
        """Return it as a line to read."""
        if self.problem or self.answer is None:
            return f"in-band: {self.problem}"
        return f"in-band: {self.answer.hostname} answers at {self.answer.address}, in {self.answer.seconds:.1f} s"


def check(entry: InventoryDevice) -> None:
    """Raise UsageError where nothing can be asked: no address in-band, or no NAPALM here."""
    if not entry.hostname:
        raise UsageError(f"{entry.name}: the inventory has no in-band address (hostname)")
    try:
        import oob.adapters.napalm
    except ImportError as error:
        raise UsageError(f"--in-band needs NAPALM: pip install 'oob[napalm]' ({error})") from error
    oob.adapters.napalm.driver_of(entry.platform)


def ask(entry: InventoryDevice, login: LoginSecrets, serial: str) -> Management:
    """Ask the device over its management network who it is; it should have the serial number *serial*."""
    from oob.adapters.napalm import verify_in_band

    try:
        answer = verify_in_band(
            entry.hostname,
            platform=entry.platform,
            username=login.username or "",
            password=login.password or "",
            secret=login.enable or "",
            hosts=entry.hosts.names if entry.hosts else None,
            optional_args=entry.in_band,
        )
    except NotProven as error:
        return Management(problem=str(error))
    return judged(answer, serial, (entry.expect.hostname, *entry.expect.aliases) if entry.expect.hostname else ())


def judged(answer: InBand, serial: str, names: Sequence[str] = ()) -> Management:
    """Return whether *answer* is that of the device with the serial number *serial*, else with one of *names*."""
    if serial and answer.serial != serial:
        other = f"{answer.hostname} with serial number {answer.serial} answers at {answer.address}"
        return Management(answer=answer, problem=f"{other}, {serial} was expected")
    if names and not serial and not any(is_same_name(answer.hostname, name) for name in names):
        return Management(answer=answer, problem=f"{answer.hostname} answers at {answer.address}, not {names[0]}")
    return Management(answer=answer)
