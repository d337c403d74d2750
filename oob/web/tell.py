"""A word of a person to a run under way, checked against what the run's journal says that it waits for."""

from __future__ import annotations

from pathlib import Path

from oob.errors import UsageError
from oob.recovery.record.requests import Requests, RunRequest
from oob.report.incident import Incident


def tell(incident: Incident, folder: Path, do: str, *, by: str, question: str = "") -> None:
    """Write the request *do* of the person *by* to the run in *folder*: `pause`, or `yes` or `no` to its *question*.

    Raises UsageError where the run is over, or waits for no reply to that question: an empty one is the open one.
    """
    if incident.board.is_over:
        raise UsageError(f"run {incident.run} is over")
    if do == "pause":
        Requests(folder).write(RunRequest(do="pause", by=by))
        return
    open_one = incident.question.get("number")
    if do not in ("yes", "no"):
        raise UsageError("a run is told pause, yes or no")
    if open_one is None or question not in ("", str(open_one)):
        raise UsageError(f"run {incident.run} does not wait for a reply to that question")
    Requests(folder).write(RunRequest(do="yes" if do == "yes" else "no", by=by, question=open_one))
