"""What the commands around a recovery share: whom they tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Oob


@pytest.mark.parametrize("text", [b"[1]", b"\xff\xfe", b"[" * 3000, b"log: 5"])
def test_no_recovery_is_stopped_by_whom_it_should_tell(text: bytes, oob: Oob, home: Path) -> None:
    home.mkdir()
    (home / "notify.yaml").write_bytes(text)

    said = oob("recover", "tcp://127.0.0.1:1", "--platform", "cisco_ios", "--username", "ops")

    assert "no messages to anybody: notify.yaml" in said.err
    assert "there is no backup" in said.err
    assert said.code == 7
