"""The part of `tclsh` that is used on a console; like the original it runs everything that is not quoted.

Words, quotes, braces, `$`, `[...]` and backslashes are those of Tcl 8; a command that Tcl does not know is given to the
router, as IOS and NX-OS do. `?` and TAB are keys of the line editor here as everywhere else on these consoles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from oob.lab.dialog import CTRL_C, CTRL_Z, Ask, Dialog, Edit, Say
from oob.lab.nos.base.flash import Flash
from oob.lab.nos.base.tcl_words import Brackets, Literal, Script, TclError, Variable, is_complete, parsed

_MODES = ("w", "w+", "a", "a+")


@dataclass
class _Channel:
    """An open file, written to flash when it is closed."""

    url: str
    is_binary: bool = False
    data: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """A Tcl shell with *prompt*, and *more* while a command is unfinished; other text goes to *execute*.

    *url* makes the name of a file on *flash* of what `open` is given.
    """

    flash: Flash
    prompt: Callable[[], str]
    more: str
    execute: Callable[[str], Dialog[None]]
    url: Callable[[str], str] = lambda name: name
    channels: dict[str, _Channel] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def run(self) -> Dialog[None]:
        """Read commands until it is left; files that are still open are written then."""
        typed_so_far = ""
        while True:
            typed = yield Ask(prompt=self.more if typed_so_far else self.prompt(), keys={"?": _help, "\t": _complete})
            if typed.key == CTRL_C:
                typed_so_far = ""
                continue
            line = typed.text
            if not typed_so_far and (line.strip() in ("tclquit", "exit") or typed.key == CTRL_Z):
                break
            typed_so_far += line + "\n"
            if not is_complete(typed_so_far):
                continue
            yield from self._evaluated(typed_so_far)
            typed_so_far = ""
        for channel in self.channels.values():
            self.flash.write(channel.url, bytes(channel.data))

    def _evaluated(self, text: str) -> Dialog[None]:
        try:
            result = yield from self._script(text)
        except TclError as error:
            result = str(error)
        if result:
            yield Say(text=f"{result}\n")

    def _script(self, text: str) -> Dialog[str]:
        """Carry out the commands in *text* one after the other, and return what the last one gives."""
        result = ""
        for command in parsed(text):
            words = []
            for word in command:
                words.append((yield from self._value(word)))
            if words:
                result = yield from self._command(words)
        return result

    def _value(self, word: Script) -> Dialog[str]:
        value = ""
        for part in word:
            if isinstance(part, Literal):
                value += part.text
            elif isinstance(part, Variable):
                value += self._variable(part.name)
            elif isinstance(part, Brackets):
                value += yield from self._script(part.text)
        return value

    def _variable(self, name: str) -> str:
        if name not in self.variables:
            raise TclError(f'can\'t read "{name}": no such variable')
        return self.variables[name]

    def _command(self, words: list[str]) -> Dialog[str]:
        name, *arguments = words
        if name == "catch" and len(arguments) == 1:
            try:
                yield from self._script(arguments[0])
            except TclError:
                return "1"
            return "0"
        known = {
            "set": self._set,
            "open": self._open,
            "puts": self._puts,
            "fconfigure": self._fconfigure,
            "close": self._close,
        }.get(name)
        if known is not None:
            return known(arguments)
        line = " ".join(arguments if name == "exec" else words)
        yield from self.execute(line)
        return ""

    def _set(self, arguments: list[str]) -> str:
        if len(arguments) not in (1, 2):
            raise TclError('wrong # args: should be "set varName ?newValue?"')
        if len(arguments) == 2:
            self.variables[arguments[0]] = arguments[1]
        return self._variable(arguments[0])

    def _open(self, arguments: list[str]) -> str:
        if len(arguments) != 2 or arguments[1] not in _MODES:
            raise TclError('wrong # args: should be "open fileName ?access? ?permissions?"')
        url = self.url(arguments[0])
        if not self.flash.can_hold(url):
            raise TclError(f'couldn\'t open "{arguments[0]}": no such file or directory')
        name = f"file{len(self.channels)}"
        old = (self.flash.read(url) or b"") if arguments[1].startswith("a") else b""
        self.channels[name] = _Channel(url, data=bytearray(old))
        return name

    def _puts(self, arguments: list[str]) -> str:
        has_newline = arguments[:1] != ["-nonewline"]
        left = arguments if has_newline else arguments[1:]
        if len(left) == 1:
            return left[0]
        if len(left) != 2:
            raise TclError('wrong # args: should be "puts ?-nonewline? ?channelId? string"')
        channel = self._channel(left[0])
        text = left[1] + ("\n" if has_newline else "")
        channel.data += text.encode("latin-1", "replace") if channel.is_binary else text.encode()
        return ""

    def _fconfigure(self, arguments: list[str]) -> str:
        if arguments[1:] != ["-translation", "binary"]:
            raise TclError("bad option: should be one of -translation")
        self._channel(arguments[0]).is_binary = True
        return ""

    def _close(self, arguments: list[str]) -> str:
        channel = self._channel(arguments[0] if len(arguments) == 1 else "")
        self.flash.write(channel.url, bytes(channel.data))
        del self.channels[arguments[0]]
        return ""

    def _channel(self, name: str) -> _Channel:
        if name not in self.channels:
            raise TclError(f'can not find channel named "{name}"')
        return self.channels[name]


def _help(line: str) -> Edit:
    return Edit(line=line, text="?\n% Unrecognized command\n")


def _complete(line: str) -> Edit:
    return Edit(line=line)
