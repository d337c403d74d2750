"""The situation of each drill for people: what the monitoring says, and the hints that can be bought. Data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A *symptom*, and *hints* from vague to plain; each costs points."""

    symptom: str
    hints: tuple[str, ...]


_ROUTES = "Branch and data centre have lost each other after a change at the start of the window."
_LOOK = "Compare the routing table with the baseline: oob verify NAME says which routes are missing."
_BACK = "oob plan NAME shows the ways to the baseline; oob recover NAME takes them, under the device's revert timer."

SITUATIONS: Mapping[str, Situation] = MappingProxyType(
    {
        "rollback-gone-wrong": Situation(
            symptom=f"{_ROUTES} DNS and AAA are gone, and the vendor's rollback is said to fail.",
            hints=(_LOOK, "The newest copy on the device is useless; an older one, or the backup, is not.", _BACK),
        ),
        "clean-rollback": Situation(
            symptom=_ROUTES, hints=(_LOOK, "The device has a good copy of its own: archive or commit history.", _BACK)
        ),
        "both-down": Situation(
            symptom=_ROUTES,
            hints=(_LOOK, "Both routers are broken: neither can be proven alone, so do both within one timer.", _BACK),
        ),
        "line-drop-in-replace": Situation(
            symptom=f"{_ROUTES} The console server has been unreliable tonight.",
            hints=(_LOOK, "After a drop nothing is known: ask the device for its timer and its configuration.", _BACK),
        ),
        "wrong-device": Situation(
            symptom=f"{_ROUTES} A technician was at the rack yesterday.",
            hints=("Read hostname and serial number before anything is typed.", "edge1's console leads to edge2."),
        ),
        "damaged-backup": Situation(
            symptom=_ROUTES,
            hints=("oob backup verify edge1", "The baseline lost its second half; the device's copy did not."),
        ),
        "aaa-authorisation-down": Situation(
            symptom=f"{_ROUTES} Every command on a console takes seconds.",
            hints=("The AAA servers are dead: give timers room for 6 s a command.", _LOOK, _BACK),
        ),
        "two-dependent-devices": Situation(
            symptom=f"{_ROUTES} core1's console server does not answer.",
            hints=("core1's console is reached through edge1.", "Recover edge1 under its timer, then core1 at once."),
        ),
        "half-a-site": Situation(
            symptom="Half of the site is unreachable: edge1, core1 and pe1 have dropped their neighbours.",
            hints=("leaf1 and spine1 are well: leave them alone.", _LOOK, _BACK),
        ),
        "lost-password": Situation(
            symptom=f"{_ROUTES} AAA is dead, and the usual login is refused on edge1.",
            hints=(
                "There is a break-glass account: guest, with the enable password.",
                "guest's password is guest-only.",
            ),
        ),
        "wrong-speed": Situation(
            symptom=f"{_ROUTES} edge1's serial console shows garbage or nothing.",
            hints=("Try other speeds on the serial line, or the console server.", "edge1 speaks 115200 bit/s."),
        ),
        "second-operator-in-the-way": Situation(
            symptom=f"{_ROUTES} Eve was working on core1 when it happened.",
            hints=(
                "core1's telnet port is held: use its serial line.",
                "Keep eve's uncommitted lines before a rollback.",
            ),
        ),
        "approver-on-the-phone": Situation(
            symptom=f"{_ROUTES} The policy requires a second approver, who is at home.",
            hints=(_LOOK, "oob recover prints a request; the approver signs it with oob approve --request.", _BACK),
        ),
    }
)
