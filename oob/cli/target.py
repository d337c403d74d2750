"""The meaning of TARGET: an inventory name or a console URL, with credentials asked for only when needed."""

from __future__ import annotations

import functools
import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from oob.cli.ask import ask, confirm
from oob.cli.options import Settings, is_attended
from oob.errors import BackupError, OobError, UsageError
from oob.events import CONSOLE_NOTE, PATH_BUDGET, PATH_FAILED, PATH_KEY_ACCEPTED, PATH_PROGRAM, WARNING, Event, Events
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.printable import one_line
from oob.secret.credentials import LOGIN, Credentials, resolve
from oob.secret.masking import Masker
from oob.transport.access import Access, ServerLogin
from oob.transport.url import LOCAL, ConsoleURL, parse

if TYPE_CHECKING:
    from oob.device.identity import Expected
    from oob.device.session import DeviceSession
    from oob.transport.programs import Programs

Command = TypeVar("Command", bound=Callable[..., Any])

TOLD = frozenset({PATH_FAILED, CONSOLE_NOTE, PATH_KEY_ACCEPTED, PATH_BUDGET, PATH_PROGRAM, WARNING})
BY_URL = "console"  # the name of a device that only a URL was given of


def target_options(command: Command) -> Command:
    """Give *command* the options that say how a console is reached."""

    @click.option("--platform", default="", metavar="NAME", help="What the device runs; needed with a URL.")
    @click.option("--path", "paths", multiple=True, metavar="URL|NAME", help="Use this path; may be given again.")
    @click.option(
        "--username", default=None, help="User on the device; else $OOB_USERNAME, the secrets file, a prompt."
    )
    @click.option("--evict", is_flag=True, help="Take a busy console from its present user.")
    @click.option("--accept-new-key", is_flag=True, help="Trust an SSH console server seen for the first time.")
    @click.option(
        "--any-device", is_flag=True, help="Type credentials even where the prompt shows another device's hostname."
    )
    @functools.wraps(command)
    def with_target(*args: Any, **kwargs: Any) -> Any:
        return command(*args, **kwargs)

    return with_target  # type: ignore[return-value]  # click's decorators keep what they wrap callable as it was


def entry(
    settings: Settings, target: str, platform: str, paths: tuple[str, ...], *, needs_platform: bool = True
) -> InventoryDevice:
    """Return the inventory entry of *target*, or one made for a URL; raises UsageError or InventoryError."""
    if "://" in target:
        if needs_platform and not platform:
            raise UsageError(f"{target}: a console URL needs --platform; `oob platforms` lists them")
        found = InventoryDevice(name=BY_URL, platform=platform, paths=(ConsolePath(url=target, name="given"),))
    elif (meant := _meant(target)) and target not in settings.inventory():
        raise UsageError(f"{target}: not a console URL: {meant}")
    else:
        found = settings.inventory().device(target)
        found = replace(found, platform=platform or found.platform)
    if paths:
        found = replace(found, paths=tuple(_path(found, path) for path in paths))
    return found


def _meant(target: str) -> str:
    """Return what to type where *target* is nearly a console URL, empty where it is not."""
    if target.startswith(("/dev/", "tty")):
        return f"a serial port is written serial:///dev/{target.removeprefix('/dev/')} (oob ports lists them)"
    if nearly := re.fullmatch(r"([a-z][a-z0-9_]*)(?::/|//)/*(.+)", target):
        scheme, rest = nearly.groups()
        return f"write {scheme}://{'/' if scheme in LOCAL else ''}{rest}"
    if re.fullmatch(r"[0-9.]+:\d+|\[[0-9a-fA-F:]+\]:\d+", target):
        return f"write tcp://{target}, or telnet://{target} where the server speaks Telnet"
    return ""


def _path(device: InventoryDevice, given: str) -> ConsolePath:
    """Return the path of *device* by its name or its URL, or a path made of another URL."""
    if "://" not in given:
        return device.path(given)
    return next((path for path in device.paths if path.url == given), ConsolePath(url=given, name=given))


def reach(
    settings: Settings,
    target: str,
    *,
    platform: str,
    paths: tuple[str, ...],
    username: str | None,
    evict: bool,
    accept_new_key: bool,
    any_device: bool,
    opens: bool = True,
    logs_in: bool = True,
    only_reads: bool = False,
    reopen: float = 0.0,
    events: Events | None = None,
) -> DeviceSession:
    """Return the session to the device that *target* names; nothing is opened yet.

    With *any_device* credentials are typed at any prompt; where the command *only_reads*, another device than
    the expected one only causes a warning. With *reopen* a path that died is tried again for so many seconds. What
    happens to a path goes to *events*, by default notes.

    What never *opens* the session needs no secret, so nothing is asked for. Whoever does not let oob log in (*logs_in*)
    needs no platform, and the secrets file only for a server before the device, which is there when a URL names its
    user.
    """
    from oob.console.transcripts import Transcripts  # a command that fails before needs none of these
    from oob.device.identity import Trust
    from oob.device.session import DeviceSession

    device = entry(settings, target, platform, paths, needs_platform=logs_in)
    has_server = any("@" in path.url for path in device.paths)
    needed = () if not opens else LOGIN if logs_in else ("server_password",) if has_server else ()
    credentials = _credentials(settings, device, username, needed)
    masker = Masker()
    login = AskedLogin(device.name, credentials, can_ask=is_attended())
    login.tell(masker.add)
    events = events or Events(functools.partial(_tell, settings))
    access = Access(
        programs=_programs(settings, device, (target, *paths), asks=opens),
        known_hosts=settings.home.known_hosts,
        carriers=settings.carriers(),
        accept_new_key=accept_new_key,
        evict=evict,
        server_login=ServerLogin(
            user=credentials.server_username or "", password=credentials.server_password or "", use_agent=True
        ),
    )
    home = settings.home
    return DeviceSession(
        device,
        login,
        expected=_expected(settings, target, device),
        trust=Trust(any_name=any_device, any_device=any_device and only_reads),
        tape=Transcripts.of(home.transcripts, device.name, masker).begin,
        masker=masker,
        budgets=home.budgets,
        pastes=home.pastes,
        access=access,
        events=events,
        reopen=reopen,
    )


def _expected(settings: Settings, target: str, device: InventoryDevice) -> Expected:
    """Return what the inventory expects, else the device's own best backup; nothing is known of a bare URL."""
    from oob.backup.catalogue import Catalogue  # as in reach
    from oob.device.identity import Expected

    if "://" in target:
        _say_known(settings, target)
        return Expected.of(device.expect)
    try:
        best = Catalogue(settings.home.backups).best(device.name)
    except (BackupError, UsageError):
        best = None  # an unreadable backup must not block the device
    return Expected.of(device.expect, best.manifest if best else None)


def _say_known(settings: Settings, url: str) -> None:
    """Say that the inventory knows *url*, by whose name the device would be identified."""
    try:
        known = [each.name for each in settings.inventory() if url in [path.url for path in each.paths]]
    except OobError:
        return
    if known:
        settings.note(f"oob: {url} is a path of {known[0]} in the inventory; use that name to have it identified")


def _credentials(
    settings: Settings, device: InventoryDevice, username: str | None, needed: tuple[str, ...]
) -> Credentials:
    """Return the login that is known without asking: given, in the environment, or in the secrets file."""

    def stored() -> Credentials:
        from oob.cli.unlock import stored_credentials  # the encrypted file is opened only where it is needed

        return stored_credentials(settings, device.name, device.groups)

    return resolve(Credentials(username=username), environ=os.environ, stored=stored, needed=needed)


def _programs(settings: Settings, device: InventoryDevice, given: Sequence[str], *, asks: bool) -> Programs:
    """Return which programs may be started: listed ones, those in URLs that were typed, those agreed to now."""
    from oob.transport.programs import Programs, command_of  # as in reach

    hosts = device.hosts.names if device.hosts else {}
    programs = Programs.load(settings.home.programs).allowing(_urls(given, hosts))
    for url in _urls([path.url for path in device.paths] if asks else (), hosts):
        command = command_of(url)
        if command and not programs.allows(command) and is_attended() and not settings.as_json:
            question = f"The inventory's path of {device.name} starts this program: {shlex.join(command)}\nMay it?"
            if confirm(question):
                programs = programs.allowing([url])
    return programs


def _urls(texts: Sequence[str], hosts: Mapping[str, str]) -> Iterator[ConsoleURL]:
    """Yield those of *texts* that are console URLs; a bad one is told when it is opened."""
    for text in texts:
        with suppress(UsageError):
            yield parse(text, hosts)


class AskedLogin:
    """Credentials for *device*; a slot without a value is asked for at the moment the device asks for it."""

    def __init__(self, device: str, known: Credentials, *, can_ask: bool) -> None:
        self._device = device
        self._known = known
        self._can_ask = can_ask
        self._learn: list[Callable[[str], None]] = []

    def tell(self, learn: Callable[[str], None]) -> None:
        """Call *learn* with each secret, also with those that a person types later."""
        self._known.tell(learn)
        self._learn.append(learn)

    @property
    def username(self) -> str | None:
        """The user to log in as."""
        return self._slot("username")

    @property
    def password(self) -> str | None:
        """That user's password."""
        return self._slot("password")

    @property
    def enable(self) -> str | None:
        """The secret of the privileged state."""
        return self._slot("enable")

    def _slot(self, name: str) -> str | None:
        value: str | None = getattr(self._known, name)
        if value is None and self._can_ask:
            value = ask(self._question(name), is_secret=name != "username")
            self._known = replace(self._known, **{name: value})
            for learn in self._learn if name != "username" else ():
                learn(value)
        return value

    def _question(self, name: str) -> str:
        if name == "username":
            return f"{self._device}: username"
        what = "enable password" if name == "enable" else "password"
        return (
            f"{self._device}: {what} for {self._known.username}" if self._known.username else f"{self._device}: {what}"
        )


def _tell(settings: Settings, event: Event) -> None:
    if event.name in TOLD:
        name = "" if event.device in {"", BY_URL} else f"{event.device}: "
        settings.note(f"oob: {one_line(name + event.text)}")
