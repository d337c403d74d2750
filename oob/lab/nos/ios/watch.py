"""Logs interfaces and neighbours that come and go as IOS does."""

from __future__ import annotations

from collections.abc import Iterator

from oob.lab.nos.base.router import FamilyRouter
from oob.lab.nos.base.watch import FamilyWatch, Key


class IosWatch(FamilyWatch):
    """The watch of an IOS router, which has two lines for an interface."""

    def __init__(self, router: FamilyRouter) -> None:
        super().__init__(router, router.ages, router.report)
        self._ios = router

    def _links(self) -> Iterator[tuple[str, str]]:
        name, network = self._ios.name, self._ios.network
        for line in self._ios.config.root.under("interface"):
            interface = line.text.split()[1]
            up = network.is_up(name, interface)
            yield interface, "admin" if line.find("shutdown") else "up" if up else "down"

    def _changed(self, key: Key, before: str, now: str) -> None:
        kind, name, _ = key
        if kind != "link":
            super()._changed(key, before, now)
            return
        if now == "admin" and before not in ("", "admin"):
            self._ios.say(f"%LINK-5-CHANGED: Interface {name}, changed state to administratively down")
        elif "up" in (before, now) and not name.startswith("Loopback"):
            self._ios.say(f"%LINK-3-UPDOWN: Interface {name}, changed state to {now or 'down'}")
        if "up" in (before, now):
            self._ios.say(self._ios.report(kind, name, "", "up" if now == "up" else "down"))
