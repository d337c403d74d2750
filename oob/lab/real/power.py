"""Power for a router: it is on while its process runs."""

from __future__ import annotations

from oob.lab.real.process import ServerProcess


class Powered:
    """A router that is one process, which its power switch starts and ends."""

    def __init__(self) -> None:
        self._process: ServerProcess | None = None

    @property
    def is_on(self) -> bool:
        """Tell whether it has power."""
        return self._process is not None and self._process.process.poll() is None
