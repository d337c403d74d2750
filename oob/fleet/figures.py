"""The error rate that monitoring shows, read from a file: the same figures that `oob decide` takes."""

from __future__ import annotations

from pathlib import Path

from oob import durable
from oob.errors import UsageError
from oob.recovery.authority.decision import figures


def error_rate(path: Path | None) -> float | None:
    """Return the error rate in percent that *path* holds as `error_rate=2.5`, None where it cannot be read."""
    if path is None:
        return None
    try:
        return figures(durable.read_file(path).decode().strip()).error_rate
    except (OSError, UnicodeDecodeError, UsageError):
        return None
