"""What oob has kept as JSON and is damaged: read as if it were not there, or refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oob.drill.practice.record import read as read_record
from oob.drill.practice.result import history
from oob.drill.practice.score import score
from oob.errors import OobError
from oob.inventory.home import Home
from oob.kept import kept
from oob.lab.control import lab_list
from oob.lab.port_numbers import PortNumbers
from oob.recovery.record.anchor import Index
from oob.recovery.record.lease import read as read_lease
from oob.recovery.record.requests import RunRequest
from oob.recovery.record.results import Results
from oob.report.webhook import send
from oob.transport.budget import Budget
from tests.cli.mistyped import PYTHONIC, mistyped

# What oob itself writes, each with what reads it: damaged, it is as if it were not there.
KEPT: dict[str, tuple[str, object, Callable[[Path], object]]] = {
    "lease": (
        "leases/edge1/1.lease",
        {"operator": "eva", "host": "h", "process": 1, "run": "r", "since": "2026-01-01T00:00:00Z", "machine": "m"},
        lambda home: str(read_lease(home / "leases/edge1/1.lease")),
    ),
    "results": (
        "results/schedule.jsonl",
        {"device": "a", "at": "2026-01-01T00:00:00Z", "seconds": 1.0, "exit_code": 0, "text": "x", "detail": {}},
        lambda home: [f"{one.exit_code:d} {one.seconds:g}" for one in Results(Home(home), "schedule").last().values()],
    ),
    "drills": (
        "drills/1/result.json",
        {"began": "2026-01-01", "scenario": "s", "team": ["eva"], "points": 7, "to_proof": 3.0},
        lambda home: [f"{one.points:d} {one.to_proof or 0:g} {one.team[:1]}" for one in history(home / "drills")],
    ),
    "record": (
        "record.jsonl",
        {"seconds": 1.0, "kind": "line", "router": "r", "text": "x", "missing": 0, "broken": ["r"]},
        lambda home: score(read_record(home)),
    ),
    "lab": (
        "lab.json",
        {
            "pid": 1,
            "control": "/absent",
            "routers": [
                {"name": "r", "platform": "linux", "username": "u", "password": "p", "consoles": ["tcp://192.0.2.1:1"]}
            ],
        },
        lambda home: lab_list(home),
    ),
    "ports": ("ports.json", {"r/0": 1024}, lambda home: PortNumbers(home / "ports.json")),
    "budget": (
        "budget.json",
        {"a": {"month": f"{datetime.now(UTC):%Y-%m}", "bytes": 3}},
        lambda home: Budget("a", 1000, home / "budget.json").left + 1,
    ),
    "spool": (
        "records-spool/r-desk.json",
        {"keeper": "desk", "run": "r", "body": {"a": "b"}},
        lambda home: send(home),
    ),
    "request": (
        "requests.jsonl",
        {"do": "yes", "by": "eva", "question": 1},
        lambda home: str(kept(RunRequest, (home / "requests.jsonl").read_bytes())),
    ),
    "anchor": (
        "runs.jsonl",
        {"run": "r", "device": "d", "operator": "o", "utc": "2026-01-01", "lines": 1, "head": "h"},
        lambda home: Index(Home(home)).read("r"),
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_oob_has_kept_and_is_damaged_stops_no_one(tmp_path: Path, name: str) -> None:
    file, document, read = KEPT[name]
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    wrong = {}
    for what, changed in mistyped(document):
        (tmp_path / file).write_bytes(json.dumps(changed).encode() + b"\n")
        try:
            read(tmp_path)
        except OobError as error:
            if PYTHONIC.search(str(error)):
                wrong[what] = str(error)
        except Exception as error:
            wrong[what] = repr(error)
    assert wrong == {}
