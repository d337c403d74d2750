"""What `oob platforms` says of a platform is never more than is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.lab.topology import five_topology
from oob.profile.store import load, platforms
from tests.cli.conftest import Oob, home, oob
from tests.profile.samples import sample

__all__ = ["home", "oob"]  # fixtures

ROOT = Path(__file__).parents[2]


def of(standing: str) -> list[str]:
    return [name for name in platforms() if load(name).standing == standing]


@pytest.mark.parametrize("platform", of("drilled"))
def test_a_drilled_platform_names_the_router_that_it_is_drilled_on(platform: str) -> None:
    router = sample(platform).drilled_on

    assert load(platform).strategies
    if router.endswith(".py"):
        test = (ROOT / router).read_text()
        assert f'"{platform}"' in test
        assert "recover(" in test
    else:
        assert {spec.platform for spec in five_topology().routers if spec.name == router} == {platform}


@pytest.mark.parametrize("platform", of("replayed"))
def test_a_replayed_platform_names_what_is_replayed(platform: str) -> None:
    known = sample(platform)

    assert known.recordings or "connect(" in (ROOT / known.replayed_by).read_text()


@pytest.mark.parametrize("platform", [name for name in of("documented") + of("replayed") if load(name).strategies])
def test_a_platform_that_was_not_drilled_says_which_documents_it_is_from(platform: str) -> None:
    head = (ROOT / "device_profiles" / f"{platform}.yaml").read_text().split("platform:")[0]

    assert "Sources: " in head
    assert not sample(platform).drilled_on


def test_the_platforms_are_listed_with_their_standing(oob: Oob) -> None:
    listed = {row["platform"]: row["standing"] for row in oob("platforms", "--json").document}

    assert listed == {name: load(name).standing for name in platforms()}
    assert set(of("drilled")) == {"arista_eos", "cisco_ios", "cisco_nxos", "cisco_xr", "frr", "juniper_junos"}
    shown = oob("platforms").out
    assert all(f"{standing}: " in shown for standing in ("drilled", "replayed", "documented"))
