"""Lists of checkpoints, and how one is known again after others were made."""

from __future__ import annotations

import pytest

from oob.device.checkpoint import files, listed
from oob.profile.model import Checkpoints
from oob.profile.store import load

JUNOS = """\
0   2026-11-21 17:05:09 UTC by ops via cli commit confirmed, rollback in 5mins
1   2026-11-21 17:05:01 UTC by ops via cli
2   2026-11-21 17:05:01 UTC by ops via cli
3   2026-11-20 09:12:44 UTC by root via other
"""
LATER = """\
0   2026-11-21 17:11:30 UTC by root via other
1   2026-11-21 17:05:09 UTC by ops via cli commit confirmed, rollback in 5mins
2   2026-11-21 17:05:01 UTC by ops via cli
3   2026-11-21 17:05:01 UTC by ops via cli
4   2026-11-20 09:12:44 UTC by root via other
"""


def _checkpoints(platform: str) -> Checkpoints:
    data = load(platform).checkpoints
    assert data is not None
    return data


def test_a_commit_is_known_again_when_others_have_moved_it_down() -> None:
    before, after = listed(_checkpoints("juniper_junos"), JUNOS), listed(_checkpoints("juniper_junos"), LATER)

    assert [one.name for one in before] == ["1", "2", "3"]
    assert [one.name for one in after] == ["1", "2", "3", "4"]
    assert [one.lasting for one in after[1:]] == [one.lasting for one in before]
    assert len({one.lasting for one in after}) == len(after)


def test_a_name_that_stays_needs_nothing_else_to_be_known_by() -> None:
    data = Checkpoints(command="show checkpoints", pattern=r"^(?P<name>cp\d)$", newest="last")

    assert [(one.name, one.lasting) for one in listed(data, "cp1\ncp2\n")] == [("cp2", ""), ("cp1", "")]


@pytest.mark.parametrize("text", ["", "there are none\n"])
def test_a_device_may_have_none(text: str) -> None:
    data = Checkpoints(command="show checkpoints", pattern=r"^(?P<name>\S+)", absent="^there are none")

    assert listed(data, text) == ()


# After outputs of `dir` in genieparser's tests (iosxe Dir golden_output_c3850, nxos Dir golden_output, iosxr Dir
# golden_output_1 and 2) and, for EOS, the virtual router; the names of configurations are ours.
FLASH = {
    "cisco_ios": """\
Directory of flash:/

30530  -rw-            16872  Apr 10 2017 17:20:51 +00:00  bootloader_evt_handle.log
30534  drwx             4096  Jan 15 2017 20:53:32 +00:00  .rollback_timer
30539  -rw-          2097152  Apr 10 2017 17:25:37 +00:00  nvram_config
    4  -rw-             2461                    <no date>  before-change.cfg

1598627840 bytes total (880939008 bytes free)
""",
    "cisco_nxos": """\
       4096    Apr 20 10:23:05 2017  .backup/
       1398    Feb 02 00:48:18 2017  20170202_074746_poap_7537_init.log
      51599    Mar 15 10:35:50 2017  spine1-config.txt

Usage for bootflash://
  108449792 bytes used
""",
    "cisco_xr": """\

Directory of disk0:
   15 lrwxrwxrwx 1    12 May 10  2017 config -> /misc/config
   20 -rw-r--r-- 1   773 May 10  2017 cvac.log
 8179 drwxr-xr-x 9  4096 May 10 13:41 archive
   14 -rw-r--r-- 1 10429 May 10 13:15 good.cfg
9867        -rwx  8909        Thu Jan 15 15:29:26 2015  old.cfg

1012660 kbytes total (939092 kbytes free)
""",
    "arista_eos": """\
Directory of flash:/

       -rw-            2461  Mar  4 12:00  startup-config
       drwx            4096  Mar  4 12:00  archive
       -rw-              12  Mar  4 12:00  boot.ini
""",
}
KEPT = {
    "cisco_ios": [("nvram_config", "Apr 10 2017 17:25:37 +00:00"), ("before-change.cfg", "<no date>")],
    "cisco_nxos": [("spine1-config.txt", "Mar 15 10:35:50 2017")],
    "cisco_xr": [("good.cfg", "May 10 13:15"), ("old.cfg", "Thu Jan 15 15:29:26 2015")],
    "arista_eos": [("startup-config", "Mar 4 12:00")],
}


@pytest.mark.parametrize("platform", FLASH)
def test_files_on_the_flash_that_may_hold_a_configuration_are_listed(platform: str) -> None:
    data = load(platform).files
    assert data is not None

    found = files(data, FLASH[platform])

    assert [(one.name, one.taken) for one in found] == KEPT[platform]
    assert all(one.show.endswith(one.name) for one in found)
