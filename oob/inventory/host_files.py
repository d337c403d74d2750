"""The files that devices are written in: hosts.yaml, and the files of hosts.d beside it, as one mapping by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from oob.derived import DerivedFacts
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

    def __init__(self, folder: Path, facts: DerivedFacts) -> None:
        self.faults: dict[str, InventoryError] = {}
        self._entries = [Entries(folder / HOSTS, facts)]
        for path in self._files(folder / MORE_HOSTS):
            try:
                self._entries.append(Entries(path, facts, f"{MORE_HOSTS}/{path.name}"))
            except InventoryError as error:
                self.faults[f"{MORE_HOSTS}/{path.name}"] = InventoryError(f"{MORE_HOSTS}/{error}")

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for entries in self._entries for name in entries))

    def __len__(self) -> int:
        return len(self._entries[0]) if len(self._entries) == 1 else sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return any(name in entries for entries in self._entries)

    def __getitem__(self, name: str) -> Any:
        first, *again = self._with(name)
        if again:
            place = f"{first.file}:{first.line(name)}"
            raise InventoryError(f"{again[0].file}:{again[0].line(name)}: {name}: occurs twice, first in {place}")
        return first[name]

    def of(self, name: str) -> Entries:
        """Return the file that the entry of *name* stands in."""
        return self._with(name)[0]

    def first_like(self, name: str) -> str:
        """Return the first name that is one folder with *name* where a file system ignores case."""
        return next(filter(None, (entries.first_like(name) for entries in self._entries)), name)

    def _with(self, name: str) -> list[Entries]:
        found = [entries for entries in self._entries if name in entries]
        if not found:
            raise KeyError(name)
        return found

    def _files(self, folder: Path) -> list[Path]:
        """Return the files of *folder* in order; hidden ones are what editors leave behind."""
        try:
            found = sorted(folder.iterdir()) if document.is_there(folder) else []
        except OSError as error:
            self.faults[MORE_HOSTS] = InventoryError(f"{MORE_HOSTS}: cannot be read: {error.strerror}")
            return []
        return [path for path in found if path.suffix in _SUFFIXES and not path.name.startswith(".")]
