"""The order of the tests: whole recoveries take longest and are begun first, so that nothing waits for them at last."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "tests/recovery/" not in item.nodeid)
