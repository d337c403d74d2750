"""The age-encrypted secrets file of a home: reading, replacing and editing it without leaving its content anywhere."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pyrage

from oob import durable
from oob.child import own_environment
from oob.errors import SecretError
from oob.secret.content import TEMPLATE, Secrets
from oob.secret.passphrase import Locked, is_locked_by_passphrase, opened

IDENTITY = "OOB_IDENTITY"
MEMORY_FOLDERS = ("/run/user/{uid}", "/dev/shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsKey:
    """The key of the secrets file: a *passphrase*, or the file of an age *identity* (as age-keygen writes it)."""

    passphrase: str = field(default="", repr=False)
    identity: Path | None = None


def find_key(path: Path, environ: Mapping[str, str], ask: Callable[[], str] | None) -> SecretsKey:
    """Return the identity that `OOB_IDENTITY` names, else the passphrase that *ask* gets; None of both is an error."""
    if environ.get(IDENTITY):
        return SecretsKey(identity=Path(environ[IDENTITY]).expanduser())
    if ask is None:
        raise SecretError(f"{path}: locked; {IDENTITY} names no identity file and there is no terminal to ask on")
    return SecretsKey(passphrase=ask())


class SecretsFile:
    """The secrets file at *path*, with what opens it. A file `<path>.recipients` names the age keys it is also for."""

    def __init__(self, path: Path, key: SecretsKey) -> None:
        self.path = path
        self._key = key
        if not key.identity and not key.passphrase:
            raise SecretError(f"{path}: an empty passphrase protects nothing")

    def read(self) -> Secrets:
        """Return the content of the file; raises SecretError in one sentence where it does not open."""
        return Secrets.parse(self.text())

    def text(self) -> str:
        """Return the YAML as it was written, comments and all."""
        return self._decrypted(self._stored()).decode()

    def write(self, text: str) -> None:
        """Put *text*, once it has been understood, in place of what the file held."""
        self._replace(text, self._stored())

    def edit(self, editor: Sequence[str], again: Callable[[str], bool]) -> bool:
        """Let a person change the file in *editor*, and tell whether anything was changed.

        What cannot be understood is handed to *again* with the reason: True opens the editor on it once more. The
        plain text lies in memory (a tmpfs) where there is one, and is overwritten and removed in any case.
        """
        stored = self._stored()
        before = self._decrypted(stored).decode() if stored else TEMPLATE
        with _private_folder() as folder:
            file = folder / "secrets.yaml"
            durable.create_file(file, before.encode())
            after = _edited(editor, file)
            while problem := _problem(after):
                if not again(problem):
                    raise SecretError(f"{self.path}: not changed: {problem}")
                after = _edited(editor, file)
        if after == before:
            return False
        self._replace(after, stored)
        return True

    def _replace(self, text: str, expected: bytes) -> None:
        Secrets.parse(text)
        encrypted = self._encrypted(text.encode(), expected)
        if self._stored() != expected:
            raise SecretError(f"{self.path}: not changed: another process changed it meanwhile")
        try:
            durable.create_folder(self.path.parent)
            durable.replace_file(self.path, encrypted)
        except OSError as error:
            raise SecretError(f"{self.path}: cannot be written: {error.strerror}") from error

    def _stored(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise SecretError(f"{self.path}: cannot be read: {error.strerror}") from error

    def _decrypted(self, stored: bytes) -> bytes:
        if not stored:
            raise SecretError(f"{self.path}: there is no secrets file; oob secrets edit makes one")
        takes_passphrase = is_locked_by_passphrase(stored)
        if takes_passphrase != (self._key.identity is None):
            other = "a passphrase" if takes_passphrase else "an age identity"
            raise SecretError(f"{self.path}: it is locked with {other}")
        try:
            if self._key.identity is None:
                return opened(stored, self._key.passphrase)
            return bytes(pyrage.decrypt(stored, [self._identity()]))
        except Locked as error:
            raise SecretError(f"{self.path}: {error}") from None
        except pyrage.DecryptError as error:
            is_other = str(error) == "No matching keys found"
            why = f"the identity in {self._key.identity} does not open it" if is_other else f"it is damaged: {error}"
            raise SecretError(f"{self.path}: {why}") from None

    def _encrypted(self, text: bytes, stored: bytes) -> bytes:
        if self._key.identity is None:
            return bytes(pyrage.passphrase.encrypt(text, self._key.passphrase))
        recipients = self._recipients()
        readers = stored.partition(b"\n---")[0].count(b"\n-> X25519 ")
        if readers > len(recipients):
            raise SecretError(
                f"{self.path}: not changed: {readers} keys open it and only {len(recipients)} are known here; "
                f"list the age keys of the others in {self._recipients_file}"
            )
        return bytes(pyrage.encrypt(text, recipients))

    @property
    def _recipients_file(self) -> Path:
        return self.path.with_name(f"{self.path.name}.recipients")

    def _recipients(self) -> list[Any]:
        own = self._identity().to_public()
        lines = self._recipients_file.read_text().split("\n") if self._recipients_file.exists() else []
        keys = dict.fromkeys([str(own), *(line.strip() for line in lines if line.strip() and line[0] != "#")])
        try:
            return [pyrage.x25519.Recipient.from_str(key) for key in keys]
        except pyrage.RecipientError as error:
            raise SecretError(f"{self._recipients_file}: holds something that is not an age key: {error}") from None

    def _identity(self) -> Any:
        assert self._key.identity is not None
        try:
            lines = self._key.identity.read_text().split()
            return pyrage.x25519.Identity.from_str(next(line for line in lines if line.startswith("AGE-SECRET-KEY-")))
        except OSError as error:
            raise SecretError(f"{self._key.identity}: cannot be read: {error.strerror}") from error
        except (StopIteration, ValueError, pyrage.IdentityError):
            raise SecretError(f"{self._key.identity}: holds no age identity") from None


def _problem(text: str) -> str:
    try:
        Secrets.parse(text)
    except SecretError as error:
        return str(error)
    return ""


def _edited(editor: Sequence[str], file: Path) -> str:
    try:
        status = subprocess.run([*editor, str(file)], env=own_environment(), check=False).returncode
        text = file.read_bytes().decode()
    except OSError as error:
        raise SecretError(f"{editor[0]}: cannot be used to edit: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SecretError("not changed: what the editor wrote is not UTF-8") from None
    if status:
        raise SecretError(f"not changed: {editor[0]} ended with status {status}")
    return text


@contextmanager
def _private_folder() -> Iterator[Path]:
    """Give a folder for plain text, in memory where the system allows; nothing of it is left, however it ends."""
    candidates = [name.format(uid=os.getuid()) for name in MEMORY_FOLDERS]
    above = next((name for name in candidates if os.access(name, os.W_OK | os.X_OK)), None)
    with _signals_as_interrupts():
        folder = Path(tempfile.mkdtemp(prefix="oob-", dir=above))
        try:
            yield folder
        finally:
            for file in folder.rglob("*"):  # editors leave copies of their own beside it
                if file.is_file() and not file.is_symlink():
                    _overwrite(file)
            shutil.rmtree(folder, ignore_errors=True)


def _overwrite(file: Path) -> None:
    with file.open("r+b") as handle:
        handle.write(bytes(file.stat().st_size))
        handle.flush()
        os.fsync(handle.fileno())


@contextmanager
def _signals_as_interrupts() -> Iterator[None]:
    """Let a lost terminal and a polite kill end the block as Ctrl-C does, so that it cleans up."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers, and only it is interrupted
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
