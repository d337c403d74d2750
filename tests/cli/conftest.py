from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
import pytest

from oob.cli.main import main


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Oob = Callable[..., Said]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of a test; nothing of the person who runs it shines through."""
    for name in ("USERNAME", "PASSWORD", "ENABLE", "SERVER_USERNAME", "SERVER_PASSWORD", "IDENTITY"):
        monkeypatch.delenv(f"OOB_{name}", raising=False)
    monkeypatch.setenv("OOB_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def oob(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Oob:
    """Return what runs `oob` with the words given, as the installed program does."""

    def run(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["oob", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        code = ended.value.code
        return Said(code=code if isinstance(code, int) else 1, out=captured.out, err=captured.err)

    return run


@pytest.fixture
def identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of an age identity that the environment names."""
    path = tmp_path / "identity.txt"
    path.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    monkeypatch.setenv("OOB_IDENTITY", str(path))
    return path


@pytest.fixture
def hosts(home: Path) -> Callable[[str], None]:
    """Return what writes a hosts.yaml into the home."""

    def write(text: str) -> None:
        (home / "inventory").mkdir(parents=True, exist_ok=True)
        (home / "inventory" / "hosts.yaml").write_text(text)

    return write
