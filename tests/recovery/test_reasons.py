"""Why an attempt failed stands in its own words: in its outcome, in the journal, in the report."""

from __future__ import annotations

from pathlib import Path

import pytest

import oob.recovery.record.events as events
from oob.backup.catalogue import Catalogue
from oob.errors import DeviceError
from oob.events import Events
from oob.recovery.api import recover, take_backup
from oob.recovery.context import RunOptions
from oob.recovery.record.journal import NAME, Journal, read
from oob.recovery.record.record import Record
from oob.report.page import markdown
from oob.report.story import tell
from oob.secret.masking import Masker
from tests.recovery.conftest import Site
from tests.recovery.record.test_window import Hands

QUICK = RunOptions(converge=1.0, reopen=30.0, put_back=False)


def test_the_whole_answer_to_what_failed_is_in_the_journal(tmp_path: Path) -> None:
    hands = Hands()
    with Journal.create(
        tmp_path / "run", run="r", operator="ada", device="edge1", masker=Masker(), clock=hands.clock
    ) as journal:
        record = Record(journal, Events(), Masker(), hands.clock)
        with pytest.raises(DeviceError), record.act(events.STEP, "replace"):
            raise DeviceError("'configure replace' failed", answer="first\nlast\n")

    entry = read(tmp_path / "run" / NAME).entries[-1]
    assert (entry.event, entry.data["printed"]) == ("step.failed", "first\nlast\n")


def test_the_lines_that_a_device_refused_are_named_by_the_attempt(own_site: Site) -> None:
    own_site.type("edge1", ("no archive",))
    take_backup(own_site.entry("edge1"), own_site.means())
    Catalogue(own_site.home.backups).mark_good("edge1", by="ada")
    own_site.type("edge1", ("no ip domain lookup", "ip domain lookup", "no banner motd", "no snmp-server location"))
    own_site.lab.fault("edge1", "upgrade", version="99.1", refuse=["^snmp-server location"])

    outcome = recover(own_site.entry("edge1"), own_site.means(), QUICK)

    assert outcome.exit_code == 1
    tried = {attempt.strategy: attempt.failure for attempt in outcome.attempts if not attempt.skipped}
    assert "Failed to apply" in tried["backup-untimed"] or "failed to apply" in tried["backup-untimed"]
    assert "snmp-server location" in tried["backup-untimed"]
    assert "; the device refused 'snmp-server location" in tried["surgical"]
    report = markdown(tell(own_site.journal(outcome.run).entries))
    assert report.count("failed to apply") > 1
