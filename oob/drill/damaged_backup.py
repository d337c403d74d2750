"""*damaged-backup*: the known-good backup has been damaged; the run stops before a byte is sent."""

from pathlib import Path

from oob.backup.catalogue import Catalogue
from oob.backup.folder import CONFIGURATION
from oob.drill.change import break_routing, take_baselines
from oob.drill.scenario import ExpectedRecovery, Scenario
from oob.drill.stage import DrillStage

ASIDE = f".{CONFIGURATION}"  # no part of the backup, with its dot in front


def _prepare(stage: DrillStage) -> None:
    name = stage.players[0]
    take_baselines(stage, name)
    break_routing(stage, name)
    stage.say("the backup loses its second half", name)
    file = _file(stage)
    whole = file.read_bytes()
    file.with_name(ASIDE).write_bytes(whole)
    file.write_bytes(whole[: len(whole) // 2])


def _repair(stage: DrillStage) -> None:
    file = _file(stage)
    file.with_name(ASIDE).replace(file)


def _file(stage: DrillStage) -> Path:
    return Catalogue(stage.home.backups).locate(stage.players[0], "good").folder / CONFIGURATION


SCENARIO = Scenario(
    name="damaged-backup",
    title="the baseline is damaged",
    prepare=_prepare,
    expected=lambda stage: {stage.players[0]: ExpectedRecovery(exit_code=7, error="BackupError")},
    meaning="the recovery was refused with exit code 7 before the device was touched: a damaged backup is never typed",
    repair=_repair,
)
