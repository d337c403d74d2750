"""The login: from any state of a console to a prompt where commands can be typed."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from oob.console import phrases
from oob.console.attach import KEPT, SETTLED, TAIL, WEAK, View
from oob.console.gate import CredentialGate, OpenGate
from oob.console.grammar import Grammar, State
from oob.console.screen import decode, last_line, plain
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import ConsoleInUse, ConsoleSilent, LoginRefused, PathLost, QuestionAsked, StateUnreachable

AAA_SLOW = 5.0
LOST = 5.0  # after so long without an echo a username has not arrived: a BMC may lose the first packet of a session
MOVES = 30
PACKET = 0.1  # longer than the pause between two packets of a slow line: a prompt that asks for something has ended
VERDICT = 0.8  # seconds for which a login prompt must stay before it says that the credentials were refused
UNFAMILIAR = 2.0  # seconds after which an unended line is taken for a question or a prompt of unknown form
NUDGES = 2
CANCELLED = 5.0  # seconds for an answered or cancelled question to give way


class LoginSecrets(Protocol):
    """The credentials of a login; a missing secret is None, and an empty one is typed as such."""

    @property
    def username(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def enable(self) -> str | None: ...
    def tell(self, learn: Callable[[str], None]) -> None:
        """Call *learn* with each secret: those known now, and those that are learnt later when the device asks."""


class LoginDialog:
    """Answers each thing the console shows until it is a prompt; a password is sent once and never again.

    One refusal ends it: trying the same password again only brings the account nearer to being locked. Nothing is typed
    at a question of the device's own: it is cancelled once, and where it stays the dialog ends. No credential is typed
    where a password is set or a second factor is asked for.
    """

    def __init__(
        self,
        stream: Stream,
        grammar: Grammar,
        secrets: LoginSecrets,
        deadline: Deadline,
        say: Callable[[str], None],
        gate: CredentialGate | None = None,
    ) -> None:
        self.stream = stream
        self.grammar = grammar
        self.secrets = secrets
        self.deadline = deadline
        self.say = say
        self.gate: CredentialGate = gate or OpenGate()
        self.is_logged_in = False
        self.shown = bytearray()  # what came behind the last thing that was typed
        self.login_text: tuple[str, ...] = ()  # the lines above the first prompt for a credential, and that prompt
        self._password_sent = False
        self._username_sent = False
        self._declined = False
        self._answered: set[str] = set()
        self._is_checked = False
        self._refusal = ""  # the words of a refusal, which a login prompt that stays makes one

    def run(self, state: State) -> State:
        """Return the prompt reached from *state*; raises LoginRefused or what else says why there is none.

        WrongDevice comes before a credential is typed at the prompt of another device.
        """
        for _ in range(MOVES):
            if state.is_prompt:
                return state
            state = self._step(state)
        raise StateUnreachable(f"the console keeps showing {state.name}", state=state.name)

    def _step(self, state: State) -> State:
        keys = self.grammar.data.keys
        match state.kind:
            case "press-return" if self._refusal:
                raise self._refused("login")
            case "press-return":
                return self._type(keys.enter.encode(), patience=20)
            case "login":
                return self._login()
            case "password":
                return self._password()
            case "new-password":
                raise LoginRefused(
                    f"the device wants a new password set: {state.text!r}; nothing was typed there. "
                    "Set it by hand with oob console, then store it with oob secrets edit",
                    state=state.name,
                )
            case "second-factor":
                raise LoginRefused(
                    f"the device asks for a second factor: {state.text!r}; oob can give none. "
                    "Use an account that needs only a password, or log in with oob console",
                    state=state.name,
                )
            case "accept":
                return self._once(state, phrases.accept_key(state.text))
            case "pager" if self.grammar.data.pager:
                return self._type(self.grammar.data.pager.quit.encode(), patience=10)
            case "question":
                return self._once(state, self.grammar.question_key(state.text, at_login=True))
            case _:
                raise StateUnreachable(f"no way from here to a prompt: {state.text!r}", state=state.name)

    def _check_name(self) -> None:
        """Raise WrongDevice where what the device shows above a prompt for credentials names another one."""
        name = self.grammar.name_shown(bytes(self.stream.recent))
        if objection := self.gate.objection(name, "credential"):
            raise objection
        if self._username_sent or self._password_sent:
            return
        self.login_text = self.grammar.lines_shown(bytes(self.stream.recent))
        if doubt := self.gate.compare_login(self.login_text, name):
            self.say(doubt)

    def _once(self, state: State, key: str) -> State:
        """Type *key* at a question, once: where it is asked again, nothing more is typed."""
        if state.text not in self._answered:
            self._answered.add(state.text)
            with suppress(ConsoleSilent):
                return self._type(key.encode(), patience=CANCELLED)
        raise QuestionAsked(
            f"the device asks {state.text!r} and {key!r} does not end that: answer it by hand with oob console",
            question=state.text,
        )

    def _login(self) -> State:
        self._check_name()
        if self._password_sent:
            return self._asked_again()
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
        state = self._settle(shown, patience=20, echo=name)
        if state.kind == "password":
            self._check_ours(name)
        return state

    def _check_ours(self, name: str) -> None:
        """Raise ConsoleInUse where the device asks for the password of a name that another operator has typed."""
        typed, end, _ = plain(self.grammar.without_notices(bytes(self.shown))).lstrip(b"\n").partition(b"\n")
        if end and typed.strip() and name.encode() not in plain(bytes(self.shown)):
            raise ConsoleInUse(
                f"something that is not ours appeared at the login: {decode(typed.strip())!r}",
                state="password",
                read=bytes(self.shown),
            )

    def _asked_again(self) -> State:
        """Raise LoginRefused for a login prompt behind the password; without words of refusal only if it stays one."""
        if self._refusal or self._is_checked:
            raise self._refused("login")
        self._is_checked = True
        return self._type(self.grammar.data.keys.nudge.encode(), patience=20)

    def _refused(self, state: str) -> LoginRefused:
        words = f": {self._refusal!r}" if self._refusal else ""
        return LoginRefused(f"the device refused the username or password{words}", state=state)

    def _password(self) -> State:
        self._check_name()
        if self._password_sent:
            raise self._refused("password")
        if self.secrets.password is None:
            raise LoginRefused("the device asks for a password and none was given", state="password")
        if self.secrets.username and not self._username_sent and not self._declined:
            self._declined = True  # it asks for the password of a name that another operator typed
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
        """Return the state that the device settles in behind the output *heard*; says so when AAA seems to be down.

        With *echo* a login prompt counts only when it comes behind that. A device that boots meanwhile is waited for as
        long as the whole login may take.
        """
        shown = self.shown = bytearray(heard)
        started = time.monotonic()
        view = View(self.grammar, shown)
        warned = False
        nudges = 0
        while True:
            state = view.state
            self._note_refusal(shown)
            known = state.is_known and not (state.kind == "login" and echo.encode() not in plain(bytes(shown)))
            if known and view.is_steady:
                return state
            waited = time.monotonic() - started
            left = min(patience - waited, self.deadline.remaining())
            if state.kind == "booting":
                left = self.deadline.remaining()
            if not known and left <= 0:
                raise ConsoleSilent(
                    f"the device did not go on within {waited:.0f} s; last read: {decode(plain(bytes(shown[-80:])))!r}",
                    state=state.name,
                    read=bytes(shown),
                )
            is_unfamiliar = not known and self._is_unfamiliar(bytes(shown))
            wait = self._quiet(state) if known else min(left, UNFAMILIAR if is_unfamiliar else AAA_SLOW)
            if chunk := self._read(wait, state):
                view.feed(chunk)
                del shown[KEPT // 2 : -KEPT // 2]
            elif known:
                return state
            elif is_unfamiliar:
                if found := self._unfamiliar(shown, nudges):
                    return found
                nudges += 1
            elif self._refusal:
                raise self._refused("login")
            elif not warned and self._password_sent and not shown.strip(b"\r\n* "):
                warned = True
                self.say(f"AAA seems down: no answer to the password yet, waiting up to {patience:.0f} s for fall-back")

    def _quiet(self, state: State) -> float:
        """Return how long *state* must stay before it is believed."""
        if state.is_prompt:
            return WEAK if state.is_weak else SETTLED
        if self._password_sent and state.kind in {"login", "password"}:
            return VERDICT
        return SETTLED if self._username_sent and self.grammar.is_password_prompt(state.text) else PACKET

    def _read(self, seconds: float, state: State) -> bytes:
        """Return what comes within *seconds*; a device that hangs up behind words of refusal has refused."""
        try:
            return self.stream.read(seconds)
        except PathLost as error:
            if not self._refusal:
                raise
            raise LoginRefused(
                f"the device refused the login and hung up: {self._refusal!r}", state=state.name
            ) from error

    def _is_unfamiliar(self, shown: bytes) -> bool:
        """Tell whether an unended line of its own may be a question or a prompt that the profile does not know."""
        line = decode(plain(last_line(self.grammar.without_notices(shown[-TAIL:]))))
        return b"\n" in shown and bool(phrases.prompt_sign(line) or phrases.looks_like_question(line))

    def _unfamiliar(self, shown: bytearray, nudges: int) -> State | None:
        """Return what the unended last line turns out to be; None after a return that asked it to show itself again.

        A return is typed only at what ends like a prompt. Raises StateUnreachable where it is neither.
        """
        line = decode(plain(last_line(self.grammar.without_notices(bytes(shown)))))
        if asked := self.grammar.asked(bytes(shown)):
            return asked
        if learned := self.grammar.learn(bytes(shown)):
            self.say(f"the prompt {learned.text.strip()!r} is not in the profile: read as {learned.name}")
            return learned
        if nudges >= NUDGES:
            raise StateUnreachable(
                f"unrecognised prompt for {self.grammar.profile.platform}: {line.strip()!r}",
                state="unknown",
                read=bytes(shown),
            )
        self.stream.write(self.grammar.data.keys.nudge.encode())
        return None

    def _note_refusal(self, shown: bytearray) -> None:
        """Remember words of refusal that begin a whole line: with the login prompt behind them they are the verdict."""
        refused = self.grammar.refused_login
        if not refused or not self._password_sent:
            return
        *lines, _ = plain(bytes(shown)).split(b"\n")
        for line in lines:
            if refused.match(line.lstrip()) or refused.match(line.lstrip(b" %*>-")):
                self._refusal = decode(line).strip()
