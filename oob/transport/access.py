"""Addresses, keys and the server's login: all that opening a path may need beyond its URL."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from oob.events import Events
from oob.transport.budget import Budget
from oob.transport.carriers import SharedAllowance

if TYPE_CHECKING:
    from oob.transport.programs import Programs


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLogin:
    """Credentials for the console server or BMC, not for the device; the user name in a URL wins over *user*.

    A key file that is locked is opened with *passphrase*, else with *password*.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    key_file: Path | None = None
    passphrase: str = field(default="", repr=False)
    use_agent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The third argument of every `open(url, deadline, access)`; each scheme takes its own part of it.

    *hosts* is the only table in which a name is ever looked up. *jump_login* is for the servers on the way, where
    they have another. *known_hosts* is the only file of SSH host keys; a server that is not in it is refused unless
    *accept_new_key* is set, which adds its key and says the fingerprint (`path.key_accepted`) to *events*. *evict*
    takes a busy console from its present user. *speeds* are those that `baud=auto` has found, by URL. *budgets* are
    those of URLs whose bytes are counted, *carriers* what carriers may carry for all devices of a run. *programs*
    is the list of those that may be started; without it, any: the URLs come from an operator or a program, not an
    inventory.
    """

    hosts: Mapping[str, str] = field(default_factory=dict)
    server_login: ServerLogin = field(default_factory=ServerLogin)
    jump_login: ServerLogin | None = None
    known_hosts: Path | None = None
    accept_new_key: bool = False
    evict: bool = False
    speeds: MutableMapping[str, int] = field(default_factory=dict)
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    carriers: Mapping[str, SharedAllowance] = field(default_factory=dict)
    programs: Programs | None = None
    events: Events = field(default_factory=Events, repr=False)
