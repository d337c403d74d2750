"""Scheduled jobs as units of systemd or lines of a crontab, each at a moment of its own per machine. Pure."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

HOME: Final = "{home}"
JITTER: Final = 3600  # seconds over which machines spread the same job


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledJob:
    """A job: its *words* after `oob`, in which HOME stands for the home's folder, and when it is due.

    *calendar* is an `OnCalendar` of systemd, *cron* the fields of cron but for the minute.
    """

    name: str
    about: str
    words: tuple[str, ...]
    calendar: str
    cron: str


JOBS: Final = (
    ScheduledJob(
        name="probe", about="try every path", words=("probe", "--all"), calendar="*-*-* 01:00:00", cron="1 * * *"
    ),
    ScheduledJob(
        name="backup",
        about="back up every device",
        words=("backup", "take", "--all", "--reason", "scheduled"),
        calendar="*-*-* 02:00:00",
        cron="2 * * *",
    ),
    ScheduledJob(
        name="ready",
        about="check whether a recovery would work",
        words=("ready", "--all", "--html", f"{HOME}/ready.html", "--prometheus", f"{HOME}/ready.prom"),
        calendar="*-*-* 05:00:00",
        cron="5 * * *",
    ),
    ScheduledJob(
        name="drill",
        about="recover virtual routers",
        words=("drill",),
        calendar="*-01,04,07,10-15 10:00:00",
        cron="10 15 1,4,7,10 *",
    ),
)


def units(program: str, home: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the files of systemd by name: a service and a timer for each job."""
    files = {}
    for job in JOBS:
        command = " ".join(map(_quoted, (program, "--home", home, "schedule", "run", job.name)))
        variables = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in environment.items())
        files[f"oob-{job.name}.service"] = (
            f"[Unit]\nDescription=oob: {job.about}\n\n[Service]\nType=oneshot\nUMask=0077\nNoNewPrivileges=yes\n"
            f"{variables}ExecStart={command}\n"
        )
        files[f"oob-{job.name}.timer"] = (
            f"[Unit]\nDescription=oob: {job.about}\n\n[Timer]\nOnCalendar={job.calendar}\n"
            f"RandomizedDelaySec={JITTER}\nPersistent=yes\n\n[Install]\nWantedBy=timers.target\n"
        )
    return files


def crontab(program: str, home: str, environment: Mapping[str, str], machine: str) -> str:
    """Return the lines of a crontab; the minute of each job is drawn from the name of the *machine*."""
    lines = [f"# oob on {machine}: the minutes differ from machine to machine"]
    for job in JOBS:
        before = [f"{name}={shlex.quote(value)}" for name, value in environment.items()]
        words = [*map(shlex.quote, (program, "--home", home, "schedule", "run", job.name))]
        command = " ".join([*before, *words]).replace("%", r"\%")  # which cron takes for the end of the command
        lines.append(f"{minute(job.name, machine)} {job.cron} {command}")
    return "\n".join([*lines, ""])


def minute(job: str, machine: str) -> int:
    """Return the minute of *job* on *machine*, always the same one."""
    return hashlib.sha256(f"{machine} {job}".encode()).digest()[0] % 60


def named(name: str) -> ScheduledJob | None:
    """Return the job called *name*, None without one."""
    return next((job for job in JOBS if job.name == name), None)


def _quoted(text: str) -> str:
    """Return *text* as one word of a unit file."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def overdue(days: float, job: str) -> bool:
    """Tell whether a job that last ran so many *days* ago should have run since."""
    return days > {"drill": 100.0}.get(job, 1.5)


def names() -> Sequence[str]:
    """Return the names of all jobs."""
    return [job.name for job in JOBS]
