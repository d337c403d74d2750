"""`oob schedule`: install timers for probes, backups, checks and drills; say when each ran and what it said."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from oob import durable
from oob.cli.options import CommandGroup, Settings, common, shared
from oob.errors import NotProven, UsageError
from oob.printable import one_line
from oob.recovery.record.results import DeviceResult, Results, utc_now
from oob.report import timers
from oob.report.spans import duration

KEPT_VARIABLES = ("OOB_IDENTITY", "OOB_USERNAME")  # never a password: unit files and crontabs are read by others


@click.group("schedule", cls=CommandGroup, invoke_without_command=True)
@shared
@click.pass_context
def command(ctx: click.Context) -> int | None:
    """Say when each scheduled job last ran and what it said; install the jobs.

    The jobs: `probe` and `backup` every night, `ready` every day, `drill` every quarter.
    """
    return None if ctx.invoked_subcommand else show(Settings.given(ctx))


def show(settings: Settings) -> int:
    """Print the table of jobs; exit code 1 where one is overdue or failed."""
    last = Results(settings.home, "schedule").last()
    rows, lines, is_well = [], [], True
    for job in timers.JOBS:
        result = last.get(job.name)
        row: dict[str, object] = {"job": job.name, "about": job.about, "last": asdict(result) if result else None}
        if result is None:
            said, is_due = "never ran", True
        else:
            age = datetime.now(UTC) - result.when
            is_due = timers.overdue(age.total_seconds() / 86400, job.name)
            late = ", OVERDUE" if is_due else ""
            said = f"{result.at}{late}, exit code {result.exit_code}, {duration(result.seconds)}: {result.text}"
        is_well &= not is_due and result is not None and not result.exit_code
        rows.append({**row, "overdue": is_due})
        lines.append(f"{job.name:<8} {said}")
    settings.answer({"jobs": rows, "well": is_well}, "\n".join(lines))
    return 0 if is_well else NotProven.exit_code


@command.command("install")
@common
@click.option("--cron", is_flag=True, help="Write crontab lines, also where systemd is there.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write unit files here instead of ~/.config/systemd/user.",
)
def install(settings: Settings, cron: bool, folder: Path | None) -> None:
    """Write timers of systemd, or crontab lines without systemd, and say how to start them.

    Each job begins at a random moment of its hour, so that machines do not all ask one console server at once. Nothing
    is started. OOB_IDENTITY and OOB_USERNAME are written into the jobs, a password never is.
    """
    home = str(settings.home.path)
    variables = {name: os.environ[name] for name in KEPT_VARIABLES if os.environ.get(name)}
    if settings.home.secrets.exists() and "OOB_IDENTITY" not in variables:
        settings.note("oob: WARN no job can open the secrets file: set OOB_IDENTITY to an identity's file first")
    if cron or (folder is None and not Path("/run/systemd/system").is_dir()):
        path = settings.home.create(settings.home.path) / "schedule.cron"
        _write(path, timers.crontab(_program(), home, variables, socket.gethostname()))
        text = f"{path} is written\nnow: (crontab -l; cat {path}) | crontab -"
        settings.answer({"files": [str(path)]}, text, is_copied=True)
        return
    folder = folder or Path("~/.config/systemd/user").expanduser()
    files = timers.units(_program(), home, variables)
    for name, text in files.items():
        _write(folder / name, text)
    started = " ".join(name for name in files if name.endswith(".timer"))
    text = f"{len(files)} units are written to {folder}\nnow: systemctl --user daemon-reload"
    text += f"\n     systemctl --user enable --now {started}\n     loginctl enable-linger"
    settings.answer({"files": [str(folder / name) for name in files]}, text, is_copied=True)


@command.command("run")
@common
@click.argument("job", type=click.Choice(timers.names()))
def run(settings: Settings, job: str) -> int:
    """Run JOB now as its timer does, and keep how it ended."""
    found = timers.named(job)
    assert found is not None
    at, began, last = utc_now(), time.monotonic(), ""
    home = str(settings.home.path)
    words = [word.replace(timers.HOME, home) for word in found.words]
    command = [sys.executable, "-c", "from oob.cli.main import main; main()", "--home", home, "--plain", *words]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace") as it:
        assert it.stderr is not None
        for line in it.stderr:
            last = one_line(line).strip() or last
            settings.note(line.rstrip("\n"))
    code = it.returncode if it.returncode >= 0 else 128 - it.returncode
    result = DeviceResult(
        device=job,
        at=at,
        seconds=round(time.monotonic() - began, 1),
        exit_code=code,
        text=last.removeprefix("oob: "),
    )
    Results(settings.home, "schedule").add(result)
    return code


def _program() -> str:
    """Return the full path of this `oob`, by which a timer starts it."""
    found = Path(sys.argv[0]).absolute()
    if found.name == "oob" and found.exists():
        return str(found)
    program = shutil.which("oob")
    if program is None:
        raise UsageError("the program oob is not in PATH; a timer could not start it")
    return program


def _write(path: Path, text: str) -> None:
    try:
        durable.create_folder(path.parent)
        durable.replace_file(path, text.encode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
