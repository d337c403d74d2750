from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from oob.backup.git import git
from oob.child import environment, own_environment
from oob.deadline import Deadline
from oob.events import Event, Events
from oob.transport.access import Access, ServerLogin
from oob.transport.ipmi import Bmc
from oob.transport.opening import open_url
from oob.transport.url import parse

SECRETS = {
    "OOB_PASSWORD": "s3cret-1",
    "OOB_ENABLE": "s3cret-2",
    "OOB_SERVER_PASSWORD": "s3cret-3",
    "OOB_IDENTITY": "/s3cret/4",
    "NETBOX_TOKEN": "s3cret-5",
    "IPMITOOL_PASSWORD": "s3cret-6",
    "AWS_SECRET_ACCESS_KEY": "s3cret-7",
    "HTTPS_PROXY": "http://ops:s3cret-8@192.0.2.1:8080",
}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("secrets")
def test_a_program_on_a_path_sees_no_secret_in_its_environment() -> None:
    script = "import os; print(sorted(os.environ.items()), 'END')"
    seen = b""
    said: list[Event] = []
    url = f"exec://{sys.executable}?arg=-c&arg={quote(script)}"
    with open_url(url, Deadline(10), Access(events=Events(said.append))) as path:
        while b"END" not in seen:
            seen += path.read(4096, 10)
    assert b"'PATH'" in seen
    assert b"s3cret" not in seen
    assert any(event.name == "path.program" and "os.environ" in event.text for event in said)  # its arguments are told


@pytest.mark.usefixtures("secrets")
def test_ipmitool_gets_the_password_it_needs_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "ipmitool"
    fake.write_text("#!/bin/sh\nenv\n")
    fake.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    bmc = Bmc(parse("sol://ops@192.0.2.1"), Access(server_login=ServerLogin(password="the-one")))
    shown = bmc.run("chassis", "power", "status", timeout=10)
    assert "IPMI_PASSWORD=the-one" in shown
    assert "s3cret" not in shown


@pytest.mark.usefixtures("secrets")
def test_git_runs_aliases_and_hooks_without_secrets(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert b"s3cret" not in git(tmp_path, "-c", "alias.shown=!env", "shown")


def test_an_operators_own_tools_keep_their_settings() -> None:
    kept = own_environment(source={**SECRETS, "GIT_ASKPASS": "/usr/bin/ask", "DISPLAY": ":0", "TERM": "vt100"})
    assert kept == {"GIT_ASKPASS": "/usr/bin/ask", "DISPLAY": ":0", "TERM": "vt100"}


def test_what_is_given_is_there_and_nothing_unknown_is() -> None:
    source = {"PATH": "/bin", "LC_ALL": "C", "SOMETHING": "else"}
    assert environment({"TERM": "dumb"}, source) == {"PATH": "/bin", "LC_ALL": "C", "TERM": "dumb"}
