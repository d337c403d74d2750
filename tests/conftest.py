"""How the tests begin: compiled by all processes together, and with whole recoveries, which take longest."""

from __future__ import annotations

import os
import signal
import warnings
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

# One for each process: what comes behind them waits until they are through.
LONGEST = (
    "recovery/test_kill.py",
    "recovery/test_run.py",
    "recovery/test_failures.py",
    "recovery/test_operators.py",
    "lab/test_drill_lab.py",
    "recovery/test_preflight.py",
)


def pytest_configure() -> None:
    """Have signals mean what they mean at a terminal: what a shell starts in the background ignores them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin with another share of the tests in each process: what one has compiled, the others need only read."""
    number, count = (os.environ.get(f"PYTEST_XDIST_WORKER{what}") for what in ("", "_COUNT"))
    if not number or not count:
        return
    files = [file for argument in session.config.args for file in sorted(Path(argument).rglob("test_*.py"))]
    for file in files[int(number.removeprefix("gw")) :: int(count)]:
        # What is wrong with it is said when the tests are collected.
        with suppress(Exception, pytest.skip.Exception), warnings.catch_warnings():
            warnings.simplefilter("error")
            import_module(".".join(file.resolve().relative_to(session.config.rootpath).with_suffix("").parts))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, bool]:
    file = item.nodeid.partition("::")[0].removeprefix("tests/")
    return LONGEST.index(file) if file in LONGEST else len(LONGEST), not file.startswith("recovery/")
