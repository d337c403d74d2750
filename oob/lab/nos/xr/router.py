"""The IOS-XR router without its console: memory, disk, configuration, AAA and log."""

from __future__ import annotations

from oob.lab.clock import Scheduler
from oob.lab.network import Network
from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.router import FamilyRouter, replay
from oob.lab.nos.base.secret import matches
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.xr import text
from oob.lab.nos.xr.commits import Commits
from oob.lab.nos.xr.derive import DERIVATION
from oob.lab.nos.xr.language import LANGUAGE
from oob.lab.router import RouterIdentity, Send

NODE = "RP/0/RP0/CPU0"
LINE = "con0_RP0_CPU0"
TIMEOUT, RETRANSMIT = 5, 3
IDLE = 600.0


class XrRouter(FamilyRouter):
    """Cisco IOS-XR as far as its console shows it."""

    language = LANGUAGE
    derivation = DERIVATION

    def __init__(self, identity: RouterIdentity, clock: Scheduler, send: Send, network: Network) -> None:
        super().__init__(identity, clock, send, network)
        self.version = identity.version or "7.9.2"
        self.terminal.interrupt = "\x03"
        self.commits = Commits(self)
        self.lock_holder: object = None
        self.foreign_editors: dict[str, str] = {}  # who else is in configuration mode, and since when
        first = identity.first_config(identity.password)
        if first and not self.commits.committed:
            replay(self.config, text.parse(first))
            self.commits.write()

    # --- power

    def forget(self) -> None:
        """Clear the memory."""
        self.commits.forget()
        super().forget()
        self.hold_lock("")

    # --- configuration

    @property
    def hostname(self) -> str:
        """The configured name."""
        return self.config.root.value("hostname") or "ios"

    def body(self) -> str:
        """Return the configuration without what stands around it."""
        return self.body_of(self.config)

    def body_of(self, config: Configuration) -> str:
        """Return *config* without what stands around it."""
        return text.body(config.root)

    def running_config(self) -> str:
        """Return the configuration as it is printed."""
        changed = self.changed_at
        by = f"!! Last configuration change at {changed:%a %b %d %H:%M:%S %Y} by ops\n" if changed else ""
        return f"!! IOS XR Configuration {self.version}\n{by}!\n{self.body()}end\n\n"

    def startup_config(self) -> str:
        """Return what the next boot loads."""
        return self.commits.committed

    def parse(self, configuration: str) -> ConfigLine:
        """Read a configuration file."""
        return text.parse(configuration)

    def upgrade(self, version: str, refuse: tuple[str, ...]) -> None:
        """Change the software version; refused lines vanish from the committed configuration too."""
        super().upgrade(version, refuse)
        self.commits.write()

    @property
    def exec_timeout(self) -> float | None:
        """Seconds without a key after which a session ends."""
        for name in ("line console", "line default"):
            block = self.config.root.find(name)
            words = ((block.value("exec-timeout") if block else None) or "").split()
            if len(words) == 2:
                return float(int(words[0]) * 60 + int(words[1])) or None
        return IDLE

    @property
    def stamps(self) -> bool:
        """Tell whether a time stamp stands before what a command prints."""
        return not any(
            block.find("timestamp disable") for block in self.config.root.under("line") if "template" not in block.text
        )

    def hold_lock(self, user: str) -> None:
        """Give the exclusive configuration lock to another *user*; an empty name frees it."""
        self.lock_holder = user or None
        self.foreign_editors = {user: self._stamp()} if user else {}

    def foreign_edit(self, line: str, user: str) -> None:
        """Put another user into configuration mode, with *line* in a target of their own."""
        self.foreign_editors[user] = self._stamp()

    def _stamp(self) -> str:
        return f"{self.clock.utc():%a %b %d %H:%M:%S %Y}"

    # --- who may come in

    def login_methods(self) -> tuple[str, ...]:
        """Return the methods of the console's list."""
        root = self.config.root
        console = root.find("line console")
        wanted = (console.value("login authentication") if console else None) or "default"
        words = root.value(f"aaa authentication login {wanted}") or "local"
        return tuple(words.replace("group ", "").split())

    def aaa_servers(self) -> list[tuple[str, float]]:
        """Return the servers and how long each is waited for."""
        found = []
        for line in self.config.root.under("radius-server host"):
            tries = int(line.value("retransmit") or RETRANSMIT) + 1
            found.append((line.text.split()[2], float(int(line.value("timeout") or TIMEOUT) * tries)))
        return found

    def servers_silent(self) -> None:
        """Log that the AAA servers timed out."""
        for address, _ in self.aaa_servers():
            self.say(f"radiusd[1148]: %SECURITY-RADIUSD-4-SERVER_DEAD : RADIUS server {address} is not responding")

    def knows(self, username: str, password: str) -> bool:
        """Tell whether the local user exists and the password is right."""
        block = self.config.root.find(f"username {username}")
        stored = (block.value("secret") or block.value("password") or "") if block else ""
        return bool(stored) and matches(stored.split()[-1], password)

    # --- the log

    @property
    def console_severity(self) -> int:
        """The least severe level that the console prints: warnings unless `logging console` names another."""
        root = self.config.root
        levels = {"debugging": 7, "informational": 6}
        return -1 if root.find("logging console disable") else levels.get(root.value("logging console") or "", 4)

    def stamped(self, text: str) -> str:
        """Return a log line as it appears."""
        now = self.clock.utc()
        return f"{NODE}:{now:%b} {now.day:2d} {now:%H:%M:%S}.{now.microsecond // 1000:03d} UTC: {text} "

    def report(self, kind: str, name: str, where: str, state: str) -> str:
        """Return the log text for a change of a link or a neighbour."""
        if kind == "link":
            word = "Up" if state == "up" else "Down"
            return f"ifmgr[281]: %PKT_INFRA-LINK-3-UPDOWN : Interface {name}, changed state to {word}"
        if kind == "ospf":
            change = "from LOADING to FULL, Loading Done" if state else "from FULL to DOWN, Neighbor Down"
            return f"ospf[1018]: %ROUTING-OSPF-5-ADJCHG : Process 1, Nbr {name} on {where} in area 0 {change}"
        word = "Up" if state else "Down - Interface flap"
        return f"bgp[1078]: %ROUTING-BGP-5-ADJCHANGE : neighbor {name} {word} (VRF: default)"
