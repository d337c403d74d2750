"""Which command helps with an error: the errors themselves know nothing of a command line."""

from __future__ import annotations

import re

from oob import errors
from oob.errors import OobError

# The first kind that an error is of counts.
_HINTS: tuple[tuple[type[OobError], str], ...] = (
    (errors.PathInvalid, ""),  # it names the right spelling itself
    (errors.BudgetSpent, "--path takes another path"),
    (errors.BreakUnsupported, "--path takes another path"),
    (errors.HostKeyUnknown, "--accept-new-key trusts a server that is seen for the first time"),
    (errors.HostKeyRefused, "ask the server's owner for its fingerprint before the line in known_hosts is changed"),
    (errors.ServerLoginRefused, "oob secrets edit keeps the login of the server before the device (server_username)"),
    (errors.PathHeld, "--evict takes the console from its present user; oob probe tells which paths are free"),
    (errors.PathBusy, "oob probe tells which paths are free; this line is its server's to give back"),
    (errors.TransportError, "oob probe tries every path to a device and says how far each gets"),
    (
        errors.ConsoleSilent,
        "oob probe tries every path; ?baud=auto finds the speed of a serial line; oob console lets you look",
    ),
    (errors.LoginRefused, "oob secrets check tells which logins are known; --username takes another"),
    (errors.ConsoleError, "oob console lets you look at it yourself"),
    (errors.WrongDevice, "oob inventory show has the expected identity; oob probe shows where each path leads"),
    (errors.DeviceError, "oob console lets you look at it yourself; the transcript has its output"),
    (errors.BackupError, "oob backup list shows what there is, oob backup verify whether it is whole"),
    (errors.JournalError, "oob runs lists the runs and how each ended"),
    (errors.ProfileError, "oob platforms lists the platforms"),
)
_HELPS_ITSELF = re.compile(r"\boob [a-z]+\b|(?<![-\w])--[a-z]+(?:-[a-z]+)*\b(?!-)")


def hint(error: OobError) -> str:
    """Return a sentence that names a command, empty where the error names one itself or there is none that helps."""
    if _HELPS_ITSELF.search(str(error)):
        return ""
    return next((text for kind, text in _HINTS if isinstance(error, kind)), "")
