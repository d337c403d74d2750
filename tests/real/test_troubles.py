"""Every way to a router's console against everything that goes wrong with one: the right word, in time, nobody left on.

Each case is a command as a person would type it, and afterwards the same command, which must find the console free and
logged out.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from oob.deadline import Deadline
from oob.inventory.home import Home
from oob.lab.real.console_servers import PASSWORD
from oob.lab.real.router import PASSWORDS
from oob.lab.real.site import Site
from oob.transport.access import Access, ServerLogin
from oob.transport.opening import open_url
from oob.transport.url import parse
from tests.real.process import wait_until

PROGRAMS = ["ip", "vtysh", "agetty", "unshare", "ser2net", "sshd", "conserver", "ipmi_sim", "ipmitool", "socat"]

SERVER = {
    "tcp": "ser2net",
    "telnet": "ser2net",
    "rfc2217": "ser2net",
    "ssh": "ssh",
    "console": "conserver",
    "sol": "sol",
}
LIMIT = 20.0
STARTING = 6.0  # seconds that Python takes to begin and to end, on a busy machine
HALF_OPEN = 40.0  # seconds until a server that lost its client without a word has tried to reach it once more
BUSY = "sh -c 'echo at work; sleep 2; seq 1 20'"  # what the router is doing while the path dies

ways = pytest.mark.parametrize("way", SERVER)
ways_and_cable = pytest.mark.parametrize("way", ["serial", *SERVER])


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a command came to: its exit code, everything it said, and the seconds since *began*."""

    code: int
    text: str
    seconds: float
    document: Any

    def is_in_time(self) -> bool:
        return self.seconds < LIMIT + STARTING or self.seconds < LIMIT + 3 * importing()


def importing() -> float:
    """Return the seconds that Python takes just now for the imports of a command, its longest part but the waits."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import oob.cli.main, oob.device.connect, paramiko"], check=True)
    return time.monotonic() - began


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a home whose inventory has r2, and the passwords."""

    site: Site
    home: Path

    @property
    def urls(self) -> dict[str, str]:
        return self.site.servers["r2"].urls

    def knows(self, *urls: str) -> None:
        (self.home / "inventory").mkdir(exist_ok=True)
        paths = [{"url": url, "name": str(number)} for number, url in enumerate(urls)]
        entry = {"r2": {"platform": "frr", "data": {"oob": {"paths": paths}}}}
        (self.home / "inventory" / "hosts.yaml").write_text(json.dumps(entry))
        self.known_hosts.write_text(self.site.servers["r2"].known_host)

    @property
    def known_hosts(self) -> Path:
        return Home(self.home).known_hosts

    def access(self) -> Access:
        return Access(server_login=ServerLogin(user="ops", password=PASSWORD), known_hosts=self.known_hosts)

    def begin(self, command: str, **environment: str) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", "from oob.cli.main import main; main()", "run", "r2", command]
        known = {
            "OOB_USERNAME": "root",
            "OOB_PASSWORD": PASSWORDS["root"],
            "OOB_SERVER_USERNAME": "ops",
            "OOB_SERVER_PASSWORD": PASSWORD,
        }
        return subprocess.Popen(
            [*words, "--home", str(self.home), "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **known, **environment},
        )

    def run(self, command: str = "hostname", **environment: str) -> Said:
        began = time.monotonic()
        return self.end(self.begin(command, **environment), began)

    def end(self, process: subprocess.Popen[str], began: float) -> Said:
        out, error = process.communicate(timeout=90)
        document = json.loads(out) if out else {}
        said = f"{error} {document.get('error', '')}"
        return Said(code=process.returncode, text=said, seconds=time.monotonic() - began, document=document)

    def finds_it_free(self) -> None:
        """The next person gets in, and finds nobody logged in."""
        deadline = Deadline(HALF_OPEN)
        said = self.run()
        while said.code == 4 and not deadline.is_over:
            said = self.run()
        assert said.code == 0, said.text
        assert said.document["state_found"] in ("login", "password")  # to which a return after a refusal leads
        assert said.document["commands"][0]["output"] == "r2"

    def loses(self, trouble: Callable[[], None]) -> Said:
        """Run a command, and let *trouble* come once the router is at it; the seconds count from then."""
        log = self.home / "transcripts"
        before = set(log.glob("*.log")) if log.exists() else set()
        process = self.begin(BUSY)
        wait_until(lambda: any("< at work" in file.read_text() for file in set(log.glob("*.log")) - before), seconds=20)
        began = time.monotonic()
        trouble()
        return self.end(process, began)


@pytest.fixture
def person(site: Site, tmp_path: Path) -> Iterator[Person]:
    yield Person(site=site, home=tmp_path)
    site.wan.restore()


@ways_and_cable
def test_a_console_that_somebody_has_is_busy(person: Person, way: str) -> None:
    person.knows(person.urls[way])
    with open_url(person.urls[way], Deadline(20), person.access()) as held:
        held.read(1, 0.3)
        said = person.run()
        assert (said.code, said.is_in_time()) == (4, True), said
        assert "in use" in said.text or "busy" in said.text
    person.finds_it_free()


@ways
def test_a_port_where_nobody_is_refuses(person: Person, way: str) -> None:
    person.knows(person.urls[way].replace(str(port(person.urls[way])), "9"))
    said = person.run()
    assert (said.code, said.is_in_time()) == (3, True), said
    assert "the port is shut" in said.text or "no BMC answers" in said.text or "the BMC does not answer" in said.text
    person.knows(person.urls[way])
    person.finds_it_free()


@pytest.mark.parametrize("way", ["ssh", "console", "sol"])
def test_a_wrong_password_for_the_server_is_refused(person: Person, way: str) -> None:
    person.knows(person.urls[way])
    said = person.run(OOB_SERVER_PASSWORD="wrong-canary")
    assert (said.code, said.is_in_time()) == (5, True), said
    assert "refused" in said.text or "invalid password" in said.text
    assert "wrong-canary" not in said.text
    person.finds_it_free()


@ways_and_cable
def test_a_wrong_password_for_the_router_is_refused(person: Person, way: str) -> None:
    person.knows(person.urls[way])
    said = person.run(OOB_PASSWORD="wrong-canary")
    assert (said.code, said.is_in_time()) == (5, True), said
    assert "refused" in said.text
    assert "wrong-canary" not in said.text
    person.finds_it_free()


def test_a_wrong_key_is_refused_before_anything_is_sent(person: Person) -> None:
    person.knows(person.urls["ssh"])
    other = person.site.servers["r1"].known_host.split()[2]
    known = person.site.servers["r2"].known_host.split()
    person.known_hosts.write_text(f"{known[0]} {known[1]} {other}\n")
    said = person.run()
    assert (said.code, said.is_in_time()) == (3, True), said
    assert "is not the server it was" in said.text
    person.knows(person.urls["ssh"])
    person.finds_it_free()


@ways_and_cable
def test_a_router_that_says_nothing_is_silent(person: Person, way: str) -> None:
    person.knows(person.urls[way])
    router = person.site.routers["r2"]
    router.power_off()
    try:
        said = person.run()
    finally:
        router.power_on()
    assert (said.code, said.is_in_time()) == (3, True), said
    assert "says nothing" in said.text
    person.site.wait_converged(30)
    person.finds_it_free()


@ways
def test_a_server_that_is_killed_in_the_middle_of_a_command_is_a_lost_path(person: Person, way: str) -> None:
    servers = person.site.servers["r2"]
    person.knows(person.urls[way], person.urls["serial"])
    try:
        said = person.loses(lambda: servers.servers[SERVER[way]].signal(signal.SIGKILL))
    finally:
        servers.restart(SERVER[way])
    assert (said.code, said.is_in_time()) == (3, True), said
    assert "PathLost" in said.text
    person.knows(person.urls[way])
    person.finds_it_free()


@ways
def test_a_server_that_goes_without_a_word_is_a_lost_path(person: Person, way: str) -> None:
    person.knows(person.urls[way], person.urls["serial"])
    near = port(person.urls[way])  # conserver's consoles are on the port a hundred above
    said = person.loses(lambda: person.site.wan.silence(near, near + 100))
    person.site.wan.restore()
    assert (said.code, said.is_in_time()) == (3, True), said
    assert "PathLost" in said.text
    person.knows(person.urls[way])
    person.finds_it_free()


def port(url: str) -> int:
    """Return the port of a console server."""
    parsed = parse(url)
    return parsed.port or int(parsed.options["port"])
