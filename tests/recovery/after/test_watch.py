"""The time after a recovery, with a clock that a test turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from oob.clock import Clock
from oob.errors import UsageError
from oob.recovery.after.watch import watch
from oob.recovery.api import recover
from oob.recovery.context import RunOptions
from oob.report.messages import messages
from oob.report.scorecard import score
from tests.recovery.conftest import Site


def test_a_device_that_stays_is_resolved_and_one_that_does_not_is_not(site: Site) -> None:
    site.broken("core1")
    run = recover(site.entry("core1"), site.means(), RunOptions(converge=20.0)).run
    before = score(site.journal(run).entries)
    now = [0.0]

    def wait(seconds: float) -> None:
        now[0] += seconds

    means = replace(site.means("bob"), clock=Clock(monotonic=lambda: now[0], wait=wait))
    assert watch(run, site.entry("core1"), means, minutes=15, every=450)
    assert site.events(run).count("watch.looked") == 3

    now[0] = 0.0
    assert watch(run, site.entry("core1"), means, minutes=0.5, every=450)
    assert now[0] == 30.0
    assert "stayed stable for 0.5 minutes" in site.journal(run).entries[-1].data["text"]

    site.broken("core1")
    assert not watch(run, site.entry("core1"), means, minutes=15, every=450)
    kinds = [message.kind for message in messages(site.journal(run).entries)]
    assert kinds[-4:] == ["completed", "resolved", "resolved", "not stable"]
    assert score(site.journal(run).entries) == before
    with pytest.raises(UsageError, match="no such run"):
        watch("x", site.entry("core1"), means, minutes=1, every=1)
    assert recover(site.entry("core1"), site.means(), RunOptions(converge=20.0)).exit_code == 0
