"""What prints the configuration, beside what Netmiko and oob's profiles know of it."""

from __future__ import annotations

import pytest
from netmiko.ssh_dispatcher import CLASS_MAPPER
from netmiko.utilities import SHOW_RUN_MAPPER

from oob.adapters.line import base, profile
from oob.adapters.netmiko_configuration import COMMANDS

SHORTER = {"fortinet", "cisco_wlc"}  # of which Netmiko prints the defaults, or the state, as well


def test_every_type_that_has_a_command_is_one_of_netmikos() -> None:
    assert set(COMMANDS) <= {base(name) for name in CLASS_MAPPER}


def test_netmikos_own_table_says_the_same() -> None:
    mine = {name: COMMANDS[name] for name in SHOW_RUN_MAPPER if name in COMMANDS and name not in SHORTER}
    assert len(mine) > 15
    assert mine == {name: SHOW_RUN_MAPPER[name] for name in mine}


@pytest.mark.parametrize("name", ["arista_eos", "cisco_ios", "hp_comware", "huawei_vrp", "juniper_junos", "nokia_srl"])
def test_the_profile_of_a_type_says_the_same(name: str) -> None:
    known = profile(name)
    assert known is not None
    assert known.configuration is not None
    assert COMMANDS[name] in known.configuration.read.commands
