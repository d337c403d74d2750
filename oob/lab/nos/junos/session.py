"""A session on the console: its user, mode and edit level; it outlives the connection."""

from __future__ import annotations

from oob.lab.nos.junos.command import Menu
from oob.lab.nos.junos.database import Database
from oob.lab.nos.junos.router import JunosRouter
from oob.lab.nos.junos.tree import Statement
from oob.lab.terminal import TerminalPager


class Left(Exception):
    """Raised when the command line ends."""


class JunosSession:
    """A login: *mode* is empty in operational mode, else `shared`, `exclusive` or `private`."""

    def __init__(self, router: JunosRouter, user: str, operational: Menu, configuration: Menu) -> None:
        self.router = router
        self.user = user
        self.operational = operational  # the commands of operational mode
        self.configuration = configuration  # those of configuration mode
        self.mode = ""
        self.edits: list[list[str]] = []  # the levels that `edit` went down, each as a whole path
        self.complete_on_space = True
        self.idle: float | None = None
        self._private: Statement | None = None
        self._screens = 0
        router.terminal.pager = TerminalPager(
            prompt=self._more, erase="\r" + " " * 40 + "\r", page=" ", line="\r", quit="qQ\x03"
        )

    def again(self, user: str) -> JunosSession:
        """Return a new session of *user* on the same router."""
        return JunosSession(self.router, user, self.operational, self.configuration)

    @property
    def menu(self) -> Menu:
        """The commands of the mode that the session is in."""
        return self.configuration if self.mode else self.operational

    @property
    def database(self) -> Database:
        """The router's configuration database."""
        return self.router.database

    @property
    def candidate(self) -> Statement:
        """The configuration that this session edits."""
        return self._private if self._private is not None else self.database.candidate

    @candidate.setter
    def candidate(self, tree: Statement) -> None:
        if self._private is not None:
            self._private = tree
        else:
            self.database.candidate = tree

    @property
    def path(self) -> list[str]:
        """The level that `edit` went to."""
        return self.edits[-1] if self.edits else []

    @property
    def is_modified(self) -> bool:
        """Tell whether the candidate differs from the active configuration."""
        return self.candidate != self.database.active

    def enter(self, mode: str) -> None:
        """Enter configuration mode."""
        self.mode = mode
        self.edits = []
        self._private = self.database.active.copy() if mode == "private" else None

    def leave(self) -> None:
        """Leave configuration mode; discard an exclusive or a private candidate."""
        if self.mode == "exclusive":
            self.database.candidate = self.database.active.copy()
        self._private = None
        self.mode = ""
        self.edits = []

    def committed(self) -> None:
        """Start the next candidate from the configuration just committed."""
        self.database.candidate = self.database.active.copy()
        if self._private is not None:
            self._private = self.database.active.copy()

    def prompt(self) -> str:
        """Return the whole prompt, with the lines above it."""
        where = f"{self.user}@{self.router.hostname}" if self.router.hostname else self.user
        level = "".join(f" {word}" for word in self.path)
        master = "{master}" if self.router.has_two_engines else ""
        above = f"{master}[edit{level}]\n" if self.mode else master + ("\n" if master else "")
        return f"{self.router.reminder()}{above}{where}{'#' if self.mode else '>'} "

    def begin_output(self) -> None:
        """Start counting screens for the pager anew."""
        self._screens = 0

    def _more(self, part: float) -> str:
        self._screens += 1
        return "---(more)---" if self._screens == 1 else f"---(more {int(part * 100)}%)---"
