"""The engine of several jump hosts: Dask places each device on the one worker that reaches its site.

Dask only carries the plain data of an assignment out and of its end back. What may not happen twice is kept by the
claims in the worker's own home, since Dask runs a task again when a worker dies after the task has ended.
"""

from __future__ import annotations

import queue
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oob.errors import OobError, UsageError
from oob.fleet.assignment import Assignment, MemberEnd
from oob.fleet.dask_worker import SETTINGS, carry_out_plain
from oob.fleet.mutual_tls import check_address, distributed, security

CONNECT = "10s"


class NoWorker(OobError):
    """No jump host reaches the device, so nothing was done."""

    exit_code = 3


class DaskEngine:
    """Hands assignments to the workers of the scheduler at *address*, each to the worker of its site."""

    def __init__(self, address: str, tls: Path) -> None:
        dask = distributed("dask")
        dask.config.set(SETTINGS)
        self.lost = ""
        self._ends: queue.SimpleQueue[MemberEnd] = queue.SimpleQueue()
        self._futures: dict[str, tuple[Assignment, Any]] = {}
        try:
            self._client = distributed().Client(
                check_address(address), security=security(tls), timeout=CONNECT, set_as_default=False, name="oob-fleet"
            )
        except OSError as error:  # Dask's own and TLS errors are of this kind
            raise UsageError(f"{address}: no scheduler of this authority answers: {error}") from error
        self._check_sites()

    def begin(self, assignment: Assignment) -> None:
        """Hand *assignment* to the worker of its site; without one it ends at once, and nothing was sent."""
        try:
            address, offered = self._worker(site(assignment.site))
        except NoWorker as error:
            self._ends.put(MemberEnd.stopped(assignment, error))
            return
        future = self._client.submit(
            carry_out_plain,
            assignment.as_json(),
            key=f"{assignment.fleet}-{assignment.member}-{assignment.round}",
            workers=[address],
            allow_other_workers=False,
            resources={name: 1 for name in (site(assignment.site), *assignment.resources) if name in offered},
            retries=0,
            pure=False,
        )
        self._futures[assignment.member] = assignment, future
        future.add_done_callback(lambda done: self._ends.put(self._end(assignment, done)))

    def next(self, timeout: float) -> MemberEnd | None:
        """Return the next end; once the scheduler is gone, each device under way is unknown."""
        if not self.lost and self._client.status != "running":
            self.lost = "the scheduler of the jump hosts is gone"
        try:
            end = self._ends.get(timeout=0 if self.lost else timeout)
        except queue.Empty:
            return self._orphan() if self.lost else None
        self._futures.pop(end.member, None)
        return end

    def close(self) -> None:
        """Leave the scheduler; a worker ends what it has begun, and records it in its home."""
        self._client.close(timeout=2)

    def _orphan(self) -> MemberEnd | None:
        if not self._futures:
            return None
        assignment, _ = self._futures.pop(next(iter(self._futures)))
        return MemberEnd.unknown(assignment, self.lost)

    def _end(self, assignment: Assignment, future: Any) -> MemberEnd:
        """Return the end that *future* holds; a lost worker, scheduler or result means unknown."""
        if future.status == "finished":
            try:
                return MemberEnd(**future.result(timeout=30))
            except Exception as error:  # whatever Dask or a pickle of another version raises
                return MemberEnd.unknown(assignment, f"its end was lost on the way: {type(error).__name__}")
        if future.status == "error":
            kind = type(future.exception(timeout=30)).__name__
            return MemberEnd.unknown(assignment, f"its worker was lost: {kind}")
        return MemberEnd.unknown(assignment, f"the scheduler lost it ({future.status})")

    def _workers(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = self._client.scheduler_info(n_workers=-1)["workers"]
        return found

    def _worker(self, wanted: str) -> tuple[str, Mapping[str, float]]:
        for address, worker in self._workers().items():
            if wanted in worker["resources"]:
                return address, worker["resources"]
        raise NoWorker(f"no worker is there for {wanted}; start it with: oob fleet worker --site SITE")

    def _check_sites(self) -> None:
        """Raise UsageError where two workers are there for one site: each has claims of its own."""
        counts = Counter(name for one in self._workers().values() for name in one["resources"] if _is_site(name))
        if twice := sorted(name for name, count in counts.items() if count > 1):
            raise UsageError(f"{', '.join(twice)}: more than one worker is there for it, each with claims of its own")


def site(name: str) -> str:
    """Return the resource that stands for a site; a device without a site needs a worker for `none`."""
    return f"site:{name or 'none'}"


def _is_site(resource: str) -> bool:
    return resource.startswith("site:")
