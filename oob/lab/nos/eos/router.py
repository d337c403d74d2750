"""The EOS router without its console: memory, flash, configuration, AAA and log."""

from __future__ import annotations

import re

from oob.lab.clock import Scheduler
from oob.lab.network import Network
from oob.lab.nos.base.configuration import TOP, Configuration
from oob.lab.nos.base.router import FamilyRouter
from oob.lab.nos.base.secret import matches
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.eos import text
from oob.lab.nos.eos.candidate import Candidates, EosCheckpoints
from oob.lab.nos.eos.derive import DERIVATION
from oob.lab.nos.eos.language import LANGUAGE
from oob.lab.router import RouterIdentity, Send

STARTUP = "flash:startup-config"
MODEL = "DCS-7050SX3-48YC8"
TIMEOUT, RETRANSMIT = 5, 3  # of a RADIUS server that says nothing else
SEVERITIES = ("emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging")


class EosRouter(FamilyRouter):
    """Arista EOS as far as its console shows it."""

    language = LANGUAGE
    derivation = DERIVATION

    def __init__(self, identity: RouterIdentity, clock: Scheduler, send: Send, network: Network) -> None:
        super().__init__(identity, clock, send, network)
        self.version = identity.version or "4.31.2F"
        self.terminal.interrupt = "\x03"
        self.checkpoints = EosCheckpoints(self)
        self.candidates = Candidates(self, self.checkpoints, self.take)
        first = identity.first_config(identity.password)
        if first and self.flash.read(STARTUP) is None:
            config = Configuration(LANGUAGE, self.physical).empty()
            text.take(config, first)
            self.flash.write(STARTUP, (self.header("startup-config") + text.body(config.root) + "!\nend\n").encode())

    def foreign_edit(self, line: str, user: str) -> None:
        """Type *line* as another operator in a configuration session that stays open."""
        self.candidates.open(f"sess-{user}", user).config.apply(TOP, line)

    # --- power

    def forget(self) -> None:
        """Clear the memory."""
        super().forget()
        self.candidates.forget()

    # --- configuration

    @property
    def hostname(self) -> str:
        """The configured name."""
        return self.config.root.value("hostname") or "localhost"

    def header(self, what: str) -> str:
        """Return the first lines of a configuration."""
        return (
            f"! Command: show {what}\n! device: {self.hostname} ({MODEL}, EOS-{self.version})\n!\n"
            f"! boot system flash:/EOS-{self.version}.swi\n!\n"
        )

    def running_config(self) -> str:
        """Return the configuration as it is printed and kept."""
        return self.header("running-config") + text.body(self.config.root) + "!\nend\n"

    def startup_config(self) -> str:
        """Return what the next boot loads."""
        return (self.flash.read(STARTUP) or b"").decode("latin-1")

    def parse(self, configuration: str) -> ConfigLine:
        """Read a configuration file."""
        return text.parse(configuration)

    def take(self, config: Configuration) -> None:
        """Put *config* in force."""
        self.config = config.copy()
        self.config.refuse = self.refuse
        self.config.drop_refused()
        self.configured()

    def save(self, user: str) -> None:
        """Save the running configuration to start-up."""
        self.flash.write(
            STARTUP, self.running_config().replace("show running", "show startup").encode("latin-1", "replace")
        )
        self.say_later(
            0.05, f"%SYS-5-CONFIG_STARTUP: Startup config saved from system:/running-config by {user} on con0"
        )

    @property
    def exec_timeout(self) -> float | None:
        """Seconds without a key after which a session ends."""
        console = self.config.root.find("management console")
        minutes = int((console.value("idle-timeout") if console else None) or 0)
        return minutes * 60.0 or None

    # --- who may come in

    def login_methods(self) -> tuple[str, ...]:
        """Return the methods of the console, which are the default ones unless it has its own."""
        root = self.config.root
        words = (
            root.value("aaa authentication login console") or root.value("aaa authentication login default") or "local"
        )
        return tuple(words.replace("group ", "").split())

    def aaa_servers(self) -> list[tuple[str, float]]:
        """Return the servers and how long each is waited for."""
        found = []
        for line in (*self.config.root.under("radius-server host"), *self.config.root.under("tacacs-server host")):
            seconds = re.search(r"timeout (\d+)", line.text)
            tries = re.search(r"retransmit (\d+)", line.text)
            wait = int(seconds[1] if seconds else TIMEOUT) * (int(tries[1] if tries else RETRANSMIT) + 1)
            found.append((line.text.split()[2], float(wait)))
        return found

    def servers_silent(self) -> None:
        """Log that the AAA servers timed out."""
        for address, _ in self.aaa_servers():
            self.say(f"%AAA-4-SERVER_DOWN: AAA server {address} is not responding")

    def knows(self, username: str, password: str) -> bool:
        """Tell whether the local user exists and the password is right."""
        words = (self.config.root.value(f"username {username}") or "").split()
        if words[-1:] == ["nopassword"]:
            return not password
        return "secret" in words and matches(words[-1], password)

    # --- the log

    @property
    def console_severity(self) -> int:
        """The least severe level that the console prints; -1 where it prints no log."""
        if self.config.root.find("no logging console"):
            return -1
        level = self.config.root.value("logging console") or "errors"
        return int(level) if level.isdigit() else SEVERITIES.index(level) if level in SEVERITIES else 3

    def stamped(self, text: str) -> str:
        """Return a log line as it appears."""
        now = self.clock.utc()
        agent = {"%LIN": "Ebra", "%OSP": "Rib", "%BGP": "Bgp", "%AAA": "Aaa"}.get(text[:4], "ConfigAgent")
        return f"{now:%b} {now.day:2d} {now:%H:%M:%S} {self.hostname} {agent}: {text}"

    def report(self, kind: str, name: str, where: str, state: str) -> str:
        """Return the log text for a change of a link or a neighbour."""
        if kind == "link":
            word = {"up": "up", "down": "down", "admin": "down", "": ""}[state]
            return f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {name}, changed state to {word}" if word else ""
        if kind == "ospf":
            change = "from LOADING to FULL" if state else "from FULL to DOWN"
            word = "ESTABLISHED" if state else "TEARDOWN"
            return f"%OSPF-4-OSPF_ADJACENCY_{word}: NGB {name}, interface {where} {change}"
        return f"%BGP-3-NOTIFICATION: peer {name} changed state to {state or 'Idle'}"
