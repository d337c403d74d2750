"""What the commands around a recovery share: whom they tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oob.cli.options import Settings
from oob.cli.recovery import tell
from oob.inventory.home import Home
from oob.recovery.proof.neighbours import Waiting
from oob.recovery.proof.prove import Proof
from oob.recovery.record.ending import PUT_BACK, Ending
from oob.recovery.record.outcome import AttemptOutcome, Outcome
from tests.cli.conftest import Oob


@pytest.mark.parametrize("text", [b"[1]", b"\xff\xfe", b"[" * 3000, b"log: 5"])
def test_no_recovery_is_stopped_by_whom_it_should_tell(text: bytes, oob: Oob, home: Path) -> None:
    home.mkdir()
    (home / "notify.yaml").write_bytes(text)

    said = oob("recover", "tcp://127.0.0.1:1", "--platform", "cisco_ios", "--username", "ops")

    assert f"no messages are sent: {home / 'notify.yaml'}: " in said.err
    assert "there is no backup" in said.err
    assert said.code == 7


PROVEN = Proof(target="b1", baseline="b1", lines=())


@pytest.mark.parametrize(
    ("ending", "more", "commands"),
    [
        (Ending.RECOVERED, {}, ["oob after RUN", "oob watch RUN", "oob report RUN"]),
        (Ending.UNCHANGED, {}, ["oob verify edge1"]),
        (Ending.PUT_BACK, {}, ["oob report RUN", "oob console edge1", "oob verify edge1"]),
        (
            Ending.WAITING,
            {"waiting": Waiting(routes=14, neighbours=("r3",))},
            ["oob recover r3", "oob verify edge1", "oob report RUN"],
        ),
    ],
)
def test_a_recovery_ends_with_the_next_commands(
    ending: Ending,
    more: dict[str, Any],
    commands: list[str],
    home: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome = Outcome(run="RUN", device="edge1", platform="cisco_ios", ending=ending, target="b1", proof=PROVEN, **more)
    code = tell(Settings(as_json=False, plain=True, home=Home(home)), outcome)
    text = capsys.readouterr().out
    assert code == (0 if ending in (Ending.RECOVERED, Ending.UNCHANGED) else 1)
    assert [line.split("  ")[0] for line in text.split("  next: ")[1:]] == commands
    if ending is Ending.WAITING:
        assert "configuration proven; 14 routes wait for r3; kept" in text


def test_attempts_stand_below_headings(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = AttemptOutcome(number=1, strategy="backup", title="bring it", failure="not proven")
    back = AttemptOutcome(number=1, strategy="backup", title="bring it", phase=PUT_BACK)
    outcome = Outcome(
        run="RUN", device="edge1", platform="cisco_ios", ending=Ending.PUT_BACK, target="b1", attempts=(first, back)
    )
    tell(Settings(as_json=False, plain=True, home=Home(home)), outcome)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "edge1: NOT restored: no attempt worked, and the broken state was put back"
    assert lines[1:5] == [
        "  attempts to recover:",
        "    attempt 1, backup: failed: not proven",
        "  attempts to put the broken state back:",
        "    attempt 1, backup: proven",
    ]
