"""Where messages go: standard output, a file, syslog, or whatever Apprise knows how to reach."""

from __future__ import annotations

import logging
import os
import socket
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from oob.errors import UsageError
from oob.report.messages import Message
from oob.yaml_file import read

if TYPE_CHECKING:
    from apprise import Apprise

Send = Callable[[Message], bool]
NOTICE = 5  # syslog: facility user, severity notice
FACILITY_USER = 1
SYSLOG = "/var/run/syslog" if sys.platform == "darwin" else "/dev/log"


def channels(path: Path) -> dict[str, str]:
    """Return the URLs in the file *path* by their names, none without one; a URL may hold secrets."""
    given = read(path, {}, is_secret=True) or {}
    if not isinstance(given, dict) or not all(isinstance(url, str) for url in given.values()):
        raise UsageError(f"{path}: must say NAME: URL, a line each")
    return {str(name): url for name, url in given.items()}


def sender(url: str) -> Send:
    """Return what sends a message to *url* and tells whether it went; raises UsageError where nothing can."""
    scheme, _, rest = url.partition(":")
    if scheme == "stdout":
        return _to_stdout
    if scheme == "file":
        return lambda message: _to_file(Path(rest.removeprefix("//")), message)
    if scheme == "syslog" and rest in ("", "//"):
        return lambda message: _to_syslog(SYSLOG, message)
    if find_spec("apprise") is None:
        raise UsageError(f"messages to {scheme}: need Apprise: pip install 'oob[notify]'")
    return lambda message: _to_apprise(url, message)


def fault(url: str) -> str:
    """Say why nothing can ever be sent to *url*, without what it holds; empty where it looks well. Sends nothing."""
    try:
        sender(url)
    except UsageError as error:
        return str(error)
    scheme, _, rest = url.partition(":")
    if scheme == "file":
        return "" if Path(rest.removeprefix("//")).parent.is_dir() else "the folder is missing"
    if scheme == "syslog":
        return "" if Path(SYSLOG).exists() else f"there is no {SYSLOG}"
    return "" if scheme == "stdout" or _way(url) else "Apprise does not understand the URL"


def _to_stdout(message: Message) -> bool:
    sys.stdout.write(f"{message.body}\n")
    sys.stdout.flush()
    return True


def _to_file(path: Path, message: Message) -> bool:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"{message.body}\n\n")
    except OSError:
        return False
    return True


def _to_syslog(address: str, message: Message) -> bool:
    line = f"<{8 * FACILITY_USER + NOTICE}>oob: {' '.join(message.body.split())}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.connect(address)
            log.send(line.encode())
    except OSError:
        return False
    return True


def _to_apprise(url: str, message: Message) -> bool:
    way = _way(url)
    return way is not None and bool(way.notify(title=message.subject, body=message.body))


def _way(url: str) -> Apprise | None:
    """Return what sends to *url*, None where Apprise does not understand it."""
    import apprise  # optional, and slow to import

    # It would write why something was not sent into the middle of what a recovery shows.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    way = apprise.Apprise()
    return way if way.add(url) else None
