"""A home of many backups and runs: by default 100,000 backups of 10,000 devices, and 10,000 runs.

A run is the journal of a recovery that took two attempts, with its hashes made anew for each; a backup is its manifest.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from oob.backup.manifest import NAME as MANIFEST
from oob.backup.manifest import FileMark, Manifest
from oob.recovery.record.anchor import Anchor
from oob.recovery.record.journal import NAME as JOURNAL
from tests.report.test_page import recovery

BEGAN = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)


def write_home(home: Path, devices: int, backups: int, runs: int) -> None:
    """Write so many *backups* of each of so many *devices*, and *runs* with their lines in the index of runs."""
    for number in range(devices):
        for day in range(backups):
            _write_backup(home / "backups", f"r{number}", BEGAN + timedelta(days=day, seconds=number))
    if not runs:
        return
    with tempfile.TemporaryDirectory() as folder:
        told = [asdict(entry) for entry in recovery(Path(folder)).entries()]
    with (home / "runs.jsonl").open("w") as index:
        for number in range(runs):
            run = f"{BEGAN + timedelta(minutes=number):%Y%m%d-%H%M%SZ}-{number:04x}"
            lines = list(_lines(told, run, f"r{number % devices}"))
            folder = home / "runs" / run
            folder.mkdir(parents=True)
            (folder / JOURNAL).write_bytes(b"".join(lines))
            head = json.loads(lines[-1])
            anchor = Anchor(
                run=run, device=head["device"], operator="ada", utc=head["utc"], lines=len(lines), head=head["hash"]
            )
            index.write(json.dumps(asdict(anchor)) + "\n")


def _write_backup(root: Path, device: str, moment: datetime) -> None:
    manifest = Manifest(
        id=f"{moment:%Y%m%d-%H%M%SZ}",
        device=device,
        platform="cisco_ios",
        hostname=device,
        serial="FCZ2129C0PT",
        version="15.7(3)M",
        path="telnet://198.51.100.9:2001",
        change=f"CHG{moment:%d%H%M%S}",
        reason="scheduled",
        known_good=moment.day == 3,
        routes=212,
        started=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        finished=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        tool="oob 0.1.0",
        verified=dict.fromkeys(("facts", "configuration", "routes", "neighbours"), "2 equal readings"),
        files={"config.txt": FileMark(size=12000, sha256="0" * 64), "routes.json": FileMark(size=900, sha256="1" * 64)},
    )
    folder = root / device / manifest.id
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_bytes(manifest.render())


def _lines(told: list[dict[str, Any]], run: str, device: str) -> Iterator[bytes]:
    before = ""
    for entry in told:
        content = {**entry, "run": run, "device": device, "before": before}
        del content["hash"]
        plain = json.dumps(content, separators=(",", ":")).encode()
        before = sha256(plain).hexdigest()
        yield plain[:-1] + b',"hash":"%s"}\n' % before.encode()
