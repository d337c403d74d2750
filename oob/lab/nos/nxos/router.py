"""The NX-OS switch without its console: memory, flash, configuration, AAA and log."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from oob.lab.clock import Scheduler
from oob.lab.network import Network
from oob.lab.nos.base.commit_timer import CommitTimer
from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.router import FamilyRouter, replay
from oob.lab.nos.base.secret import matches
from oob.lab.nos.base.tree import ConfigLine, begins
from oob.lab.nos.nxos import text
from oob.lab.nos.nxos.checkpoints import NxosCheckpoints
from oob.lab.nos.nxos.derive import DERIVATION
from oob.lab.nos.nxos.language import LANGUAGE, feature_of
from oob.lab.router import RouterIdentity, Send

STARTUP = "nvram:startup-config"
MODEL = "C93180YC-FX3"
TIMEOUT, RETRANSMIT = 5, 1


class NxosRouter(FamilyRouter):
    """Cisco NX-OS as far as its console shows it."""

    language = LANGUAGE
    derivation = DERIVATION

    def __init__(self, identity: RouterIdentity, clock: Scheduler, send: Send, network: Network) -> None:
        super().__init__(identity, clock, send, network)
        self.version = identity.version or "10.3(5)"
        self.terminal.interrupt = "\x03"
        self.checkpoints = NxosCheckpoints(
            identity.files / "checkpoints.json", clock, lambda: self.printed(self.config.root)
        )
        self.timer = CommitTimer(clock, self._revert)
        self.asks = True  # until `terminal dont-ask`
        self.history: list[str] = []  # what the last rollback or replace did
        self.foreign_sessions: list[tuple[str, str, datetime]] = []  # name, owner, since when
        first = identity.first_config(identity.password)
        if first and self.flash.read(STARTUP) is None:
            config = Configuration(LANGUAGE, self.physical).empty()
            replay(config, text.parse(first))
            self.config = config
            self.flash.write(STARTUP, self.running_config().encode())

    def foreign_edit(self, line: str, user: str) -> None:
        """Open a configuration session as another user, in which *line* waits to be committed."""
        self.foreign_sessions.append((f"SESS-{len(self.foreign_sessions) + 1}", user, self.clock.utc()))

    # --- power

    def forget(self) -> None:
        """Clear the memory."""
        super().forget()
        self.timer.disarm()
        self.asks = True
        self.foreign_sessions.clear()

    # --- configuration

    @property
    def hostname(self) -> str:
        """The configured name."""
        return self.config.root.value("hostname") or "switch"

    @property
    def image(self) -> str:
        """The version as it stands in the name of the image."""
        return self.version.replace("(", ".").replace(")", "")

    def running_config(self) -> str:
        """Return the configuration as it is printed and kept."""
        now, changed = self.clock.utc(), self.changed_at
        head = "\n!Command: show running-config\n"
        head += f"!Running configuration last done at: {changed:%a %b %d %H:%M:%S %Y}\n" if changed else ""
        head += f"!Time: {now:%a %b %d %H:%M:%S %Y}\n\n"
        return head + self.printed(self.config.root)

    def printed(self, root: ConfigLine) -> str:
        """Write a configuration with the version that stands at its beginning."""
        rest = [line for line in root.children if not begins(line.text, "version")]
        return text.body(ConfigLine("", [ConfigLine(f"version {self.version} Bios:version 05.47"), *rest])) + "\n"

    def startup_config(self) -> str:
        """Return what the next boot loads."""
        return (self.flash.read(STARTUP) or b"").decode("latin-1")

    def parse(self, configuration: str) -> ConfigLine:
        """Read a configuration file."""
        return text.parse(configuration)

    def configured(self, who: str = "") -> None:
        """Let a change of the running configuration have its effect; the version is not part of it."""
        root = self.config.root
        root.children = [line for line in root.children if not begins(line.text, "version")]
        super().configured(who)

    def _revert(self, before: Configuration) -> None:
        """Revert an unconfirmed replacement."""
        self.config = before
        self.configured()
        self.history.append("Commit timer expired: the previous configuration was restored")
        self.say("%VSHD-2-VSHD_CONFIG_REPLACE: Config-replace commit timer expired, configuration reverted")

    def feature_gone(self, name: str, user: str) -> None:
        """Take out what a feature that was switched off has left, and keep a checkpoint of how it was."""
        needing = [line for line in self.config.root.children if feature_of(line.text) == name]
        if needing:
            self.config.root.children = [line for line in self.config.root.children if line not in needing]
        for block in self.config.root.children:
            block.children = [line for line in block.children if feature_of(line.text) != name]

    def save(self) -> None:
        """Save the running configuration to start-up."""
        self.flash.write(STARTUP, self.running_config().encode("latin-1", "replace"))

    @property
    def exec_timeout(self) -> float | None:
        """Seconds without a key after which a session ends."""
        console = self.config.root.find("line console")
        minutes = int(((console.value("exec-timeout") if console else None) or "30").split()[0])
        return minutes * 60.0 or None

    def as_json(self, document: Any) -> str:
        """Write a document in one line."""
        return json.dumps(document)

    # --- who may come in

    def login_methods(self) -> tuple[str, ...]:
        """Return the methods of the console; local users come after silent servers unless that is switched off."""
        root = self.config.root
        kind = "console" if self._methods("console") else "default"
        words = self._methods(kind) or ["local"]
        methods = tuple(word for word in words if word != "group")
        fallback = root.find(f"no aaa authentication login {kind} fallback error local") is None
        return methods if "local" in methods or not fallback else (*methods, "local")

    def _methods(self, kind: str) -> list[str]:
        lines = self.config.root.under(f"aaa authentication login {kind}")
        return next((words for line in lines if (words := line.text.split()[4:])[:1] != ["fallback"]), [])

    def aaa_servers(self) -> list[tuple[str, float]]:
        """Return the servers and how long each is waited for."""
        root = self.config.root
        timeout = int(root.value("radius-server timeout") or TIMEOUT)
        tries = int(root.value("radius-server retransmit") or RETRANSMIT) + 1
        return [(line.text.split()[2], float(timeout * tries)) for line in root.under("radius-server host")]

    def servers_silent(self) -> None:
        """Log that the AAA servers timed out."""
        for address, _ in self.aaa_servers():
            self.say(f"%RADIUS-3-RADIUS_ERROR_MESSAGE: RADIUS server {address} failed to respond")
        self.say("%AAA-3-AAA_NVRAM_UPGRADE_FAILURE: All RADIUS servers failed to respond after retries.")

    def knows(self, username: str, password: str) -> bool:
        """Tell whether the local user exists and the password is right."""
        words = (self.config.root.value(f"username {username}") or "").split()
        return len(words) > 2 and matches(words[2], password)

    # --- the log

    @property
    def console_severity(self) -> int:
        """The least severe level that the console prints: 2 unless `logging console` names another."""
        return (
            -1 if self.config.root.find("no logging console") else int(self.config.root.value("logging console") or 2)
        )

    def stamped(self, text: str) -> str:
        """Return a log line as it appears."""
        now = self.clock.utc()
        return f"{now:%Y %b} {now.day:2d} {now:%H:%M:%S} {self.hostname} %$ VDC-1 %$ {text}"

    def report(self, kind: str, name: str, where: str, state: str) -> str:
        """Return the log text for a change of a link or a neighbour."""
        if kind == "link":
            if state == "up":
                return f"%ETHPORT-5-IF_UP: Interface {name} is up in Layer3"
            reason = "Administratively down" if state == "admin" else "Link failure"
            return f"%ETHPORT-5-IF_DOWN_ADMIN_DOWN: Interface {name} is down ({reason})"
        if kind == "ospf":
            word = "went FULL" if state else "went DOWN"
            return f"%OSPF-5-ADJCHANGE:  ospf [12345] Nbr {name} on {where} {word}"
        return f"%BGP-5-ADJCHANGE:  bgp-65001 [12345] (default) neighbor {name} {'Up' if state else 'Down'}"
