from __future__ import annotations

from pathlib import Path

import pytest

from oob.console.transcripts import Transcripts
from oob.device.session import DeviceSession
from oob.errors import ProfileError
from oob.events import Events
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.secret.credentials import Credentials
from oob.secret.masking import Masker


def test_a_platform_without_a_profile_is_in_nobodys_way_until_oob_is_to_log_in(tmp_path: Path) -> None:
    entry = InventoryDevice(
        name="sw1", platform="netmiko:zte_zxros", paths=(ConsolePath(url="tcp://127.0.0.1:1", name="1"),)
    )
    way = DeviceSession(entry, Credentials(), tape=Transcripts.of(tmp_path, "sw1", Masker()).begin)
    tape = way.tape("tcp://127.0.0.1:1")
    tape.sent(b"x")
    tape.close()
    assert len(list(tmp_path.glob("sw1-*.cast"))) == 1
    with pytest.raises(ProfileError, match="unknown platform"):
        way.open()


def test_a_disk_that_takes_no_transcript_keeps_nobody_from_the_device(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    told: list[str] = []
    entry = InventoryDevice(name="r1", platform="linux", paths=(ConsolePath(url="exec:///bin/sh?arg=-i", name="1"),))
    events = Events()
    events.subscribe(lambda event: told.append(f"{event.name}: {event.text}"))
    tape = Transcripts.of(tmp_path / "home" / "transcripts", "r1", Masker()).begin
    way = DeviceSession(entry, Credentials(), tape=tape, events=events)
    with way.open() as device:
        assert device.run("echo hi").text == "hi"
    assert "console.note: no transcript is written: a file has this name" in told
