"""The archive: numbered copies of the running configuration on flash."""

from __future__ import annotations

from oob.lab.nos.base.router import FamilyRouter
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.ios.tree import parse

DEFAULT_MAXIMUM = 10


class Archive:
    """The archived copies, found by their file names, so they survive a reboot."""

    def __init__(self, router: FamilyRouter) -> None:
        self._router = router

    @property
    def path(self) -> str:
        """The configured path, "" while the archive is off."""
        block = self._router.config.root.find("archive")
        path = (block.value("path") if block else None) or ""
        return path.replace("$h", self._router.hostname)

    @property
    def maximum(self) -> int:
        """The number of copies to keep."""
        block = self._router.config.root.find("archive")
        return int((block.value("maximum") if block else None) or DEFAULT_MAXIMUM)

    @property
    def on_write(self) -> bool:
        """Tell whether saving the configuration makes a copy."""
        block = self._router.config.root.find("archive")
        return bool(self.path) and block is not None and block.find("write-memory") is not None

    def copies(self) -> list[str]:
        """Return the copies, oldest first."""
        head = self.path + "-"
        names = [f"flash:{name}" for name, _, _ in self._router.flash.files()]
        found = [name for name in names if name.startswith(head.replace("bootflash:", "flash:"))]
        return sorted(found, key=lambda name: int(name.rpartition("-")[2]))

    def next_number(self) -> int:
        """Return the number that the next copy gets."""
        copies = self.copies()
        return int(copies[-1].rpartition("-")[2]) + 1 if copies else 0

    def store(self) -> str:
        """Make a copy of the running configuration; return its name."""
        now = self._router.clock.utc()
        stamp = f"{now:%b}-{now.day:->2}-{now:%H-%M-%S}.{now.microsecond // 1000:03d}"
        name = f"{self.path}-{stamp}-{self.next_number()}"
        self._router.flash.write(name, self._router.running_config().encode("latin-1", "replace"))
        for old in self.copies()[: -self.maximum]:
            self._router.flash.delete(old)
        return name


def read(router: FamilyRouter, url: str) -> ConfigLine | None:
    """Return the configuration in a file, or the running or start-up configuration; None without a file."""
    if url in ("system:running-config", "running-config"):
        return router.config.root
    data = router.flash.read("nvram:startup-config" if url == "startup-config" else url)
    return parse(data.decode("latin-1")) if data is not None else None
