"""Real console servers, each with a serial line whose device end the test holds."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from oob.lab.real.site import Site
from tests.real.process import Line


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here as `real`, and say what is missing instead of failing."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("real")
            if os.geteuid() != 0:
                item.add_marker(pytest.mark.skip(reason="needs root"))
            for program in getattr(item.module, "PROGRAMS", ()):  # type: ignore[attr-defined]  # an item of ours has one
                if not shutil.which(program):
                    item.add_marker(pytest.mark.skip(reason=f"{program} is not installed"))


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """Give a serial line."""
    line = Line(tmp_path)
    yield line
    line.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give three routers behind every kind of console server; whoever changes something puts it back."""
    with Site(tmp_path_factory.mktemp("site")) as site:
        site.power_on()
        yield site
        assert site.wan.questions == 0  # no server of it has asked for a name either
