"""The interface of a path to a console: bytes in, bytes out, BREAK, line settings. No text, no patterns.

One module per URL scheme has `SCHEME` and `open(url, deadline, access) -> Transport`. One per wrapper (`record+`,
`fault+`) has `WRAPPER` and `wrap(inner, url) -> Transport`: it holds a Transport and is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettings:
    """Settings of a serial line: *baud* in bit/s, 8N1 without flow control unless told otherwise."""

    baud: int = 9600
    bits: int = 8
    parity: str = "none"  # none, even, odd, mark, space
    stop: float = 1
    flow: str = "none"  # none, xonxoff, rtscts


class Transport(Protocol):
    """Bytes over one path. Time-outs are seconds and belong to the call; nothing here polls or sleeps."""

    @property
    def path(self) -> str:
        """The URL as it may be shown: no secret in it."""

    @property
    def line(self) -> LineSettings | None:
        """The settings of the serial line where this path knows them, else None."""

    def read(self, max_bytes: int, timeout: float) -> bytes:
        """Return the bytes that have come, as soon as there is one; `b""` when *timeout* passes first.

        A *timeout* of 0 takes only bytes that have come already. Raises PathLost when the stream has ended.
        """

    def write(self, data: bytes, timeout: float) -> None:
        """Hand over all of *data*; raises WriteStalled (with how much is unsent) or PathLost."""

    def send_break(self, seconds: float = 0.25) -> None:
        """Send a BREAK; raises BreakUnsupported where the path has none."""

    def set_line(self, settings: LineSettings) -> None:
        """Change the line; raises LineUnsupported without one to change."""

    def close(self) -> None:
        """Give the path back, whatever state it is in; a second call does nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
