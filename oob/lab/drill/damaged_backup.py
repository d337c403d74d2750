"""*damaged-backup*: the known-good backup has been damaged; the run stops before a byte is sent."""

from oob.backup.catalogue import Catalogue
from oob.lab.drill.change import break_routing, take_baselines
from oob.lab.drill.scenario import Expected, Scenario
from oob.lab.drill.stage import Stage


def _prepare(stage: Stage) -> None:
    take_baselines(stage, "edge1")
    break_routing(stage, "edge1")
    stage.say("edge1: the backup loses its second half")
    file = Catalogue(stage.home.backups).locate("edge1", "good").folder / "config.txt"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


SCENARIO = Scenario(
    name="damaged-backup",
    title="the baseline is damaged",
    prepare=_prepare,
    expected={"edge1": Expected(exit_code=7, error="BackupError")},
)
