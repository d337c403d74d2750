"""What a refused target is answered with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from oob.backup.catalogue import Catalogue
from oob.errors import BackupError
from oob.recovery.context import RunOptions
from tests.backup.test_search import OLD, broken_state
from tests.recovery.papers import NOON, backup
from tests.recovery.stand import Stand


def test_a_refused_target_names_the_three_best_alternatives(stand: Stand) -> None:
    ids = [backup(stand.home.path, at=NOON + timedelta(hours=hour)).manifest.id for hour in (1, 2, 3, 4)]
    snapshot = broken_state(stand.home.path, OLD)
    file = Catalogue(stand.home.backups).locate("edge1", ids[-1]).folder / "config.txt"
    file.write_text("damaged")
    stand.choices = RunOptions(target=ids[-1])

    with pytest.raises(BackupError) as refused:
        stand.recover()

    said = str(refused.value)
    assert f"instead: {ids[2]} (known-good), {ids[1]} (known-good), {ids[0]} (known-good)" in said
    assert snapshot not in said
    assert not stand.was_called()
