"""The files that devices are written in: hosts.yaml, and the files of hosts.d beside it, as one mapping by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from oob.errors import InventoryError
from oob.inventory import document
from oob.inventory.entries import Entries

HOSTS: Final = "hosts.yaml"
MORE_HOSTS: Final = "hosts.d"
_SUFFIXES: Final = (".yaml", ".yml")


class HostFiles(Mapping[str, Any]):
    """The entries of all files by name; a name in two files is an error of that entry, as one written twice is.

    A file of hosts.d that cannot be read at all stands in `faults` by its name and disables only its own devices.
    """

    def __init__(self, folder: Path) -> None:
        self.faults: dict[str, InventoryError] = {}
        self._of: dict[str, Entries] = {}
        self._again: dict[str, Entries] = {}
        self._add(Entries(folder / HOSTS))
        for path in self._files(folder / MORE_HOSTS):
            try:
                self._add(Entries(path, f"{MORE_HOSTS}/{path.name}"))
            except InventoryError as error:
                self.faults[f"{MORE_HOSTS}/{path.name}"] = InventoryError(f"{MORE_HOSTS}/{error}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __contains__(self, name: object) -> bool:
        return name in self._of

    def __getitem__(self, name: str) -> Any:
        if again := self._again.get(name):
            first = self._of[name]
            place = f"{first.file}:{first.line(name)}"
            raise InventoryError(f"{again.file}:{again.line(name)}: {name}: occurs twice, first in {place}")
        return self._of[name][name]

    def of(self, name: str) -> Entries:
        """Return the file that the entry of *name* stands in."""
        return self._of[name]

    def _add(self, entries: Entries) -> None:
        for name in entries:
            if name in self._of:
                self._again.setdefault(name, entries)
            else:
                self._of[name] = entries

    def _files(self, folder: Path) -> list[Path]:
        """Return the files of *folder* in order; hidden ones are what editors leave behind."""
        try:
            found = sorted(folder.iterdir()) if document.is_there(folder) else []
        except OSError as error:
            self.faults[MORE_HOSTS] = InventoryError(f"{MORE_HOSTS}: cannot be read: {error.strerror}")
            return []
        return [path for path in found if path.suffix in _SUFFIXES and not path.name.startswith(".")]
