"""The record writes, masks and shows what a run does."""

from __future__ import annotations

from pathlib import Path

from oob.clock import Clock
from oob.events import Events
from oob.profile.store import load
from oob.recovery.record.journal import Journal
from oob.recovery.record.record import Record
from oob.secret.masking import Masker, mask_configuration


def test_every_secret_that_is_masked_in_a_report_is_masked_in_the_journal(tmp_path: Path) -> None:
    profile = load("cisco_ios")
    configuration = "username ops secret 9 $9$abcdefgh\nno snmp-server community s3cr3t-c0mm RO\n"
    with Journal.create(tmp_path, run="r", operator="ada", device="edge1", masker=Masker()) as journal:
        record = Record(journal, Events(), Masker(), Clock())

        record.hide(profile, configuration)

        shown = record.masker.mask(configuration)
        assert "s3cr3t-c0mm" not in shown
        assert "$9$abcdefgh" not in shown
        assert shown == mask_configuration(configuration, profile.secrets)
