"""The proof from the other side: after a wave the neighbours of recovered devices are asked for their routes to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import oob.recovery.record.events as events
from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.device.table_check.queries import can_ask_for, routes_to
from oob.errors import BackupError, OobError
from oob.fleet.adjacency import RouteWitness, witnesses
from oob.fleet.record import FleetRecord
from oob.fleet.work import Means
from oob.inventory.home import Home
from oob.inventory.inventory import Inventory
from oob.recovery import api
from oob.routing.route import Route

AT_ONCE = 8  # neighbours that are asked at once

Answer = tuple[RouteWitness, str]  # the fault, "" where the route leads through the device again


class NeighbourProof:
    """Asks the neighbours of recovered devices; call it after each wave.

    A neighbour that is itself still to be recovered is asked after its own wave. An unreachable one says nothing.
    """

    def __init__(self, home: Home, inventory: Inventory, means: Means) -> None:
        self._means = means
        self._backups: dict[str, Backup] = {}
        catalogue = Catalogue(home.backups)
        for device in inventory:
            with suppress(BackupError):
                self._backups[device.name] = catalogue.baseline(device.name)
        tables = {name: backup.routes for name, backup in self._backups.items() if backup.manifest.routes is not None}
        self._witnesses = witnesses(tables, {device.name: device.site for device in inventory})
        self._answers: dict[tuple[str, str], list[Answer]] = {}

    def __call__(self, record: FleetRecord, members: Collection[str]) -> None:
        """Ask about what of *members* is back, each neighbour once for each device."""
        pending = {name for name in members if not _is_back(record, name)}
        recovered = set(members) - pending
        todo: defaultdict[str, list[RouteWitness]] = defaultdict(list)
        for one in self._witnesses:
            if one.device in recovered and one.neighbour not in pending and self._is_new(one):
                todo[one.neighbour].append(one)
        if not todo:
            return
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="neighbours") as pool:
            answers = [answer for found in pool.map(self._asked, todo, todo.values()) for answer in found]
        for answer in answers:
            self._answers.setdefault((answer[0].device, answer[0].neighbour), []).append(answer)
        for device in sorted({answer[0].device for answer in answers}):
            self._note(record, device)

    def _is_new(self, witness: RouteWitness) -> bool:
        return (witness.device, witness.neighbour) not in self._answers

    def _asked(self, neighbour: str, wanted: list[RouteWitness]) -> list[Answer]:
        """Return the answers of one neighbour; none where no path to it answers."""
        try:
            entry, collaborators = self._means(neighbour)
            with api.visit(entry, collaborators, self._backups[neighbour].manifest) as device:
                return [
                    (one, _objection(one, routes_to(device, one.vrf, one.prefix)))
                    for one in wanted
                    if can_ask_for(device, one.vrf, one.prefix)
                ]
        except OobError:
            return []

    def _note(self, record: FleetRecord, device: str) -> None:
        """Write down how many of the neighbours that were asked agree, and what the others say."""
        found = {neighbour: answers for (one, neighbour), answers in self._answers.items() if one == device}
        against = {name: "; ".join(filter(None, (wrong for _, wrong in answers))) for name, answers in found.items()}
        agree = sum(not wrong for wrong in against.values())
        said = "".join(f"; {name}: {wrong}" for name, wrong in sorted(against.items()) if wrong)
        text = f"{device}: {agree} of {len(found)} neighbours agree{said}"
        marks = {"member": device, "agree": agree, "asked": len(found)}
        record.note(events.MEMBER_CHECKED, text, marks=marks, neighbours=dict(sorted(against.items())))


def _is_back(record: FleetRecord, name: str) -> bool:
    known = record.state.members.get(name)
    return known is not None and known.is_kept


def _objection(witness: RouteWitness, now: Iterable[Route]) -> str:
    hops = {hop.address for route in now for hop in route.next_hops}
    lacking = sorted(witness.addresses - hops)
    return f"{witness.prefix} not through {', '.join(lacking)}" if lacking else ""
