from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.reach import Reach
from oob.errors import ProfileError
from oob.events import Events
from oob.inventory.device import ConsolePath, Device
from oob.secret.credentials import Credentials
from oob.secret.masking import Masker


def test_a_platform_without_a_profile_is_in_nobodys_way_until_oob_is_to_log_in(tmp_path: Path) -> None:
    entry = Device(name="sw1", platform="netmiko:zte_zxros", paths=(ConsolePath(url="tcp://127.0.0.1:1", name="1"),))
    way = Reach(entry, Credentials(), folder=tmp_path, masker=Masker())
    with way.transcript("tcp://127.0.0.1:1") as tape:
        tape.sent(b"x")
    assert len(list(tmp_path.glob("sw1-*.cast"))) == 1
    with pytest.raises(ProfileError, match="no profile of this name"):
        way.open()


def test_a_disk_that_takes_no_transcript_keeps_nobody_from_the_device(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    told: list[str] = []
    entry = Device(name="r1", platform="linux", paths=(ConsolePath(url="exec:///bin/sh?arg=-i", name="1"),))
    events = Events()
    events.subscribe(lambda event: told.append(f"{event.name}: {event.text}"))
    way = Reach(entry, Credentials(), folder=tmp_path / "home" / "transcripts", masker=Masker(), events=events)
    with way.open() as device:
        assert device.run("echo hi").text == "hi"
    assert "console.note: there will be no transcript: Not a directory" in told
