"""Who logs in with what: the credentials of one session, and the order in which their sources are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

LOGIN = ("username", "password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The secret slots of a device and of the console server before it; None is not known, "" is known to be empty."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    enable: str | None = field(default=None, repr=False)
    server_username: str | None = None
    server_password: str | None = field(default=None, repr=False)

    def secrets(self) -> tuple[str, ...]:
        """Return what must be masked wherever it appears."""
        return tuple(secret for secret in (self.password, self.enable, self.server_password) if secret)

    def tell(self, learn: Callable[[str], None]) -> None:
        """Call *learn* with each secret."""
        for secret in self.secrets():
            learn(secret)

    def over(self, other: Credentials) -> Credentials:
        """Return these with the gaps filled from *other*, but never a password that belongs to another user's name."""
        found = {slot: _first(getattr(self, slot), getattr(other, slot)) for slot in SLOTS}
        if _differ(self.username, other.username):
            found["password"] = self.password
        if _differ(self.server_username, other.server_username):
            found["server_password"] = self.server_password
        return Credentials(**found)

    def lacks(self, slots: Sequence[str]) -> tuple[str, ...]:
        """Return those of *slots* that are not known."""
        return tuple(slot for slot in slots if getattr(self, slot) is None)


SLOTS = tuple(slot.name for slot in fields(Credentials))


def from_environment(environ: Mapping[str, str]) -> Credentials:
    """Return what `OOB_USERNAME`, `OOB_PASSWORD`, `OOB_ENABLE`, `OOB_SERVER_USERNAME` and `OOB_SERVER_PASSWORD` say."""
    return Credentials(**{slot: environ.get(f"OOB_{slot.upper()}") for slot in SLOTS})


def resolve(
    given: Credentials,
    *,
    environ: Mapping[str, str],
    stored: Callable[[], Credentials] | None = None,
    ask: Callable[[str], str] | None = None,
    needed: Sequence[str] = LOGIN,
) -> Credentials:
    """Return the credentials for a session: those *given*, else the environment's, else *stored*, else asked for.

    The secrets file is opened (*stored*) and the person is asked (*ask*, with the name of the slot) only when one of
    the *needed* slots is not known by then; without a terminal *ask* is None, and unknown ones stay so.
    """
    found = given.over(from_environment(environ))
    if stored and found.lacks(needed):
        found = found.over(stored())
    if ask:
        found = replace(found, **{slot: ask(slot) for slot in found.lacks(needed)})
    return found


def _first(ours: str | None, theirs: str | None) -> str | None:
    return theirs if ours is None else ours


def _differ(ours: str | None, theirs: str | None) -> bool:
    return ours is not None and theirs is not None and ours != theirs
