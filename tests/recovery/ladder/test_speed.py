"""The speed of a path, from its URL."""

from __future__ import annotations

import pytest

from oob.recovery.ladder.speed import Speed


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("serial:///dev/ttyUSB0", "9600 bit/s"),
        ("serial:///dev/ttyUSB0?baud=115200", "115200 bit/s"),
        ("record+serial:///dev/ttyUSB0?baud=19200", "19200 bit/s"),
        ("ssh://ops@198.51.100.9/port07", "9600 bit/s (assumed)"),
        ("serial:///dev/ttyUSB0?baud=fast", "9600 bit/s (assumed)"),
        ("no URL at all", "9600 bit/s (assumed)"),
    ],
)
def test_a_path_is_as_fast_as_its_url_says(url: str, shown: str) -> None:
    assert str(Speed.of_path(url)) == shown
