"""How the tests begin: with signals as at a terminal, and with whole recoveries, which take longest."""

from __future__ import annotations

import gc
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from oob.console import attach

# How long one example takes says how busy the machine is. Tests that are about time measure the processor's.
settings.register_profile("oob", deadline=None)
settings.load_profile("oob")

# The virtual routers count no boot down: a test that opens a console need not listen for one. `test_looking` listens as
# long as the product does, and programs that tests start do, too.
LISTENS, attach.UNKNOWN = attach.UNKNOWN, 0.1

# The longest files, longest first: a process takes a whole file, and one that begins late keeps all others waiting.
LONGEST = (
    "recovery/test_kill.py",
    "cli/test_prompts.py",
    "recovery/test_failures.py",
    "drill/test_drill.py",
    "drill/test_lab.py",
    "recovery/run/test_run.py",
    "recovery/test_operators.py",
    "fleet/test_cluster.py",
    "drill/practice/test_hands_on.py",
    "drill/test_five.py",
    "fleet/test_region_down.py",
    "recovery/run/test_server.py",
    "recovery/proof/test_neighbours.py",
    "recovery/test_wrong_port.py",
    "recovery/run/test_permission.py",
    "console/test_storm.py",
    "console/test_linear.py",
    "cli/test_wrong_types.py",
    "device/table_check/test_levels.py",
    "recovery/run/test_preflight.py",
)
for _file in LONGEST:
    assert (Path(__file__).parent / _file).exists(), f"{__file__}: LONGEST names {_file}, which is not there"


def pytest_configure() -> None:
    """Have signals mean what they mean at a terminal: what a shell starts in the background ignores them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    gc.disable()  # what is collected stays: looking through it again and again is a sixth of the time it takes


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)
    gc.freeze()
    gc.enable()


def _place(item: pytest.Item) -> tuple[int, bool]:
    file = item.nodeid.partition("::")[0].removeprefix("tests/")
    return LONGEST.index(file) if file in LONGEST else len(LONGEST), not file.startswith("recovery/")
