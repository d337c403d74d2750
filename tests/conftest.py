"""How the tests begin: with signals as at a terminal, and with whole recoveries, which take longest."""

from __future__ import annotations

import signal

import pytest

from oob.console import attach

# The virtual routers count no boot down: a test that opens a console need not listen for one. `test_looking` listens as
# long as the product does, and programs that tests start do, too.
LISTENS, attach.UNKNOWN = attach.UNKNOWN, 0.1

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, bool]:
    file = item.nodeid.partition("::")[0].removeprefix("tests/")
    return LONGEST.index(file) if file in LONGEST else len(LONGEST), not file.startswith("recovery/")
