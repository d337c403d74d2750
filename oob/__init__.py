"""oob gets a network device back over its console and proves it from the device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oob.version import VERSION

if TYPE_CHECKING:
    from oob.api import Connection, connect

__version__ = VERSION
__all__ = ["Connection", "__version__", "connect"]


def __getattr__(name: str) -> Any:
    """Import what a library user needs only when it is asked for: the command line has to start quickly."""
    if name in {"Connection", "connect"}:
        from oob import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
