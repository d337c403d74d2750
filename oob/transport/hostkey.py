"""SSH host keys: one known_hosts file, strictly kept to."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import paramiko
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey

from oob import durable
from oob.errors import HostKeyRefused, HostKeyUnknown
from oob.events import PATH_KEY_ACCEPTED
from oob.transport.access import Access


def known_types(host: str, port: int, known_hosts: Path | None) -> list[str]:
    """Return the types of the keys that are known for a server, for asking it for one of these."""
    entry = _load(known_hosts).lookup(entry_name(host, port))
    return list(entry.keys()) if entry else []


def check(key: paramiko.PKey, host: str, port: int, access: Access, path: str) -> None:
    """Raise HostKeyRefused unless *key* is known for the server, or is its first and new keys are accepted.

    For a server without a known key the error is HostKeyUnknown, the only error that accepting new keys resolves.
    """
    name = entry_name(host, port)
    known = _load(access.known_hosts)
    shown = f"{key.get_name()} {fingerprint(key)}"
    if _is_revoked(key, access.known_hosts):
        raise HostKeyRefused(f"{name} shows a key that is revoked ({shown})", path=path)
    if known.check(name, key):
        return
    if entry := known.lookup(name):
        before = ", ".join(f"{kind} {fingerprint(each)}" for kind, each in entry.items())
        raise HostKeyRefused(
            f"{name} is not the server it was: it shows {shown}, and {access.known_hosts} has {before}", path=path
        )
    if not access.accept_new_key or access.known_hosts is None:
        where = access.known_hosts or "known_hosts (there is no such file)"
        raise HostKeyUnknown(
            f"{name} is not in {where}; it shows {shown}: compare that with the server's own, then accept it", path=path
        )
    remember(f"{name} {key.get_name()} {key.get_base64()}", access.known_hosts)
    access.events.emit(PATH_KEY_ACCEPTED, f"{name} is new: accepted {shown}", path=path, fingerprint=shown)


def same_servers(known_hosts: Path | None) -> dict[str, str]:
    """Return each address of the file that shows the key of another one, with the first address of that key."""
    first: dict[str, str] = {}
    same: dict[str, str] = {}
    for line in lines(known_hosts):
        fields = line.split()
        if len(fields) < 3 or line[0] in "#@|":
            continue
        for name in fields[0].split(","):
            address = name[1:].rpartition("]")[0] if name.startswith("[") else name
            known = first.setdefault(fields[2], address)
            if known != address:
                same[address] = known
    return same


def fingerprint(key: paramiko.PKey) -> str:
    """Return a key's fingerprint as OpenSSH writes it."""
    return str(key.fingerprint)


def entry_name(host: str, port: int) -> str:
    """Return what a server is called in the file."""
    return host if port == 22 else f"[{host}]:{port}"


def _load(known_hosts: Path | None) -> paramiko.HostKeys:
    """Return the keys of the file; a line that holds none is as good as not there."""
    keys = paramiko.HostKeys()
    for number, line in enumerate(lines(known_hosts), 1):
        if line and line[0] not in "#@":
            with suppress(InvalidHostKey, paramiko.SSHException):
                if entry := HostKeyEntry.from_line(line, number):
                    for name in entry.hostnames:
                        keys.add(name, entry.key.get_name(), entry.key)
    return keys


def _is_revoked(key: paramiko.PKey, known_hosts: Path | None) -> bool:
    """Tell whether the file revokes *key*, for whatever server."""
    marked = (line.split() for line in lines(known_hosts) if line.startswith("@revoked"))
    return any(key.get_base64() in fields for fields in marked)


def lines(known_hosts: Path | None) -> list[str]:
    """Return the lines of the file, none without a file."""
    if known_hosts is None or not known_hosts.exists():
        return []
    try:
        text = durable.read_file(known_hosts).decode("utf-8", "replace")
    except OSError as error:
        raise HostKeyRefused(f"{known_hosts}: cannot be read: {error.strerror}") from error
    return [line.strip() for line in text.splitlines()]


def remember(line: str, known_hosts: Path) -> None:
    """Add *line* to the file, which is made if it is missing."""
    known_hosts.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(known_hosts, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{line}\n")
