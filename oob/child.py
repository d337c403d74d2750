"""The environment of programs that oob starts: what a program needs to run, and none of oob's secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

# Who runs it, where things lie, the language, and how the usual console programs find their daemon or agent.
NEEDED: Final = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "SSH_AUTH_SOCK",
        "XDG_RUNTIME_DIR",
        "XDG_CONFIG_HOME",
        "DBUS_SESSION_BUS_ADDRESS",
        "DOCKER_HOST",
        "DOCKER_CONFIG",
        "CONTAINER_HOST",
        "LIBVIRT_DEFAULT_URI",
        "LXD_DIR",
        "INCUS_DIR",
    }
)
_OURS: Final = re.compile(r"OOB_|IPMI(TOOL)?_", re.IGNORECASE)
_SECRET: Final = re.compile(
    r"(?<!ASK)PASS(WORD|WD|PHRASE)?(?![A-Z])|PWD_|SECRET|TOKEN|CREDENTIAL|API_?KEY", re.IGNORECASE
)
_URL_LOGIN: Final = re.compile(r"://[^/@\s]*:[^/@\s]*@")


def environment(given: Mapping[str, str] | None = None, source: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a program that is started for a path or a BMC: the needed names, and those *given*.

    Everything else of ours stays here: a program is in an inventory because of what it connects to, not to be trusted.
    """
    source = os.environ if source is None else source
    kept = {
        name: value
        for name, value in source.items()
        if (name in NEEDED or name.startswith("LC_")) and not _URL_LOGIN.search(value)
    }
    return {**kept, **(given or {})}


def own_environment(given: Mapping[str, str] | None = None, source: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of an operator's own tool (editor, git, browser): all but secrets, and those *given*."""
    source = os.environ if source is None else source
    kept = {
        name: value
        for name, value in source.items()
        if not (_OURS.match(name) or _SECRET.search(name) or _URL_LOGIN.search(value))
    }
    return {**kept, **(given or {})}
