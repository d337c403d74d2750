"""A probe only looks: it stops no boot, types nothing at a boot loader, and calls neither usable."""

from __future__ import annotations

import pytest

from oob.device import probe as probing
from oob.profile.store import load
from tests.console.dialogue import At, Dialogue, Packets, Then, on_its_clock

CASES = [
    ("cisco_ios", "Preparing to autoboot. [Press Ctrl-C to interrupt]  5 ", "booting"),
    ("hp_comware", "Automatic configuration is running, press CTRL_C or CTRL_D to break.\n", "booting"),
    ("cisco_ios", "\nrommon 1 > ", "boot loader"),
    ("linux", "\n=> ", "boot loader"),
    ("fortinet", "\nEnter C,R,T,F,I,B,Q,or H: ", "boot loader"),
    ("juniper_junos", "\nloader> ", "boot loader"),
    ("fortinet", "\nNew Password: ", "needs a person"),
    ("linux", "\nVerification code: ", "needs a person"),
]


@pytest.mark.parametrize(("platform", "shown", "verdict"), CASES)
def test_what_no_recovery_could_begin_over_is_named_and_left_alone(
    monkeypatch: pytest.MonkeyPatch, platform: str, shown: str, verdict: str
) -> None:
    device = Dialogue({"now": At(shown, {"*": Then()})}, "now", Packets(7))
    on_its_clock(monkeypatch, device)
    monkeypatch.setattr(probing, "open_url", lambda *_: device)

    finding = probing.probe("dialogue://", load(platform))

    assert (finding.verdict, finding.is_usable, finding.exit_code) == (verdict, False, 8)
    assert not finding.measure
    assert device.lines("now") == []


def test_a_port_that_others_use_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    menu = (
        "\n* * * ttyS7 is being used by (admin) !!!\n\n1 - Initiate a sniff session\n5 - Quit\n\nEnter your option : "
    )
    device = Dialogue({"menu": At(menu, takes_lines=False)}, "menu", Packets(7))
    on_its_clock(monkeypatch, device)
    monkeypatch.setattr(probing, "open_url", lambda *_: device)

    finding = probing.probe("dialogue://", load("cisco_ios"))

    assert (finding.verdict, finding.exit_code) == ("busy", 4)
    assert "admin" in finding.holder
