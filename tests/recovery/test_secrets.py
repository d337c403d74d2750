"""Seeded secrets appear in nothing that is written or said, also when a login fails and when oob itself does."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest

from oob.clock import Clock
from oob.errors import InternalFault, LoginRefused
from oob.profile.store import load
from oob.recovery.after.watch import watch
from oob.recovery.api import recover, resume, take_backup, verify
from oob.recovery.context import RunOptions
from oob.report.channel import sender
from oob.report.outbox import flush
from oob.report.page import html, markdown
from oob.report.story import tell
from oob.secret.masking import secret_values
from tests.recovery.conftest import Credentials, Site
from tests.secret.test_statements import statements

LOGIN = "oob-lab"
WRONG = "wr0ng-c4nary"
NEW = "n3w-c4nary"
TOLD = f"the password is {LOGIN}"
QUICK = RunOptions(converge=10.0, reopen=30.0, reason=TOLD, change=LOGIN, authorised_by=TOLD)
CHANGES = {
    "edge1": ["snmp-server community n3w-c4nary RO", "username eve password 0 n3w-c4nary"],
    "core1": ["set snmp community n3w-c4nary authorization read-only", "commit"],
}


def plant(site: Site, name: str) -> None:
    """Type a dozen statements of the platform with a secret in each, whether the device takes them or not."""
    lines = [line for line in statements(site.entry(name).platform) if "plainword" in line]
    planted = [re.sub("«[^»]*»", NEW, line) for line in random.Random(14).sample(lines, 12)]
    with site.open(name) as device:
        device.paste(planted)
    site.type(name, CHANGES[name])


def seeded(site: Site, name: str) -> Iterator[str]:
    """Give the secrets that oob came across, as they could be written."""
    configuration = site.baseline(name).configuration
    kept = secret_values(configuration, load(site.entry(name).platform).secrets)
    assert kept
    for secret in {LOGIN, WRONG, NEW, *filter(None, kept)}:
        yield from {secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode()}


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_no_secret_is_written_or_said(
    site: Site, name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[object] = []
    site.log_out(name)
    with pytest.raises(LoginRefused) as refused:
        recover(site.entry(name), replace(site.means(), secrets=Credentials(password=WRONG)), QUICK)
    said.append(refused.value)

    def fault(*_: object, **__: object) -> None:
        raise ValueError(f"cannot understand {LOGIN!r} nor {NEW!r}")

    plant(site, name)
    with monkeypatch.context() as patch:
        patch.setattr("oob.recovery.run.attempt.prove", fault)
        with pytest.raises(InternalFault) as failed:
            recover(site.entry(name), site.means(), QUICK)
    said.append(failed.value)
    run = next(run.name for run in site.home.runs.iterdir() if "attempt.started" in site.events(run.name))
    outcome = resume(run, site.entry(name), site.means("bob"))
    assert outcome.exit_code == 0
    said.append(outcome)

    plant(site, name)
    assert not watch(run, site.entry(name), replace(site.means(), clock=Clock(wait=lambda _: None)), minutes=1, every=9)
    said.append(verify(site.entry(name), site.means(), QUICK).reasons)
    assert recover(site.entry(name), site.means(), QUICK).exit_code == 0
    take_backup(site.entry(name), site.means(), reason=TOLD, change=LOGIN)

    for folder in site.home.runs.iterdir():
        story = tell(site.journal(folder.name).entries)
        (folder / "report.html").write_text(html(story))
        (folder / "report.md").write_text(markdown(story))
        assert flush(folder, "log", sender(f"file://{site.home.path}/messages")) == 0
    written = {
        path: path.read_text(errors="replace")
        for path in site.home.path.rglob("*")
        # A backup holds the configuration as it is; it is kept from others by its mode.
        if path.is_file() and (path.name == "manifest.json" or site.home.backups not in path.parents)
    }
    assert {path.suffix for path in written} >= {".jsonl", ".log", ".cast", ".html", ".md", ".json", ".sent", ""}
    everything = "".join([*written.values(), *map(repr, said), *map(str, said), *map(repr, site.said), caplog.text])
    assert "a text for the record holds a secret" in everything
    for secret in seeded(site, name):
        where = [path.name for path, text in written.items() if secret in text]
        assert secret not in everything, (secret, where)
