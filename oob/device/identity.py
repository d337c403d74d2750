"""Who the device on a console must be: hostname and serial number, asked for before anything else is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oob.backup.manifest import Manifest
from oob.console.console import Console
from oob.device import dialogue
from oob.device.facts import value
from oob.device.reading import read_command
from oob.errors import OutputUnverified, WrongDevice
from oob.inventory.device import Expect
from oob.profile import model

UNCHECKED = "identity not checked: no expected serial number or hostname"
SHORTEST_CUT = 15  # characters: the shortest hostname that a prompt may have truncated (IOS keeps 20 of them)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Who the device must be; empty is not compared. *aliases* are other hostnames that it may have.

    *login* holds the lines that it showed before its login when a backup was taken.
    """

    serial: str = ""
    hostname: str = ""
    aliases: tuple[str, ...] = ()
    login: tuple[str, ...] = ()

    @classmethod
    def of(cls, expect: Expect, baseline: Manifest | None = None, login: tuple[str, ...] = ()) -> Expected:
        """Return what the inventory expects, and what *baseline* says where the inventory says nothing.

        A backup that is not known to be good may have been read in a broken state: its hostname counts only where it
        holds no serial number. *login* is the login text that the backup holds.
        """
        serial = expect.serial or (baseline.serial if baseline else "")
        counts = baseline is not None and (baseline.known_good or not serial)
        hostname = expect.hostname or (baseline.hostname if baseline and counts else "")
        return cls(serial=serial, hostname=hostname, aliases=expect.aliases, login=login)

    @property
    def names(self) -> tuple[str, ...]:
        """The hostnames that the device may have."""
        return tuple(filter(None, (self.hostname, *self.aliases)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Overrides by the operator: *any_name* types credentials at any prompt, *any_device* only warns.

    *needs_name* is the policy's: no credential is typed where the console shows no hostname.
    """

    any_name: bool = False
    any_device: bool = False
    needs_name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The identity that a device gave; "" where it did not say it."""

    hostname: str
    serial: str

    def __str__(self) -> str:
        return f"hostname {self.hostname or 'unknown'}, serial number {self.serial or 'unknown'}"


class Identity:
    """The gate of one session: it compares each device that the session meets with the expected one.

    *pins* has the first device asked even where nothing is expected, so that a session which comes back after a drop
    comes back to the same device. *answers* holds what the device was asked during the last opening.
    """

    def __init__(
        self, name: str, expected: Expected, *, trust: Trust, warn: Callable[[str], object], pins: bool = False
    ) -> None:
        self._name = name
        self.expected = expected
        self._trust = trust
        self._warn = warn
        self._warned: set[str] = set()
        self._pins = pins
        self._first: Told | None = None
        self._learnt: tuple[str, ...] = ()
        self.answers: dict[str, str] = {}

    # --- the gate

    def objection(self, name: str, secret: str = "") -> WrongDevice | None:
        """Return why *secret* must not be typed at a device that shows *name*, None where nothing contradicts."""
        names = (*self.expected.names, *self._learnt)
        if self._trust.any_name or not name or not names or any(_may_be(name, known) for known in names):
            return None
        kept = f"; no {secret} was typed" if secret else ""
        return WrongDevice(
            f"{self._name}: the console shows hostname {name}, {self.expected.hostname or names[0]} was expected{kept} "
            f"(if it is the same device: add {name} to expect.aliases in the inventory, or use --any-device)"
        )

    def compare_login(self, shown: Sequence[str], name: str) -> str:
        """Return that the device is unknown before its login; raises WrongDevice where *shown* names another one."""
        names = (*self.expected.names, *self._learnt)
        if self._trust.any_name or not names:
            return ""
        if other := dialogue.another_name(self.expected.login, shown, names):
            raise WrongDevice(
                f"{self._name}: the login text names {other} where that of its backup names {names[0]}; no credential "
                f"was typed (if it is the same device: add {other} to expect.aliases, or use --any-device)"
            )
        if name or dialogue.shows(shown, names):
            return ""
        is_same = dialogue.is_same_text(shown, self.expected.login)
        text = " and the login text is not that of its backup" if self.expected.login and not is_same else ""
        unknown = f"the console shows no hostname before the login{text}"
        if self._trust.needs_name:
            raise WrongDevice(
                f"{self._name}: {unknown}; the policy refuses an unknown console, and no credential was typed"
                " (use --any-device)"
            )
        return f"{unknown}: credentials are typed without knowing the device"

    def identify(self, console: Console) -> None:
        """Ask the device for its hostname and serial number; raises WrongDevice where they are not the expected."""
        self.answers = {}
        expects = bool(self.expected.serial or self.expected.names)
        facts = console.profile.facts
        if facts is None or not (expects or self._pins):
            self._compare_prompt(console.host, expects=expects)
            return
        told = self._ask(console, facts)
        problem = self._problem(told)
        if problem and self._trust.any_device and self._first is None:
            self.say(f"{problem}; continued by --any-device")
        elif problem:
            raise WrongDevice(f"{self._name}: {problem}; nothing was written to it")
        elif not expects:
            self.say(UNCHECKED)
        self._first = self._first or told
        self._learnt = tuple({*self._learnt, told.hostname} - {""})

    # --- comparing

    def _problem(self, told: Told) -> str:
        """Return why this is another device, "" where it is the expected one."""
        first = self._first or Told(hostname="", serial="")
        serial = first.serial or self.expected.serial
        names = tuple(filter(None, (*self.expected.names, *self._learnt)))
        if serial and _plain(told.serial) != _plain(serial):
            if not told.serial:
                return f"the device could not be identified ({told}), serial number {serial} was expected"
            return (
                f"the device on this console has serial number {told.serial} (hostname {told.hostname or 'unknown'}), "
                f"{serial} was expected"
            )
        if not names or any(is_same_name(told.hostname, name) for name in names):
            return ""
        if serial:
            self.say(f"its hostname is {told.hostname or 'unknown'} instead of {names[0]}; its serial number matches")
            return ""
        if not told.hostname:
            return f"the device could not be identified ({told}), hostname {names[0]} was expected"
        return (
            f"the device on this console has hostname {told.hostname}, {names[0]} was expected and no serial number is "
            "known"
        )

    def _compare_prompt(self, name: str, *, expects: bool) -> None:
        """Compare only the prompt, where the device is not asked: with the expected name, or with the first prompt."""
        if (self._first or expects) and (objection := self.objection(name)):
            raise objection
        if not expects or self.expected.serial:
            self.say(UNCHECKED if not expects else "identity not checked: the profile has no facts to ask for")
        self._first = self._first or Told(hostname=name, serial="")
        self._learnt = tuple({*self._learnt, name} - {""})

    def say(self, text: str) -> None:
        """Warn of *text* once."""
        if text not in self._warned:
            self._warned.add(text)
            self._warn(text)

    # --- asking

    def _ask(self, console: Console, facts: model.FactsData) -> Told:
        """Run the fact commands one by one until both are told, or as much as is compared."""
        serial = self._pins or bool(self.expected.serial)
        for command in facts.commands:
            self.answers[command] = _read(console, console.aside + command)
            text = "\n".join(self.answers.values())
            told = Told(hostname=value(facts.hostname, text), serial=value(facts.serial, text))
            if told.hostname and (told.serial or not serial):
                break
        return told


def _read(console: Console, command: str) -> str:
    """Return what *command* prints; where paging is still on, pages are turned and the end is not proven by a mark."""
    try:
        return read_command(console, command).text
    except OutputUnverified:
        if not console.conversation.can_mark:
            raise
    console.conversation.can_mark = False
    try:
        return read_command(console, command).text
    finally:
        console.conversation.can_mark = True


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two hostnames are the same one, with or without its domain."""
    one, other = one.casefold(), other.casefold()
    if "." in one and "." in other:
        return one == other
    return bool(one) and one.partition(".")[0] == other.partition(".")[0]


def _may_be(shown: str, known: str) -> bool:
    """Tell whether a prompt may *show* the *known* hostname: truncated, or with the context behind a slash."""
    shown = shown.casefold().partition("/")[0]
    is_cut = len(shown) >= SHORTEST_CUT and known.casefold().startswith(shown)
    return is_cut or is_same_name(shown, known)


def _plain(serial: str) -> str:
    return re.sub(r"\s", "", serial).casefold()
