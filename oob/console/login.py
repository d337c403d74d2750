"""From whatever a console shows to a prompt where commands can be typed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from oob.console.attach import SETTLED, TAIL
from oob.console.gate import Gate, OpenGate
from oob.console.grammar import Grammar, State
from oob.console.screen import decode, plain
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import ConsoleSilent, LoginRefused, StateUnreachable

AAA_SLOW = 5.0
LOST = 5.0  # after so long without an echo a username has not arrived: a BMC may lose the first packet of a session
MOVES = 30


class LoginSecrets(Protocol):
    """What a login needs; a secret that is not there is None."""

    @property
    def username(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def enable(self) -> str | None: ...


class LoginDialog:
    """Answers each thing the console shows until it is a prompt; a password is sent once and never again.

    One refusal ends it: trying the same password again only brings the account nearer to being locked.
    """

    def __init__(
        self,
        stream: Stream,
        grammar: Grammar,
        secrets: LoginSecrets,
        deadline: Deadline,
        say: Callable[[str], None],
        gate: Gate | None = None,
    ) -> None:
        self.stream = stream
        self.grammar = grammar
        self.secrets = secrets
        self.deadline = deadline
        self.say = say
        self.gate = gate or OpenGate()
        self.is_logged_in = False
        self._password_sent = False
        self._username_sent = False
        self._declined = False

    def run(self, state: State) -> State:
        """Return the prompt reached from *state*; raises LoginRefused, ConsoleSilent, StateUnreachable, or
        WrongDevice before a credential is typed at the prompt of another device."""
        for _ in range(MOVES):
            if state.is_prompt:
                return state
            state = self._step(state)
        raise StateUnreachable(f"the console keeps showing {state.name}", state=state.name)

    def _step(self, state: State) -> State:
        keys = self.grammar.data.keys
        match state.kind:
            case "press-return":
                return self._type(keys.enter.encode(), patience=20)
            case "login":
                return self._login()
            case "password":
                return self._password()
            case "pager" if self.grammar.data.pager:
                return self._type(self.grammar.data.pager.quit.encode(), patience=10)
            case "question":
                return self._type(self.grammar.question_key(state.text).encode(), patience=10)
            case _:
                raise StateUnreachable(f"no way from here to a prompt: {state.text!r}", state=state.name)

    def _check_name(self) -> None:
        """Raise WrongDevice where what the device shows above a prompt for credentials names another one."""
        name = self.grammar.name_shown(bytes(self.stream.recent))
        if objection := self.gate.objection(name, "credential"):
            raise objection

    def _login(self) -> State:
        self._check_name()
        if self._password_sent:
            raise LoginRefused("the device refused the username or password", state="login")
        if not self.secrets.username:
            raise LoginRefused("the device asks for a username and none was given", state="login")
        if self._username_sent:
            raise LoginRefused(f"the device does not take the username {self.secrets.username!r}", state="login")
        self._username_sent = True
        name = self.secrets.username + self.grammar.data.login.suffix
        typed = name.encode() + self._enter
        self.stream.write(typed)
        shown = self.stream.read(min(LOST, self.deadline.remaining()))
        if not shown:
            state = self._type(self.grammar.data.keys.nudge.encode(), patience=20)
            if state.kind != "login":
                return state
            self.stream.write(typed)
        # A prompt that an earlier key brought may still be on its way: only one behind our own echo counts.
        return self._settle(shown, patience=20, echo=name)

    def _password(self) -> State:
        self._check_name()
        if self._password_sent:
            raise LoginRefused("the device refused the password", state="password")
        if not self.secrets.password:
            raise LoginRefused("the device asks for a password and none was given", state="password")
        if self.secrets.username and not self._username_sent and not self._declined:
            self._declined = True  # it asks for the password of a name that somebody else has typed
            return self._type(self._enter, patience=20)
        self._password_sent = True
        self.is_logged_in = True
        return self._type(self.secrets.password.encode() + self._enter, patience=self.grammar.data.login.patience)

    @property
    def _enter(self) -> bytes:
        return self.grammar.data.keys.enter.encode()

    def _type(self, data: bytes, *, patience: float) -> State:
        """Type *data* and return the state that the device then settles in."""
        self.stream.write(data)
        return self._settle(patience=patience)

    def _settle(self, heard: bytes = b"", *, patience: float, echo: str = "") -> State:
        """Return the state that the device settles in behind what was *heard*; says so when AAA seems to be down.

        With *echo* a login prompt counts only when it comes behind that.
        """
        shown = bytearray(heard)
        started = time.monotonic()
        warned = False
        while True:
            state = self.grammar.classify(bytes(shown[-TAIL:]))
            self._check_refused(shown)
            known = state.kind not in {"silent", "unknown"}
            if state.kind == "login" and echo.encode() not in plain(bytes(shown)):
                known = False
            waited = time.monotonic() - started
            left = min(patience - waited, self.deadline.remaining())
            if not known and left <= 0:
                raise ConsoleSilent(
                    f"the device did not go on within {waited:.0f} s; last read: {decode(plain(bytes(shown[-80:])))!r}",
                    state=state.name,
                    read=bytes(shown),
                )
            chunk = self.stream.read(SETTLED if known else min(left, AAA_SLOW))
            if chunk:
                shown += chunk
            elif known:
                return state
            elif not warned and self._password_sent:
                warned = True
                self.say(f"AAA seems down: no answer to the password yet, waiting up to {patience:.0f} s for fall-back")

    def _check_refused(self, shown: bytearray) -> None:
        refused = self.grammar.refused_login
        if not refused or not self._password_sent:
            return
        match = refused.search(plain(bytes(shown)))
        if match and bytes(shown).rstrip(b" ").endswith((b"\n", b":", b"\r")):
            words = decode(match[0]).strip()
            raise LoginRefused(f"the device refused the login: {words!r}", state="login", read=bytes(shown))
