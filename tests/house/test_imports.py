"""Imports point down: the order of the rooms is here, and docs/architecture.md shows it."""

from __future__ import annotations

from tests.house.imports import circles, edges, modules

# From the roof to the ground; rooms on one line do not import each other.
FLOORS = (
    ("oob.cli.start",),
    ("oob.cli.main",),
    ("oob.cli.commands",),
    ("oob.cli",),
    ("oob.web",),
    ("oob.fleet",),
    ("oob.drill",),
    ("oob.report", "oob.adapters"),
    ("oob.api",),
    ("oob.recovery.after", "oob.recovery.readiness"),
    ("oob.recovery.api",),
    ("oob.recovery.run",),
    ("oob.recovery.record",),
    ("oob.recovery.proof",),
    ("oob.recovery.ladder",),
    ("oob.recovery.authority",),
    ("oob.recovery.context",),
    # The declaration of all events is data: every part of a recovery may name one.
    ("oob.recovery.question", "oob.recovery.record.events"),
    ("oob.device",),
    ("oob.console",),
    ("oob.transport",),
    ("oob.wire",),
    ("oob.backup",),
    ("oob.profile", "oob.routing", "oob.inventory", "oob.secret"),
    ("oob.child", "oob.naming", "oob.secret_rules", "oob.yaml_file"),
    ("oob.lab",),
    ("oob.derived",),
    (
        "oob.clock",
        "oob.errors",
        "oob.events",
        "oob.deadline",
        "oob.durable",
        "oob.fast_yaml",
        "oob.fault",
        "oob.growing",
        "oob.kept",
        "oob.printable",
        "oob.version",
    ),
)


def _room(module: str) -> str:
    found = [room for floor in FLOORS for room in floor if module == room or module.startswith(f"{room}.")]
    return max(found, key=len, default="")


def _floor(room: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if room in floor)


def test_every_module_has_its_floor() -> None:
    assert [name for name in modules() if not _room(name) and name not in ("oob", "oob.recovery")] == []


def test_imports_point_down_and_never_sideways() -> None:
    wrong = [
        f"{module} imports {other}"
        for module, other in sorted(edges())
        if (above := _room(module)) and (below := _room(other)) and above != below and _floor(above) >= _floor(below)
    ]
    assert not wrong


def test_the_lab_imports_only_the_ground_floor_of_the_product() -> None:
    ground = ("oob.errors", "oob.deadline", "oob.fault", "oob.kept")
    wrong = [
        f"{module} imports {other}"
        for module, other in sorted(edges())
        if module.startswith("oob.lab") and not other.startswith(("oob.lab", *ground))
    ]
    assert not wrong


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert not circles()
