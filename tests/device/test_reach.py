from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.reach import Reach
from oob.errors import ProfileError
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
