"""What the answer of a management network is worth."""

from __future__ import annotations

import warnings

from oob.cli.in_band import judged

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # NAPALM imports modules that Python deprecated
    from oob.adapters.napalm import InBand

ANSWER = InBand(address="192.0.2.1", hostname="edge9", serial="FCZ1", version="17.9", seconds=1.24)


def test_another_device_at_the_address_is_not_management_back() -> None:
    found = judged(ANSWER, "FCZ2711R0AB")
    assert not found.is_back
    assert "edge9 with serial number FCZ1 answers at 192.0.2.1, FCZ2711R0AB was expected" in found.line()


def test_the_device_itself_is_and_so_is_one_of_which_no_serial_number_is_known() -> None:
    assert judged(ANSWER, "FCZ1").is_back
    assert judged(ANSWER, "").line() == "in-band: edge9 answers at 192.0.2.1, in 1.2 s"
