"""The tunnel to an address, asked of this machine's kernel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from oob.transport.tunnel import tunnel_to

IN_A_NAMESPACE = """
mount -t sysfs none /sys
ip link set lo up
ip tuntap add dev tun7 mode tun
ip address add 10.8.0.2/24 dev tun7
ip link set tun7 up
ip tuntap add dev eth7 mode tap
ip address add 192.0.2.2/24 dev eth7
ip link set eth7 up
ip route add 198.51.100.0/24 dev eth7
ip rule add to 203.0.113.0/24 table 7
ip route add default dev tun7 table 7
exec "$0" -c 'from oob.transport.tunnel import tunnel_to as t
print([t("198.51.100.9"), t("203.0.113.9"), t("10.8.0.9"), t("127.0.0.1")])'
"""


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "console.example.net", "", "-h"])
def test_the_machine_itself_and_names_need_no_tunnel(address: str) -> None:
    assert tunnel_to(address) == ""


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"), reason="needs root, ip")
@pytest.mark.skipif(not Path("/dev/net/tun").exists(), reason="needs /dev/net/tun")
def test_an_address_that_a_rule_sends_through_a_tunnel_is_known() -> None:
    command = ["unshare", "--net", "--mount", "sh", "-ec", IN_A_NAMESPACE, sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout.strip() == "['', 'tun7', 'tun7', '']", done.stderr
