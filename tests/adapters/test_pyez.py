"""PyEZ scripts, unchanged but for how they connect, on the virtual Junos router."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import pytest

from oob.adapters.pexpect import spawn
from oob.deadline import Deadline
from oob.errors import LoginRefused
from oob.lab.control import LabRouter, lab_up
from oob.lab.topology import default_topology
from oob.transport.opening import open_url
from tests.adapters.conftest import PORTS

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # PyEZ and ncclient import modules that Python deprecated
    from jnpr.junos.console import Console
    from jnpr.junos.exception import ConnectAuthError, ConnectClosedError, RpcError, RpcTimeoutError
    from jnpr.junos.op.routes import RouteTable

    from oob.adapters.pyez import LineConsole, console


def opened(core: LabRouter, path: int, **options: float) -> LineConsole:
    return console(core.consoles[path], username=core.username, password=core.password, **options)


@pytest.fixture(scope="module")
def own_telnet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Future[float]]:
    """How long PyEZ's own login over telnet takes, found out while the other tests run."""
    topology = default_topology().with_router("core1", baud=0, ports=PORTS[:1], receive_buffer=65536)
    with lab_up(tmp_path_factory.mktemp("own"), topology, owned=True) as lab, ThreadPoolExecutor(1) as pool:
        router = lab.router("core1")
        port = int(router.consoles[0].rpartition(":")[2])
        login = {"user": router.username, "passwd": router.password}
        device = Console(host="127.0.0.1", mode="telnet", port=port, gather_facts=False, **login)
        yield pool.submit(seconds_to_log_in, device)
        device.close()


def seconds_to_log_in(device: Console) -> float:
    started = time.monotonic()
    with suppress(ConnectAuthError):  # on a busy machine it takes an old prompt for a refusal; the time is what counts
        device.open()
    return time.monotonic() - started


@pytest.mark.usefixtures("own_telnet")
def test_a_script_runs_commands_and_reads_the_configuration(core: LabRouter, path: int) -> None:
    with opened(core, path) as device:
        assert "Hostname: core1" in device.cli("show version", warning=False)
        text = device.rpc.get_config(options={"format": "set"}).text
        assert "set interfaces ge-0/0/0 unit 0 family inet address 10.0.12.2/30" in text
    assert not device.connected
    with spawn(core.consoles[0], timeout=20) as child:
        child.sendline()
        assert child.expect(["login: ", ">"]) == 0


def test_facts_and_tables_are_there(core: LabRouter) -> None:
    # PyEZ's own console mode has no tables: https://github.com/Juniper/py-junos-eznc/issues/1423
    with opened(core, 1) as device:
        assert (device.facts["hostname"], device.facts["serialnumber"]) == ("core1", "JN12A34BCAFB")
        route = RouteTable(device).get("192.168.10.0/24")["192.168.10.0/24"]
        assert (route.protocol, route.nexthop) == ("OSPF", ["10.0.12.1", "10.0.13.1"])
        with pytest.raises(RpcError, match="syntax error"):
            RouteTable(device).get("no-address")


def test_a_console_can_be_opened_again(core: LabRouter) -> None:
    device = opened(core, 1)
    for _ in range(2):
        device.open()
        assert device.hostname == core.consoles[1]
        device.close()


def test_a_refused_login_is_oobs_own_error(core: LabRouter) -> None:
    with pytest.raises(LoginRefused):
        console(core.consoles[1], username="lab", password="wrong").open()


@pytest.mark.parametrize(("kind", "error"), [("stall", RpcTimeoutError), ("fail", ConnectClosedError)])
def test_a_path_that_stalls_or_dies_in_an_rpc_is_pyezs_own_error(
    core: LabRouter, kind: str, error: type[Exception]
) -> None:
    url = core.consoles[0].replace("telnet://", "fault+telnet://") + f"?fault.kind={kind}&fault.at=2000&fault.seconds=1"
    device = console(url, username=core.username, password=core.password, silence=0.3)
    device.open()
    with pytest.raises(error):
        device.rpc.get_config(options={"format": "set"})
    device.close(skip_logout=True)
    # The device still talks NETCONF there and answers no other keys: close that session as its owner would.
    with open_url(core.consoles[0], Deadline(10)) as line:
        line.write(b"<rpc><close-session/></rpc>", 5)
        seen = b""
        while b"session end" not in seen:
            seen += line.read(4096, 5)


def test_a_console_opens_many_times_sooner_than_over_pyezs_own_telnet(
    core: LabRouter, own_telnet: Future[float]
) -> None:
    # PyEZ's own login sleeps for five seconds on a line that says nothing, and again at a prompt.
    by_itself = own_telnet.result()
    device = opened(core, 0)
    started = time.monotonic()
    device.open()
    ours = time.monotonic() - started
    device.close()
    assert by_itself > 5 * ours
