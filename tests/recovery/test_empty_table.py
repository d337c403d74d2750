"""A router that has lost every route, and prints no table at all, is recovered like any other."""

from __future__ import annotations

from oob.recovery.api import recover, verify
from oob.recovery.context import RunOptions
from tests.recovery.conftest import Site

QUICK = RunOptions(converge=20.0, reopen=30.0)


def test_a_junos_router_without_a_route_is_recovered(site: Site) -> None:
    site.type("core1", ("delete interfaces", "delete protocols", "delete routing-options", "commit"))
    with site.open("core1") as device:
        assert device.route_text().strip() == ""

    outcome = recover(site.entry("core1"), site.means(), QUICK)

    assert outcome.exit_code == 0
    assert verify(site.entry("core1"), site.means(), QUICK).is_proven
