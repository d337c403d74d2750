"""The archive: numbered copies of the running configuration on flash, and differences between configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.tree import Line
from oob.lab.nos.ios.delta import commands, contextual, listed
from oob.lab.nos.ios.table import TABLE
from oob.lab.nos.ios.tree import parse

if TYPE_CHECKING:
    from oob.lab.nos.ios.router import IosRouter
    from oob.lab.nos.ios.session import IosSession

OFF = "Archive feature not enabled\n"
DEFAULT_MAXIMUM = 10


class Archive:
    """The copies that there are; which files they are is remembered across reboots by their names."""

    def __init__(self, router: IosRouter) -> None:
        self._router = router

    @property
    def path(self) -> str:
        """The configured path, "" while the archive is off."""
        block = self._router.config.root.find("archive")
        path = (block.value("path") if block else None) or ""
        return path.replace("$h", self._router.hostname)

    @property
    def maximum(self) -> int:
        """How many copies are kept."""
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


def read(router: IosRouter, url: str) -> Line | None:
    """Return the configuration in a file, or the running or start-up one; None where there is none."""
    if url in ("system:running-config", "running-config"):
        return router.config.root
    data = router.flash.read("nvram:startup-config" if url == "startup-config" else url)
    return parse(data.decode("latin-1")) if data is not None else None


@TABLE.command("archive config", text="Make a copy of the current configuration")
def archive_config(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Copy the running configuration into the archive."""
    archive = session.router.archive
    if not archive.path:
        yield Say(text=OFF)
        return
    yield Wait(seconds=0.3)
    archive.store()


@TABLE.show("show archive", text="Archive of the running configuration information")
def show_archive(session: IosSession, params: Params) -> str:
    """List the copies."""
    archive = session.router.archive
    if not archive.path:
        return OFF
    copies = archive.copies()
    head = f"The maximum archive configurations allowed is {archive.maximum}.\n"
    head += f"The next archive file will be named {archive.path}-<timestamp>-{archive.next_number()}\n"
    head += " Archive #  Name\n"
    rows = []
    for number in range(1, archive.maximum + 1):
        name = copies[number - 1] if number <= len(copies) else ""
        latest = " <- Most Recent" if copies and number == len(copies) else ""
        rows.append(f"   {number:<8} {name}{latest}".rstrip() + "\n")
    return head + "".join(rows)


@TABLE.show("show archive config differences [OLD] [NEW]", text="Diff of two configurations", seconds=0.5)
def show_differences(session: IosSession, params: Params) -> str:
    """Compare two configurations; one alone is compared with the running one, none: start-up with running."""
    old_url = params.get("OLD", "nvram:startup-config")
    new_url = params.get("NEW", "system:running-config")
    old, new = read(session.router, old_url), read(session.router, new_url)
    for url, tree in ((old_url, old), (new_url, new)):
        if tree is None:
            return f"%Error opening {url} (No such file or directory)\n"
    assert old is not None
    assert new is not None
    lines = list(contextual(old, new))
    return "\n!Contextual Config Diffs:\n" + ("".join(lines) or "!No changes were found\n") + "\n"


@TABLE.show("show archive config incremental-diffs URL", text="What merging a file would do", seconds=0.5)
def show_incremental(session: IosSession, params: Params) -> str:
    """List the lines that copying a file to the running configuration would add."""
    wanted = read(session.router, params["URL"])
    if wanted is None:
        return f"%Error opening {params['URL']} (No such file or directory)\n"
    additions = [step for step in commands(session.router.config, wanted) if not step.removes]
    return "!List of Commands:\n" + listed(additions) + "end\n"
