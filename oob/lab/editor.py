"""The line editor of a router's console: keys in, echo and finally a line out. No I/O, no time."""

from __future__ import annotations

from oob.lab.dialog import CTRL_C, CTRL_Z, RETURN, Ask, TypedLine

BACKSPACES = "\b\x7f"
SHIFT = 10  # columns that a line moves left when it reaches the margin
ESCAPE = "\x1b"
LITERAL = "\x16"  # Ctrl-V: the key behind it is only a character


class LineEditor:
    """One line being typed. `press` takes a key and returns what to echo; `done` holds the line once it ended."""

    def __init__(self, ask: Ask, width: int = 0) -> None:
        self.ask = ask
        self.text = ""
        self.done: TypedLine | None = None
        self._cursor = 0
        self._hidden = 0  # characters that slid out to the left
        self._escape = ""
        self._is_literal = False
        self._room = max(SHIFT * 2, width - len(ask.prompt.rpartition("\n")[2])) if width else 0

    def press(self, key: str) -> str:
        """Take one character; return the text to show for it."""
        if self._is_literal or key == LITERAL:
            self._is_literal = not self._is_literal
            return "" if self._is_literal else self._insert(key)
        if self._escape or key == ESCAPE:
            return self._swallow_escape(key)
        if key == RETURN or key in self.ask.ends:
            return self._end(key)
        hook = (self.ask.keys or {}).get(key)
        if hook is not None and (edit := hook(self.text[: self._cursor])) is not None:
            return self._replaced(edit.line, edit.text)
        if key in BACKSPACES:
            return self._erase(1)
        if key >= " ":
            return self._insert(key)
        return self._control(key)

    def redraw(self) -> str:
        """Return the prompt and the visible part of the line."""
        return self.ask.prompt + self._shown() + "\b" * (len(self.text) - self._cursor if self.ask.echo else 0)

    def _control(self, key: str) -> str:
        if key == "\x15":  # Ctrl-U
            return self._erase(self._cursor)
        if key == "\x17":  # Ctrl-W
            before = self.text[: self._cursor].rstrip()
            return self._erase(self._cursor - (before.rfind(" ") + 1))
        if key == "\x0b":  # Ctrl-K
            return self._change(self.text[: self._cursor], self._cursor)
        if key in "\x0c\x12":  # Ctrl-L, Ctrl-R
            return "\n" + self.redraw()
        if key in "\x01\x05":  # Ctrl-A, Ctrl-E
            return self._change(self.text, 0 if key == "\x01" else len(self.text))
        return ""

    def _end(self, key: str) -> str:
        self.done = TypedLine(text=self.text, key=key)
        if key in (CTRL_C, CTRL_Z):
            return f"^{chr(ord(key) + 64)}\n"
        tail = self.ask.tail if self.text.strip() else ""
        return f"{tail}\n" if key == RETURN else ""

    def _swallow_escape(self, key: str) -> str:
        self._escape += key
        if len(self._escape) > 1 and (key.isalpha() or key == "~" or len(self._escape) > 8):
            self._escape = ""
        return ""

    def _insert(self, key: str) -> str:
        return self._change(self.text[: self._cursor] + key + self.text[self._cursor :], self._cursor + 1)

    def _erase(self, count: int) -> str:
        start = max(0, self._cursor - count)
        return self._change(self.text[:start] + self.text[self._cursor :], start)

    def _replaced(self, line: str, text: str) -> str:
        if text:
            self.text, self._cursor = line, len(line)
            self._scroll()
            return text + self.redraw()
        return self._change(line + self.text[self._cursor :], len(line))

    def _change(self, text: str, cursor: int) -> str:
        """Take over *text* and *cursor*; return the shortest thing a terminal needs to show them."""
        old, old_cursor, old_shown, hidden = self.text, self._cursor, self._shown(), self._hidden
        self.text, self._cursor = text, cursor
        if not self.ask.echo:
            return ""
        self._scroll()
        if hidden == self._hidden and old_cursor == len(old) and cursor == len(text):
            if text.startswith(old):
                return text[len(old) :]
            if old.startswith(text):
                return "\b \b" * (len(old) - len(text))
        shown = self._shown()
        back = len(old_shown) - (len(old) - old_cursor)
        blank = max(0, len(old_shown) - len(shown))
        return "\b" * back + shown + " " * blank + "\b" * (blank + len(text) - cursor)

    def _scroll(self) -> None:
        if self._room:
            over = self._cursor - self._room + 2
            self._hidden = 0 if over <= 0 else -(-over // SHIFT) * SHIFT

    def _shown(self) -> str:
        if not self.ask.echo:
            return ""
        return "$" + self.text[self._hidden + 1 :] if self._hidden else self.text
