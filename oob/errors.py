"""The one tree of errors: what went wrong, the exit code on the class and the evidence as fields.

`cli/` prints `str(error)` and exits with `error.exit_code`; nothing else decides on exit codes.
"""

from __future__ import annotations

import traceback

DEPTH = 5  # callers that an unforeseen error names
SHOWN = 200  # characters of an unrecognised line


class OobError(Exception):
    """The root: everything that oob raises on purpose."""

    exit_code = 8


class UsageError(OobError):
    """A request that cannot be carried out as written: a bad URL, an unknown device, an impossible option."""

    exit_code = 2


# --- transport: bytes over one path


class TransportError(OobError):
    """A path to a console did not carry bytes."""

    exit_code = 3

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path


class PathRefused(TransportError):
    """Nothing answers at the far end, or it said no."""


class PathInvalid(PathRefused, UsageError):
    """The URL of a path cannot be understood, or names something that this installation or machine does not have."""

    exit_code = 2


class PathUnreachable(PathRefused):
    """No answer came from the far end at all, or there is no way to it."""


class PathLost(TransportError):
    """The path was open and has died; *received* and *sent* count the bytes until then, *state* is where the console
    was. *is_gone* where the far end vanished without a word."""

    def __init__(
        self,
        message: str,
        *,
        path: str = "",
        received: int = 0,
        sent: int = 0,
        state: str = "",
        read: bytes = b"",
        is_gone: bool = False,
    ) -> None:
        super().__init__(message, path=path)
        self.is_gone = is_gone
        self.received = received
        self.sent = sent
        self.state = state
        self.read = read


class BudgetSpent(PathLost):
    """The path may not carry so many bytes: its byte budget for this month would be broken, or is spent."""

    exit_code = 10


class PathBusy(TransportError):
    """Somebody else holds the console; *holder* says who, where the server tells."""

    exit_code = 4

    def __init__(self, message: str, *, path: str = "", holder: str = "") -> None:
        super().__init__(message, path=path)
        self.holder = holder


class PathHeld(PathBusy):
    """Somebody else holds the console, and this path could take it away from them."""


class WriteStalled(TransportError, TimeoutError):
    """The far end takes no more bytes; *unsent* of them are still here."""

    def __init__(self, message: str, *, path: str = "", unsent: int = 0) -> None:
        super().__init__(message, path=path)
        self.unsent = unsent


class HostKeyRefused(TransportError):
    """The console server's key is revoked, or another one than the home's known_hosts has for it."""


class HostKeyUnknown(HostKeyRefused):
    """The home's known_hosts has no key for the console server yet."""


class ServerLoginRefused(TransportError):
    """The console server (or BMC) in front of the device refused our credentials."""

    exit_code = 5


class BreakUnsupported(TransportError):
    """This path cannot carry a BREAK."""

    exit_code = 2


class LineUnsupported(TransportError):
    """This path has no line settings to change."""

    exit_code = 2


# --- console: the conversation


class ConsoleError(OobError):
    """The conversation with the device did not go as its platform says it should."""

    def __init__(self, message: str, *, state: str = "", read: bytes = b"", received: int = 0) -> None:
        super().__init__(message)
        self.state = state
        self.read = read
        self.received = received


class ConsoleSilent(ConsoleError):
    """The path is open and the device says nothing."""

    exit_code = 3


class ConsoleInUse(ConsoleError):
    """Somebody else is typing on this console."""

    exit_code = 4


class LoginRefused(ConsoleError):
    """The device refused the credentials, or asked for some that are not there."""

    exit_code = 5


class PromptTimeout(ConsoleError, TimeoutError):
    """The device went quiet before it gave a prompt; *read* is what it said until then."""


class OutputUnverified(ConsoleError):
    """Output arrived that could not be proven whole; *read* carries it."""


class OutputDoubtful(OutputUnverified):
    """Messages of the device broke an output each time that it was read, each time differently."""

    exit_code = 9


class QuestionAsked(ConsoleError):
    """The device asked an unknown question; nothing was typed as an answer."""

    def __init__(self, message: str, *, question: str, state: str = "question", read: bytes = b"") -> None:
        super().__init__(message, state=state, read=read)
        self.question = question


class CommandUnfinished(ConsoleError):
    """The device took a command for unfinished and asked for the rest of it; the command was cancelled."""


class StateUnreachable(ConsoleError):
    """The console is in a state that has no way to the one asked for."""


# --- device, data


class DeviceError(OobError):
    """The device refused or failed a command; *command* and *answer* say which and how."""

    def __init__(self, message: str, *, command: str = "", answer: str = "") -> None:
        super().__init__(message)
        self.command = command
        self.answer = answer


class WrongDevice(OobError):
    """The device on this console is not the device that the inventory names."""

    exit_code = 6


class GuardStopped(OobError):
    """A guard stopped the run before it could do harm."""

    exit_code = 7


class BackupError(GuardStopped):
    """A backup is incomplete, damaged or not of this device."""


class ProfileError(OobError):
    """A profile cannot be used; the message is `file:key: reason`."""

    exit_code = 2


class InventoryError(OobError):
    """The inventory cannot be used; the message is `file:key: reason`."""

    exit_code = 2


class SecretError(OobError):
    """The secrets file cannot be opened or lacks a secret."""

    exit_code = 5


class DataError(OobError):
    """Text from a device could not be understood."""

    exit_code = 9


class UntypeableText(DataError):
    """A text holds a character that would act when it is typed; *line* counts from 1. Nothing of it was typed."""

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class OutputTooLong(DataError):
    """An output passed the limit for one answer and was cancelled; it may have had no end."""


class RouteError(DataError):
    """A routing table holds a line that no rule recognises, or is truncated; its message has the line's beginning."""

    def __init__(self, message: str, *, line: int = 0, text: str = "") -> None:
        shown = repr(text) if len(text) <= SHOWN else f"{text[:SHOWN]!r}..."
        super().__init__(f"line {line}: {message}: {shown}" if line else message)
        self.reason = message
        self.line = line
        self.text = text


class NotProven(OobError):
    """The device differs from its baseline, or could not be shown not to."""

    exit_code = 1


class JournalError(GuardStopped):
    """The journal cannot be written or its chain of hashes is broken."""


class InternalFault(OobError):
    """oob itself failed. What the error said is left out: it may quote anything, also a secret."""

    exit_code = 70

    @classmethod
    def of(cls, error: Exception) -> InternalFault:
        """Return the fault behind an unforeseen *error*, which says where it arose, innermost first."""
        frames = traceback.extract_tb(error.__traceback__)[-DEPTH:]
        where = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        return cls(f"oob itself failed, with {type(error).__name__} at {where}")


class Interrupted(OobError):
    """Somebody pressed Ctrl-C; the run can be resumed."""

    exit_code = 130
