"""Steps on a real Linux console over serial over LAN: ipmitool, a BMC, a serial line, getty, login, and a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.connect import connect
from oob.inventory.device import ConsolePath, Expect, InventoryDevice
from oob.inventory.home import Home
from oob.lab.real.console_servers import PASSWORD
from oob.lab.real.router import PASSWORDS
from oob.lab.real.site import Site
from oob.recovery.api import recover
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.record.outcome import Outcome
from oob.secret.credentials import Credentials
from oob.transport.access import Access, ServerLogin

ROOT = Credentials(username="root", password=PASSWORDS["root"])
RELEASES = "/tmp/releases"  # on the server, which shares no folder with us
PROGRAMS = ["ip", "vtysh", "agetty", "unshare", "ser2net", "sshd", "conserver", "ipmi_sim", "ipmitool", "socat"]


@pytest.fixture(autouse=True)
def _releases(site: Site) -> None:
    """Put two releases on the server, of which the newer one is current."""
    on_server(site, f"rm -rf {RELEASES}; mkdir -p {RELEASES}/41 {RELEASES}/42")
    on_server(site, f"for n in 41 42; do echo $n > {RELEASES}/$n/VERSION; done; ln -s 42 {RELEASES}/current")


def on_server(site: Site, command: str) -> str:
    """Run *command* on r2, over another way than its BMC."""
    with connect(site.servers["r2"].urls["serial"], platform="linux", secrets=ROOT) as device:
        return device.run(command).text


def carry_out(site: Site, folder: Path, *more: dict[str, object]) -> Outcome:
    """Bring the release before back on r2, over its BMC."""
    entry = InventoryDevice(
        name="r2",
        platform="linux",
        paths=(ConsolePath(url=site.servers["r2"].urls["sol"], name="bmc"),),
        expect=Expect(hostname="r2"),
    )
    means = Collaborators(
        home=Home(folder),
        secrets=ROOT,
        operator="ada",
        access=Access(server_login=ServerLogin(password=PASSWORD)),
    )
    steps = (
        {"about": "it is there", "run": f"cat {RELEASES}/41/VERSION", "expect": "^41$", "reads": True},
        {
            "about": "point current to it",
            "run": f"ln -sfn 41 {RELEASES}/current && echo done",
            "expect": "^done$",
            "shows": f"readlink {RELEASES}/current",
            "shown": "^41$",
            "undo": f"ln -sfn 42 {RELEASES}/current",
        },
        *more,
    )
    return recover(entry, means, RunOptions(steps=steps, reopen=30.0))


def test_the_release_before_is_brought_back_over_serial_over_lan(site: Site, tmp_path: Path) -> None:
    outcome = carry_out(site, tmp_path)
    assert outcome.exit_code == 0
    assert [attempt.is_proven for attempt in outcome.attempts] == [True, True]
    assert outcome.path.startswith("sol://")
    assert on_server(site, f"readlink {RELEASES}/current") == "41"


def test_a_step_that_prints_for_ever_is_cancelled_on_the_console_and_all_is_undone(site: Site, tmp_path: Path) -> None:
    forever = {"about": "wait", "run": "while sleep 0.2; do echo waiting; done", "expect": "^ready$", "timeout": 3}
    outcome = carry_out(site, tmp_path, forever)
    assert outcome.exit_code == 1
    assert "timed out after 3 s and was cancelled" in outcome.attempts[-1].failure
    assert outcome.left[:1] == ("undone: step 2, point current to it",)
    assert on_server(site, f"readlink {RELEASES}/current") == "42"
