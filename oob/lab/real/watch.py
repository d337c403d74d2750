"""A watch on a command: every DNS packet that it sends, and every secret in a process's arguments."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from oob.lab.real.namespace import add, delete, ip
from oob.lab.real.process import ServerProcess, wait_until

_EVERY = 0.05
_OWN = "203.0.113.99"  # queried by the watch alone
_FILTER = "port 53 or port 853 or port 5353"


class DnsWatch:
    """A network of its own, in which nothing answers DNS and every question is captured; *canaries* are secrets.

    Use with `with`: at its end `questions` are all DNS packets that were sent, a line each, and `leaks` the command
    lines that held a canary.
    """

    def __init__(self, folder: Path, canaries: Sequence[str]) -> None:
        self.questions: list[str] = []
        self.leaks: set[str] = set()
        self._canaries = [canary.encode() for canary in canaries]
        self._capture = folder / "tcpdump.log"
        self._network = f"oob-{os.getpid()}-0-watch"
        self._folder = folder
        self._over = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        add(self._network)
        ip(
            "-n", self._network, "addr", "add", "192.0.2.1/32", "dev", "lo"
        )  # ser2net opens nothing where 127.0.0.1 is all
        ip("-n", self._network, "route", "add", "default", "dev", "lo")  # or a question would find no way out
        command = ["tcpdump", "-i", "any", "-nn", "-l", "--immediate-mode", _FILTER]
        self._tcpdump = ServerProcess(command, self._folder, self._is_listening, namespace=self._network)
        self._sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._sampler.join()
        try:
            # A question of our own comes last: once it is seen, all before it have been.
            self.run([sys.executable, "-c", f"import socket; socket.socket(2, 2).sendto(b'?', ('{_OWN}', 53))"])
            wait_until(lambda: _OWN in self._capture.read_text())
        finally:
            self._tcpdump.close()
            delete(self._network)
        captured = [line for line in self._capture.read_text().splitlines() if " IP" in line]
        self.questions = [line for line in captured if _OWN not in line]

    def run(self, command: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
        """Run *command* in that network."""
        inside = ["ip", "netns", "exec", self._network, *command]
        return subprocess.run(inside, capture_output=True, text=True, env={**os.environ, **environment}, check=False)

    def leaking(self, home: Path) -> list[Path]:
        """Return what oob and the servers of a drill wrote in *home* with a canary in it.

        A server's own settings have to hold its password; what it and oob say need not.
        """
        written = [*home.glob("runs/**/*"), *home.glob("transcripts/*"), *home.glob("lab/**/*.log")]
        return [file for file in written if file.is_file() and self._holds_canary(file.read_bytes())]

    def _holds_canary(self, data: bytes) -> bool:
        return any(canary in data for canary in self._canaries)

    def _is_listening(self) -> bool:
        return "listening on" in self._capture.read_text()

    def _sample(self) -> None:
        while not self._over.wait(_EVERY):
            for process in os.listdir("/proc"):
                if process.isdigit():
                    with suppress(OSError):
                        arguments = Path("/proc", process, "cmdline").read_bytes()
                        if self._holds_canary(arguments):
                            self.leaks.add(arguments.replace(b"\0", b" ").decode("utf-8", "replace"))
