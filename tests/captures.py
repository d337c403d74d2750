"""Where captures by others lie; tests read them in place and skip, saying so, where they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("OOB_CAPTURES") or Path(__file__).parents[2] / "shared" / "data")


def need(folder: str) -> Path:
    """Return a folder of captures, or skip the test."""
    path = FOLDER / folder
    if not path.is_dir():
        pytest.skip(f"no captures of others in {path}; point OOB_CAPTURES at a copy")
    return path
