"""A transport around another one: hands everything through; what a layer changes, it overrides."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from oob.transport.base import LineSettings, Transport


class Layer:
    """Holds *inner* and is a transport itself; closing it closes *inner*."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner

    @property
    def path(self) -> str:
        """The URL of the inner transport."""
        return self.inner.path

    @property
    def line(self) -> LineSettings | None:
        """The line settings of the inner transport."""
        return self.inner.line

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Read from the inner transport."""
        return self.inner.read(max_bytes, timeout)

    def write(self, data: bytes, timeout: float) -> None:
        """Write to the inner transport."""
        self.inner.write(data, timeout)

    def send_break(self, seconds: float = 0.25) -> None:
        """Send a BREAK over the inner transport."""
        self.inner.send_break(seconds)

    def set_line(self, settings: LineSettings) -> None:
        """Change the line of the inner transport."""
        self.inner.set_line(settings)

    def close(self) -> None:
        """Close the inner transport."""
        self.inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
