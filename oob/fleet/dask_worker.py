"""The processes of several jump hosts: one scheduler, and on each jump host one worker with a home of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from oob.errors import UsageError
from oob.fleet.assignment import Assignment, MemberEnd
from oob.fleet.mutual_tls import check_address, distributed, security

SETTINGS = {
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.allowed-failures": 0,
    "distributed.comm.timeouts.connect": "5s",
    "distributed.comm.retry.count": 0,
    # Dask serves its pages over plain HTTP: there are none, and the empty server listens on this host alone.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
PAGES = "127.0.0.1:0"
AGAIN = 3.0  # seconds until a worker looks for its scheduler again

_work: list[Callable[[Assignment], MemberEnd]] = []  # of this process; a task can bring nothing but data along


def carry_out_plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out the assignment in *content* in the home of this worker, and return its end as plain data."""
    if not _work:
        raise RuntimeError("this process is not a worker of oob")
    return _work[0](Assignment.of_json(content)).as_json()


async def serve_scheduler(host: str, port: int, tls: Path, ready: Callable[[str], None]) -> None:
    """Run a scheduler until it is cancelled; *ready* gets its address. Raises UsageError without TLS files."""
    distributed("dask").config.set(SETTINGS)
    secure = security(tls)
    scheduler = distributed().Scheduler(
        host=host, port=port, protocol="tls", security=secure, dashboard=False, dashboard_address=PAGES
    )
    async with scheduler:
        ready(str(scheduler.address))
        await scheduler.finished()


async def serve_worker(
    address: str,
    tls: Path,
    *,
    name: str,
    resources: Mapping[str, int],
    jobs: int,
    work: Callable[[Assignment], MemberEnd],
    ready: Callable[[str], None],
) -> None:
    """Run a worker for the scheduler at *address* until it is cancelled; look for the scheduler again when it is gone.

    *work* carries an assignment out. Work under way ends also while the scheduler is gone.
    """
    secure = security(tls)
    _work[:] = [work]
    while True:
        worker = distributed().Worker(
            check_address(address),
            security=secure,
            protocol="tls",
            name=name,
            nthreads=jobs,
            resources=dict(resources),
            memory_limit=0,
            dashboard=False,
            dashboard_address=PAGES,
            silence_logs=logging.CRITICAL,
        )
        try:
            await worker
        except (OSError, TimeoutError) as error:
            ready(f"no scheduler at {address}: {error}")
        else:
            ready(f"worker {name} is there for {', '.join(sorted(resources))}")
            await worker.finished()
            ready("the scheduler is gone; looking for it again")
        await asyncio.sleep(AGAIN)


def offered(sites: tuple[str, ...], caps: Mapping[str, int], jobs: int) -> dict[str, int]:
    """Return the resources of a worker: its *sites*, and what its console servers and carriers allow at once."""
    if not sites:
        raise UsageError("a worker is there for at least one site: --site SITE, or --site none for devices without one")
    return {**{f"site:{name}": jobs for name in sites}, **caps}
