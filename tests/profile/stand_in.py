"""Routers of a few commands behind TCP, which answer as their documents print it: enough for a whole recovery.

What they are configured with is a list of lines; their static routes are what their tables show.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

STATIC = re.compile(r"(?:route|dst-address=)\s?(\S+/\d+) .*?(?:next-hop |next-hop-group |gateway=)(\S+)")
KEYS = "\x18\x04"
SRL_HEAD = (
    *("Prefix", "ID", "Route Type", "Route Owner", "Active", "Metric", "Pref"),
    *("Next-hop (Type)", "Next-hop Interface"),
)
SRL_CELLS = ("0", "static", "static_route_mgr", "True", "1", "5", "10.1.0.0 (direct)", "ethernet-1/1.0")


class StandIn:
    """A terminal with a login, and behind it what a platform makes of a line; *running* is its configuration."""

    login = "r1 login: "
    suffix = ""

    def __init__(self, *running: str) -> None:
        self.running = list(running)
        self.mode = "login"
        self.typed = ""
        self.ask: tuple[str, str] | None = None  # a question, and the answer that is a yes
        self.out = b""
        self.say(self.login)

    # --- what a platform is

    @property
    def prompt(self) -> str:
        raise NotImplementedError

    def do(self, line: str) -> str:
        """Carry out *line* and return what is printed."""
        raise NotImplementedError

    def press(self, key: str) -> str:
        """Do what a *key* that acts alone does."""
        return ""

    @property
    def statics(self) -> list[tuple[str, str]]:
        return [(match[1], match[2]) for line in self.running if (match := STATIC.search(line))]

    # --- the terminal

    def say(self, text: str) -> None:
        self.out += re.sub("\r*\n", "\r\n", text).encode()

    def feed(self, data: bytes) -> bytes:
        """Return what the terminal sends for the keys in *data*."""
        for key in data.decode():
            self._key(key)
        out, self.out = self.out, b""
        return out

    def _key(self, key: str) -> None:
        if self.mode in {"login", "password"}:
            self._log_in(key)
        elif self.ask:
            self.typed += key
            if self.typed.endswith(self.ask[1]):
                question, self.ask, self.typed = self.ask[0], None, ""
                self.say("y\n" + self.do(f"{question}: yes") + self.prompt)
        elif key == "\r":
            line, self.typed = self.typed, ""
            self.say("\n" + (self.do(line) if line else ""))
            self.say(self.ask[0] if self.ask else self.login if self.mode == "login" else self.prompt)
        elif key in KEYS:
            self.say("\n" + self.press(key) + self.prompt)
        elif key in "\x03\x15":
            self.typed = ""
            self.say("\n" + self.prompt if key == "\x03" else "")
        else:
            self.typed += key
            self.say(key)

    def _log_in(self, key: str) -> None:
        if key != "\r":
            self.typed += key if key.isprintable() else ""
            self.say(key if self.mode == "login" and key.isprintable() else "")
            return
        typed, self.typed = self.typed, ""
        if self.mode == "login":
            self.mode = "password" if typed == f"ops{self.suffix}" else "login"
            self.say("\nPassword: " if self.mode == "password" else f"\n{self.login}")
        else:
            self.mode = "exec" if typed == "s3cret-word" else "login"
            self.say(f"\n{self.prompt if self.mode == 'exec' else self.login}")


class Vyos(StandIn):
    """VyOS: revisions, rollback-soft and commit-confirm."""

    def __init__(self, *running: str) -> None:
        super().__init__(*running)
        self.commits = [list(running)]
        self.candidate: list[str] = []
        self.before: list[str] | None = None
        self.is_saved = False

    @property
    def prompt(self) -> str:
        return "[edit]\nops@r1# " if self.mode == "config" else "ops@r1:~$ "

    def commit(self, *running: str) -> None:
        self.running = list(running)
        self.commits.insert(0, list(running))

    def do(self, line: str) -> str:
        table = "\n".join(f"S>* {prefix} [1/0] via {hop}, eth0, weight 1, 00:00:12" for prefix, hop in self.statics)
        match line.split():
            case ["show", "host", "name"]:
                return "r1\n"
            case ["show", "version"]:
                return "Version:          VyOS 1.4.3\nHardware S/N:     VM123\n"
            case ["show", "configuration", "commands", "|", "no-more"]:
                return "".join(f"{one}\n" for one in self.running)
            case ["show", "ip", "route", *_]:
                return f"Codes: S - static\n\nIPv4 unicast VRF default:\n{table}\n"
            case ["show", "system", "commit"]:
                return "".join(f"{n}   2026-03-03 10:02:5{n} by ops via cli\n" for n in range(len(self.commits)))
            case ["systemctl", "is-active", _]:
                return "active\n" if self.before is not None else "inactive\n"
            case ["configure"]:
                self.mode, self.candidate = "config", list(self.running)
            case ["exit", "discard"]:
                self.mode = "exec"
            case ["rollback-soft", number]:
                self.candidate = list(self.commits[int(number)])
                return "Rollback diff has been applied.\n"
            case ["set" | "delete" as verb, *rest]:
                wanted = " ".join(("set", *rest))
                self.candidate = [one for one in self.candidate if one != wanted] + [wanted] * (verb == "set")
            case ["commit-confirm", minutes]:
                self.ask = ("Proceed ? [Y/n] ", "y\r")
                return f"\ncommit-confirm will automatically reboot in {minutes} minutes unless confirmed.\n"
            case ["Proceed", *_]:
                self.before, self.running = self.running, list(self.candidate)
                return "\nInitialized commit-confirm; 5 minutes to confirm before reboot\n"
            case ["confirm"]:
                self.before = None
                return "Reboot timer stopped\n"
            case ["save"]:
                self.is_saved = True
                return "Done\n"
            case ["exit"]:
                self.mode = "login"
            case _:
                return ""
        return ""


class Srlinux(StandIn):
    """SR Linux: checkpoints and a confirmed commit; each mode shows the same last line."""

    login = "leaf1 login: "

    def __init__(self, *running: str) -> None:
        super().__init__(*running)
        self.checkpoints = [list(running)]
        self.candidate: list[str] = []
        self.before: list[str] | None = None
        self.rejected = 0

    @property
    def prompt(self) -> str:
        mode = "candidate exclusive" if self.mode == "config" else "running"
        return f"--{{ {mode} }}--[  ]--\nA:leaf1# "

    def do(self, line: str) -> str:
        match line.split():
            case ["show", "version"]:
                return "Hostname : leaf1\nSerial Number : NS2143T0001\nSoftware Version : v23.10.1\n"
            case ["info", "flat"]:
                return "".join(f"{one}\n" for one in self.running)
            case ["show", "network-instance", "*", "route-table", "all"]:
                return self._table()
            case ["info", "from", "state", "system", "configuration", "checkpoint", "*"]:
                listed = range(len(self.checkpoints))
                return "".join(f"    checkpoint {n} {{\n        name daily-{n}\n    }}\n" for n in listed)
            case ["info", "from", "state", "system", "configuration", "commit", *_]:
                status = "complete" if self.before is None else "unconfirmed"
                return f"    commit 7 {{\n        status {status}\n    }}\n"
            case ["enter", "candidate", "exclusive"]:
                self.mode, self.candidate = "config", list(self.running)
            case ["load", "checkpoint", "name", name]:
                self.candidate = list(self.checkpoints[int(name.removeprefix("daily-"))])
            case ["delete", "/"]:
                self.candidate = []
            case ["set", *_]:
                self.candidate.append(line)
            case ["commit", "confirmed", "timeout", _]:
                self.mode, self.before, self.running = "exec", self.running, list(self.candidate)
                return "Commit confirmed (automatic rollback in 5 minutes)\n"
            case ["tools", "system", "configuration", "confirmed-accept"]:
                self.before = None
            case ["tools", "system", "configuration", "confirmed-reject"]:
                self.running, self.before = self.before or [], None
                self.rejected += 1
            case ["discard", "now"]:
                self.mode = "exec"
                return "All changes have been discarded. Leaving candidate mode.\n"
            case ["quit"]:
                self.mode = "login"
            case _:
                return ""
        return ""

    def _table(self) -> str:
        rows = [(prefix, *SRL_CELLS) for prefix, _ in self.statics]
        rule = f"+{'+'.join('-' * 20 for _ in SRL_HEAD)}+\n"
        head, *body = (f"| {' | '.join(f'{cell:<18}' for cell in row)} |\n" for row in (SRL_HEAD, *rows))
        count = len(self.statics)
        totals = (
            f"IPv4 routes total                    : {count}\nIPv4 prefixes with active routes     : {count}\n"
            "IPv4 prefixes with active ECMP routes: 0\n"
        )
        line = "-" * 190 + "\n"
        title = "IPv4 unicast route table of network instance default\n"
        return "".join((line, title, line, rule, head, rule.replace("-", "="), *body, rule, line, totals, line))


class Routeros(StandIn):
    """RouterOS: changes are live, and the history can be undone; safe mode takes back what it is not told to keep."""

    login = "r1 Login: "
    suffix = "+ct511w4098h"

    def __init__(self, *running: str) -> None:
        super().__init__(*running)
        self.history: list[list[str]] = []
        self.safe: list[str] | None = None

    @property
    def prompt(self) -> str:
        return "[ops@r1] > " if self.safe is None else "[ops@r1] <SAFE> "

    def change(self, *running: str) -> None:
        self.history.append(self.running)
        self.running = list(running)

    def press(self, key: str) -> str:
        if key == "\x04":
            self.running, self.safe = self.safe or self.running, None
            return "[Safe Mode unrolled]\n"
        taken = self.safe is None
        self.safe = list(self.running) if taken else None
        return "[Safe Mode taken]\n" if taken else "[Safe Mode released]\n"

    def do(self, line: str) -> str:
        if line == "/quit":
            self.mode = "login"
        if line == "/undo" and self.history:
            self.running = self.history.pop()
        routes = "".join(
            f" {n}  As dst-address={prefix} gateway={hop} immediate-gw={hop}%ether1 distance=1 scope=30\n"
            for n, (prefix, hop) in enumerate(self.statics)
        )
        return {
            "/system identity print": "  name: r1\n\n",
            "/system routerboard print": "     serial-number: HE108E2ABCD\n\n",
            "/system resource print": "                  version: 7.16 (stable)\n\n",
            "/export terse show-sensitive": "".join(f"{one}\n" for one in ("# 2026 by RouterOS 7.16", *self.running)),
            "/ip route print terse without-paging": routes,
            "/file print terse without-paging where type=backup": " 0 name=daily.backup type=backup\n",
        }.get(line, "")


class Vrp(StandIn):
    """VRP of version 8: commits with ids, to which a rollback adds one, and a trial that is kept or aborted."""

    login = "Username:"

    def __init__(self, *running: str) -> None:
        super().__init__(*running)
        self.commits = [list(running)]
        self.candidate = list(running)
        self.before: list[str] | None = None
        self.rolled_back: list[str] = []

    @property
    def prompt(self) -> str:
        sign = "~" if self.candidate == self.running else "*"
        return f"[{sign}core1]" if self.mode == "config" else "<core1>"

    @property
    def statics(self) -> list[tuple[str, str]]:
        words = [line.split() for line in self.running]
        return [(f"{net}/{mask.count('255') * 8}", hop) for _, _, net, mask, hop in words]

    def commit(self, *running: str) -> None:
        self.running = list(running)
        self.candidate = list(running)
        self.commits.insert(0, list(running))

    def number(self, commit: int) -> int:
        """Return the id of the n-th newest commit."""
        return 1000000000 + len(self.commits) - commit

    def do(self, line: str) -> str:
        match line.split():
            case ["display", "current-configuration"]:
                return "".join(f"#\n{one}\n" for one in self.running) + "#\nreturn\n"
            case ["display", "current-configuration", *_]:
                return " sysname core1\n"
            case ["display", "esn"]:
                return "ESN of master: 2102351931W0E6000123\n"
            case ["display", "version"]:
                return "VRP (R) software, Version 8.180 (NE40E V800R011C00)\n"
            case ["display", "ip", "routing-table"]:
                return self._table()
            case ["display", "configuration", "commit", "list"]:
                listed = range(len(self.commits))
                return "".join(
                    f"{n + 1}    {self.number(n)}    -    ops    2026-03-03 10:02:55+00:00\n" for n in listed
                )
            case ["display", "configuration", "trial", "status"]:
                return f"Trial status: {'INACTIVE' if self.before is None else 'ACTIVE'} \n"
            case ["rollback", "configuration", "to", "commit-id", number]:
                self.rolled_back.append(number)
                self.ask = ("Warning: This operation will revert configuration changes. Continue? [Y/N]:", "y\r")
            case ["Warning:", "This", *_]:
                back = next(n for n in range(len(self.commits)) if self.rolled_back[-1] == str(self.number(n)))
                self.commit(*self.commits[back])
                return "Configuration rollback succeeded.\n"
            case ["system-view"]:
                self.mode, self.candidate = "config", list(self.running)
            case ["return"]:
                self.mode = "exec"
            case ["ip", "route-static", *_]:
                self.candidate.append(line)
            case ["undo", *_]:
                self.candidate.remove(line.removeprefix("undo "))
            case ["commit", "trial", _, "persist", _]:
                self.before = self.running
                self.commit(*self.candidate)
                return "Info: The system enters the trial configuration mode.\n"
            case ["commit", "persist", _]:
                self.before = None
            case ["save"]:
                self.ask = ("Warning: It will be written. Are you sure to continue? [Y/N]:", "y\r")
            case ["Warning:", "It", *_]:
                return "Info: Save the configuration successfully.\n"
            case ["quit"]:
                self.mode = "login"
            case _:
                return ""
        return ""

    def _table(self) -> str:
        rows = "".join(
            f"{prefix:>18}  Static  60   0             RD  {hop:<15} GigabitEthernet0/0/1\n"
            for prefix, hop in self.statics
        )
        count = len(self.statics)
        return (
            "Route Flags: R - relay, D - download to fib\n" + "-" * 78 + "\nRouting Table : Public\n"
            f"         Destinations : {count}        Routes : {count}\n\n"
            f"Destination/Mask    Proto   Pre  Cost        Flags NextHop         Interface\n\n{rows}"
        )


@contextmanager
def served(router: StandIn) -> Iterator[str]:
    """Give the console URL of *router* while the block lasts; one client after the other, as on a console."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=_serve, args=(router, listener), daemon=True)
        server.start()
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        server.join(10)


def _serve(router: StandIn, listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            client.sendall(router.feed(b""))
            while data := client.recv(4096):
                client.sendall(router.feed(data))
