"""One console, reached and kept: attach, log in, run, paste, change state, come back after a drop, leave as found."""

from __future__ import annotations

import secrets as randomness
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from oob.console import phrases
from oob.console.attach import AttachResult, attach
from oob.console.conversation import ANSWERED, MARK, Conversation
from oob.console.gate import Gate, OpenGate
from oob.console.grammar import Grammar, State
from oob.console.load import cancel, load
from oob.console.login import LoginDialog, LoginSecrets
from oob.console.output import Output
from oob.console.paste import Paste, Pasted
from oob.console.paste_lines import paste_lines
from oob.console.progress import quiet
from oob.console.screen import decode, last_line, plain
from oob.console.stream import Stream, Tape
from oob.console.typeable import check_typeable
from oob.deadline import Deadline
from oob.errors import (
    CommandUnfinished,
    ConsoleError,
    LoginRefused,
    OobError,
    OutputUnverified,
    StateUnreachable,
)
from oob.profile.model import Move, Profile
from oob.transport.base import Transport

REACH = 180.0
SLOW = 2.0  # seconds for a command from which on a device is called slow
LOADS = 3
LOGGED_OUT = 2.0  # seconds within which a device shows that it has logged out
LOGGED_OUT_STATES = frozenset({"login", "password", "press-return", "silent", "booting"})


def _ignore(text: str) -> None:
    """Say nothing."""


class Console:
    """The text conversation with one device over one transport; `open()` brings it to the profile's home state.

    *found* is the earlier state of the console, *connect_seconds* how long the way to the first prompt took. *is_held*
    says that the session has a trial of its own running, which leaving its state would end. The *gate* says whether
    the device behind it is the right one, each time that the console is opened. A round trip of the path takes *trip*
    seconds at most: as long as it took to open.
    """

    def __init__(
        self,
        transport: Transport,
        profile: Profile,
        secrets: LoginSecrets,
        *,
        tape: Tape | None = None,
        say: Callable[[str], None] = _ignore,
        gate: Gate[Console] | None = None,
        trip: float = 0.0,
    ) -> None:
        self.profile = profile
        self.gate: Gate[Console] = gate or OpenGate()
        self.grammar = Grammar(profile)
        self.secrets = secrets
        self.say = say
        self.stream = Stream(transport, tape)
        self.conversation = Conversation(self.stream, self.grammar)
        self.found: AttachResult | None = None
        self.login_text: tuple[str, ...] = ()
        self.connect_seconds = 0.0
        self.is_held = False
        self._trip = trip
        self._logged_in_by_us = False
        self._is_left = False
        self._is_pace_told = False

    # --- reaching a known state

    def open(self, timeout: float = REACH, *, only_return: bool = False) -> AttachResult:
        """Reach the home state from whatever the console shows, and return what that was; changes no configuration.

        Raises WrongDevice, with the console left as it was found, where the gate does not let this device pass.
        """
        started = time.monotonic()
        deadline = Deadline(timeout)
        self.mark("attach")
        found = attach(
            self.stream,
            self.grammar,
            deadline,
            only_return=only_return,
            is_known=True,
            trip=self._trip,
            say=self.say,
        )
        dialog = LoginDialog(self.stream, self.grammar, self.secrets, deadline, self.say, self.gate)
        try:
            self.conversation.state = dialog.run(found.now)
            self.login_text = dialog.login_text or self.login_text
            if dialog.is_logged_in:
                self._stay_in_login_shell()
            self._arrive(is_first=self.found is None)
        except OobError as error:
            has_logged_out = isinstance(error, ConsoleError) and error.state in {"login", "press-return"}
            if has_logged_out and self.profile.login_shell and not dialog.is_logged_in:
                return self.open(deadline.remaining())  # it was a login shell: leaving it has logged it out
            if dialog.is_logged_in:
                self._back_out(b"" if self.state.is_prompt else bytes(dialog.shown))
            elif self.conversation.nonce and not self.stream.is_lost:
                self._type_all(self.grammar.data.leave)
            raise
        self.found = found
        self._logged_in_by_us |= dialog.is_logged_in
        self.connect_seconds = time.monotonic() - started
        return found

    def _stay_in_login_shell(self) -> None:
        """Take the command line that the login has led to for home, where leaving it would log out."""
        shell = self.profile.login_shell
        if shell and shell.state == self.state.name:
            self.profile = self.profile.in_login_shell()
            self.grammar = Grammar(self.profile)
            self.conversation.grammar = self.grammar
            self.say(f"the login shell of this account is {self.state.text.strip()!r}: {self.profile.lacks}")

    def _arrive(self, *, is_first: bool) -> None:
        """Identify the device and go to the home state; a configuration mode is left only on the right device."""
        objection = self.gate.objection(self.state.host)
        is_aside = self.state.kind == "config" and self._prompt_aside is not None
        if self.state.kind == "config" and objection and not is_aside:
            raise objection
        is_identified = is_aside or (self.state.kind == "user" and objection is not None)
        if is_identified:
            self.conversation.can_mark = self.grammar.data.end_of_output == "typed-ahead"
            self._set_up_aside()
            self.gate.identify(self)
        self._go_home(is_arrival=is_first)
        if not self.is_held:
            self._set_up()
        if not is_identified:
            self.gate.identify(self)

    def _set_up_aside(self) -> None:
        """Turn paging off where the console is; a platform that does not take that there has its pages turned."""
        if self.grammar.data.end_of_output == "nonce-prompt":
            return
        for line in self.grammar.data.setup:
            self.conversation.run(self.aside + line)

    @property
    def _prompt_aside(self) -> str | None:
        prompt = self.grammar.data.prompts.get(self.state.name)
        return prompt.aside if prompt else None

    @property
    def aside(self) -> str:
        """Return the prefix of a read-only command in the present state of the console."""
        return self._prompt_aside or ""

    def _back_out(self, shown: bytes) -> None:
        """Log out again after an opening that failed behind the login.

        *shown* is what the console showed last, where that was not a prompt.
        """
        if self.stream.is_lost:
            return
        try:
            state = self._cancelled(shown) if shown or not self.conversation.is_at_prompt else self.state
            if state.is_prompt:
                self._type_all((self.grammar.data.logout,))
                state = self.grammar.classify(quiet(self.stream, self.grammar, LOGGED_OUT, limit=10))
            if state.kind not in LOGGED_OUT_STATES:
                self.say(f"the console may still be logged in: it shows {state.text!r}")
        except OobError as error:
            self.say(f"the console could not be left in order: {error}")

    def _type_all(self, lines: Sequence[str]) -> None:
        for line in lines:
            self.conversation.send(line.encode() + self.conversation.enter)

    def _cancelled(self, shown: bytes) -> State:
        """Return what the console shows once whatever it asks has been cancelled; nothing is answered."""
        shown += self.stream.drain()
        state = self.grammar.classify(shown)
        if state.kind in {"login", "press-return", "booting"} or state.is_prompt:
            return state
        if state.kind == "unknown" and phrases.prompt_sign(decode(plain(last_line(shown)))):
            return State(name="unfamiliar", kind="other", text=decode(plain(last_line(shown))))
        self.conversation.send(self.grammar.data.keys.cancel.encode())
        shown = quiet(self.stream, self.grammar, LOGGED_OUT, limit=10)
        return self.grammar.classify(shown) if shown.strip() else state

    def reopen(self, transport: Transport, timeout: float = REACH) -> AttachResult:
        """Go on over *transport* after the path died: find out where the device is without disturbing what it does."""
        self.stream.transport.close()
        self._is_left = False
        self._trip = max(self._trip, self.stream.round_trip or 0.0)
        tape = self.stream.tape
        received, sent = self.stream.bytes_in, self.stream.bytes_out
        self.stream = Stream(transport, tape)
        self.stream.bytes_in, self.stream.bytes_out = received, sent
        before = self.conversation
        self.conversation = Conversation(self.stream, self.grammar)
        self.conversation.pace, self.conversation.max_output = before.pace, before.max_output
        return self.open(timeout, only_return=True)

    def _show_what_is_dropped(self) -> None:
        """Have the device print uncommitted edits into the transcript where going home drops them."""
        here = self.state.name
        drops = next((move.drops for move in self.grammar.data.moves if move.start == here and move.drops), "")
        if drops:
            self.say(f"the console was left in {here}; its uncommitted edits are in the transcript")
            self.conversation.run(drops)

    def _go_home(self, *, is_arrival: bool) -> None:
        """Go to the home state; stay where the device asks back because a trial of this very session runs."""
        home, timer = self.profile.home_state, self.profile.timer
        try:
            if self.state.kind in {"shell", "other"} and self.state.name != home:
                self._make(self._first_move(self.state.name, home), self.state.name)
            self.conversation.can_mark = self.grammar.data.end_of_output == "typed-ahead"
            if is_arrival:
                self._show_what_is_dropped()
            self.go(home)
        except StateUnreachable:
            if timer is None or timer.confirm_by != "session" or self.state.kind != "config":
                raise
            self.is_held = True
        else:
            self.is_held = False

    def _set_up(self) -> None:
        """Turn paging off and make the prompt our own, for this session alone."""
        data = self.grammar.data
        nonce = f"oob-{randomness.token_hex(4)}"
        if data.end_of_output == "nonce-prompt":
            for line in data.setup:
                # The quotes keep the echo of this line from being the prompt that it sets.
                self.conversation.send(line.replace("{nonce}", nonce.replace("-", "-''")).encode())
                self.conversation.nonce = f"{nonce}$ ".encode()
                self.conversation.send(self.conversation.enter)
                self.conversation.read_answer(line)
        elif data.setup:
            Paste(self.conversation, data.setup).run()
        self._tell_pace()

    def _tell_pace(self) -> None:
        """Say once that the device takes long over commands that do nothing."""
        pace = self.conversation.pace or 0.0
        if pace >= SLOW and not self._is_pace_told:
            self._is_pace_told = True
            self.say(f"commands take {pace:.0f} s here (AAA?): every time limit and the plan follow that")

    @property
    def pace(self) -> float:
        """Return the seconds that a command takes on this device besides what it prints."""
        pace = self.conversation.pace or 0.0
        return pace if pace >= SLOW else 0.0

    # --- what it shows

    @property
    def state(self) -> State:
        """The state that the console is in."""
        return self.conversation.state

    @property
    def host(self) -> str:
        """The host name in the last prompt that held one."""
        return self.state.host or (self.found.now.host if self.found else "")

    def mark(self, text: str) -> None:
        """Write *text* into the transcript as a marker."""
        if self.stream.tape:
            self.stream.tape.mark(text)

    # --- acts

    def run(self, command: str, *, silence: float | None = None, limit: float = ANSWERED) -> Output:
        """Run *command* and return its whole output; see Conversation.run."""
        return self.conversation.run(command, silence=silence, limit=limit)

    def ask(self, command: str, answers: Mapping[str, str], *, silence: float | None = None) -> Output:
        """Run *command* and answer its questions: pattern → the reply to type, with the return where one is needed."""
        typed = {pattern: answer.encode() for pattern, answer in answers.items()}
        return self.conversation.ask(command, typed, silence=silence)

    def help(self, line: str) -> str:
        """Return what the device's own help says behind *line*; it is typed, cleared, and never carried out."""
        keys = self.grammar.data.keys
        marked = self.conversation.can_mark
        check_typeable((line,))
        self.conversation.check_idle()
        typed = f"{line} ?{keys.kill}{keys.enter}".encode()
        self.conversation.send(typed + (MARK if marked else b""))
        return decode(plain(self.conversation.read_answer(f"{line} ?", marked=marked).raw))

    def paste(self, lines: Sequence[str], *, silence: float | None = None) -> Pasted:
        """Send *lines* in the present state; see paste_lines."""
        return paste_lines(self.conversation, lines, silence=silence)

    def write_text(self, lines: Sequence[str], *, silence: float | None = None) -> Pasted:
        """Send *lines* as one text, typed at prompts, that must arrive whole; after a loss all of it is sent again."""
        state = self.state.name
        for attempt in range(1, LOADS + 1):
            try:
                return Paste(self.conversation, lines, is_one_text=True).run(silence=silence)
            except (OutputUnverified, CommandUnfinished):
                cancel(self.conversation)
                if attempt == LOADS:
                    raise
                self.go(state)
        raise AssertionError("the last attempt returns or raises")

    def load(
        self, command: str, lines: Sequence[str], *, ready: str, close: str, silence: float | None = None
    ) -> Output:
        """Load *lines* as one text: *command* opens it, *ready* says that it may begin, the key *close* ends it.

        A text that did not arrive as it was sent is cancelled and loaded again, LOADS times at most.
        """
        for attempt in range(1, LOADS + 1):
            try:
                return load(self.conversation, command, lines, ready=ready, close=close, silence=silence)
            except OutputUnverified:
                cancel(self.conversation)
                if attempt == LOADS:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def reboot(self, command: str, answers: Mapping[str, str], *, silence: float) -> str:
        """Send a *command* that restarts the device, wait until it is back, and return what it said meanwhile."""
        typed = {pattern: answer.encode() for pattern, answer in answers.items()}
        try:
            return self.conversation.ask(command, typed, silence=silence).text
        except ConsoleError as error:
            if error.state not in {"login", "press-return"}:
                raise
            self.open(only_return=True)
            return decode(error.read)

    def go(self, target: str) -> None:
        """Bring the console to the state *target* by the profile's moves; raises StateUnreachable."""
        while self.state.name != target:
            before = self.state.name
            move = self._first_move(before, target)
            said = self._make(move, before)
            if self.state.name == before and move.secret:
                why = " ".join(said.text.split())
                raise LoginRefused(f"the device refused the {move.secret} password: {why!r}", state=before)
            if self.state.name == before:
                raise StateUnreachable(
                    f"the device stays in {before} after {move.send!r}: {' '.join(said.text.split())!r}",
                    state=before,
                    read=said.text.encode(),
                )

    def _make(self, move: Move, start: str) -> Output:
        if not move.secret and not move.answers:
            return self.conversation.run(move.send)
        enter = self.conversation.enter
        answers = {pattern: answer.encode() + enter for pattern, answer in move.answers.items()}
        objection = self.gate.objection(self.state.host, f"{move.secret} password") if move.secret else None
        if move.secret and not objection:
            asked = rf"(?:(?:{self.grammar.data.login.password})\Z|{phrases.secret_prompt()})"
            answers[asked] = self._secret(move).encode() + enter
        try:
            return self.conversation.ask(move.send, answers, once=True, expected=move.end)
        except ConsoleError as error:
            if error.state not in {"password", "new-password", "second-factor"}:
                raise
            asked = " ".join(self.grammar.classify(error.read).text.split())
            self.conversation.send(self.grammar.data.keys.cancel.encode() + enter)
            after = self.grammar.classify(self.conversation.quiet(limit=10))
            if after.is_prompt:
                self.conversation.state = after
            if objection:
                raise objection from error
            if error.state != "password":
                raise LoginRefused(
                    f"{move.send!r} leads to {asked!r}: no secret was typed there", state=start
                ) from error
            raise LoginRefused(f"the device refused the {move.secret} password", state=start) from error

    def _secret(self, move: Move) -> str:
        value = self.secrets.enable if move.secret == "enable" else self.secrets.password
        if value is None:
            raise LoginRefused(f"the device may ask for an {move.secret} password and none was given", state=move.start)
        return value

    def _first_move(self, start: str, target: str) -> Move:
        ways: deque[tuple[str, Move | None]] = deque([(start, None)])
        seen = {start}
        while ways:
            here, first = ways.popleft()
            for move in self.grammar.data.moves:
                if move.start != here or move.end in seen:
                    continue
                if move.end == target:
                    return first or move
                seen.add(move.end)
                ways.append((move.end, first or move))
        raise StateUnreachable(f"{self.profile.platform} has no way from {start} to {target}", state=start)

    def send_break(self, seconds: float = 0.25) -> None:
        """Send a BREAK over the transport."""
        self.stream.transport.send_break(seconds)

    @property
    def is_stranded(self) -> bool:
        """Tell whether we are logged in on a console that the path to has died."""
        return self._logged_in_by_us and self.stream.is_lost and not self._is_left

    def leave(self) -> None:
        """Leave the console as it was found: log out where we logged in, and leave nothing half-typed.

        A second call does nothing.
        """
        if self._is_left:
            return
        self._is_left = True
        try:
            if not self._is_out_of_questions():
                self.say(f"the console is left at {self._last_line()!r}: nothing was answered there")
            elif self._logged_in_by_us:
                self._log_out()
            elif self.state.is_prompt:
                self._type_all(self.grammar.data.leave)
        except OobError as error:
            self.say(f"the console could not be left in order: {error}")
        finally:
            self.stream.close()

    def _is_out_of_questions(self) -> bool:
        """Cancel what a command of ours has asked; tell whether the console is at a prompt, or still at its work."""
        if self.conversation.is_at_prompt or not self.grammar.question(bytes(self.stream.recent)):
            return True
        state = self._cancelled(b"")
        if state.is_prompt:
            self.conversation.state = state
        return state.is_prompt

    def _last_line(self) -> str:
        return decode(plain(last_line(self.stream.recent))).strip()

    def _log_out(self) -> None:
        if self.state.kind == "config":
            self.go(self.profile.home_state)
        self.conversation.send(self.grammar.data.logout.encode() + self.conversation.enter)
        self.conversation.quiet(limit=5)
