"""The virtual Junos router: the box around configuration database, command line and login."""

from __future__ import annotations

import math
import re
from abc import abstractmethod
from collections.abc import Hashable
from datetime import timedelta

from oob.lab.age import Ages
from oob.lab.clock import ScheduledCall, Scheduler
from oob.lab.dialog import CTRL_C, Dialog
from oob.lab.network import Network, Node, RibRoute
from oob.lab.nos.base.commit_timer import CommitTimer
from oob.lab.nos.junos.database import Database, Editor, Pending, parsed, seconds
from oob.lab.nos.junos.files import Files
from oob.lab.nos.junos.own_routes import group_routes, own_routes
from oob.lab.nos.junos.parse import change, words
from oob.lab.nos.junos.passwords import hashed, knows
from oob.lab.nos.junos.standing import standing
from oob.lab.router import Router, RouterIdentity, Send

NO_REBOOT = "No shutdown/reboot scheduled."
_WALL = 79  # wall(1) pads each line of a broadcast to this


class JunosRouter(Router):
    """A Junos router on a console.

    `identity.settings` may hold `config` (braces text, the first configuration, in which `@PASSWORD@` stands for the
    hash of the identity's password), `model`, `commit_seconds`, `late_seconds` (how late an automatic rollback is at
    most), `two_engines`, and `root_prompt`: the shell's, with `{host}` in it.
    """

    def __init__(self, identity: RouterIdentity, clock: Scheduler, send: Send, network: Network) -> None:
        self.files = Files(identity.files)
        settings = identity.settings
        self.model = str(settings.get("model", "mx204"))
        self.version = identity.version or "21.4R3.15"
        self.commit_seconds = float(str(settings.get("commit_seconds", 1)))
        self._late_seconds = float(str(settings.get("late_seconds", 10)))
        self.has_two_engines = bool(settings.get("two_engines", False))
        self.root_prompt = str(settings.get("root_prompt", "root@{host}% "))  # 15.1 and later say `root@{host}:~ # `
        self.refused_at_load: tuple[str, ...] = ()
        self.refused_at_commit: tuple[str, ...] = ()
        self.aaa_mode = "alive"
        self.ages = Ages(clock)
        self._aborts = 0
        self.reboot_due = NO_REBOOT
        self._reboot: ScheduledCall | None = None
        self._notice: ScheduledCall | None = None
        self.user: str | None = None  # who is logged in on the console
        self._neighbours: set[tuple[str, str, str]] = set()
        self.database = Database(identity.files, clock.utc, _first(identity))
        self._timer = CommitTimer(clock, self._expired)
        super().__init__(identity, clock, send, network)
        self.terminal.scrolls = False
        self.terminal.interrupt = CTRL_C

    # --- the box

    def boot(self) -> None:
        """Start from the last commit; an unconfirmed commit is rolled back on the way."""
        self.booted_at = self.clock.now()
        self.database = Database(self.identity.files, self.clock.utc, "")
        self.terminal.length, self.terminal.width = 24, 80
        self.terminal.start(self.life())

    def forget(self) -> None:
        """Drop the session, the timer and the neighbours."""
        self._timer.disarm()
        if self._notice is not None:
            self._notice.cancel()
        self.stay_up()
        self._notice = self.user = None
        self._neighbours = set()

    @abstractmethod
    def life(self) -> Dialog[None]:
        """Boot, log in, serve, and again."""

    # --- for the command line

    @property
    def hostname(self) -> str:
        """The host name in force."""
        return self.database.active.value("system", "host-name")

    def standing(self) -> Node:
        """Return the router's place in the network, from the active configuration."""
        return standing(self.name, self.database.active, self.identity.cables)

    def applied(self) -> None:
        """Let the network see the active configuration."""
        self.network.put(self.standing())

    def routes(self) -> list[RibRoute]:
        """Return all candidate routes, with those that Junos adds for link-local addresses and for OSPF itself."""
        node = self.standing()
        up = [own for own in node.interfaces if self.network.is_up(self.name, own.name)]
        return [*self.network.rib(self.name), *own_routes(self.name, up), *group_routes(node.interfaces)]

    def age_key(self, route: RibRoute) -> Hashable:
        """Return what makes a route the same one as before."""
        return (route.vrf, route.prefix, route.protocol, route.vias, route.metric)

    def hashed(self, password: str) -> str:
        """Return a password as it stands in a configuration."""
        return hashed(password, f"{self.random.getrandbits(32):08x}")

    def knows(self, user: str, password: str) -> bool:
        """Tell whether that is the local password of *user*."""
        return knows(self.database.active, user, password)

    def refuses(self, line: str) -> bool:
        """Tell whether an upgrade made a `set` line impossible to enter."""
        return any(re.search(pattern, line) for pattern in self.refused_at_load)

    def take_abort(self) -> bool:
        """Tell whether this commit was told to fail, once for each time it was told."""
        if not self._aborts:
            return False
        self._aborts -= 1
        return True

    # --- the timer of `commit confirmed`

    def reminder(self) -> str:
        """Return the line above each prompt while a commit waits to be confirmed."""
        pending = self.database.pending
        if pending is None:
            return ""
        left = max(1, math.ceil((pending.deadline - seconds(self.clock.utc())) / 60))
        return f"# commit confirmed will be rolled back in {left} minute{'s' if left > 1 else ''}\n"

    def arm(self, minutes: int) -> None:
        """Roll the newest commit back in *minutes* unless `disarm` is called before."""
        pending = Pending(minutes=minutes, deadline=seconds(self.clock.utc()) + minutes * 60)
        self.database.arm(pending)
        self._timer.arm(pending, minutes * 60 + self._late_seconds * self.random.random())

    def disarm(self) -> None:
        """Confirm the newest commit."""
        self._timer.disarm()
        if self.database.pending is not None:
            self.database.arm(None)

    def _expired(self, _: Pending) -> None:
        self.roll_back()
        self.applied()
        if self.user is not None:
            self.terminal.interject(self._broadcast("Commit was not confirmed; automatic rollback complete."))

    def roll_back(self) -> None:
        """Roll back the unconfirmed commit."""
        text = self.database.rollback(1)
        self.database.arm(None)
        if text is not None:
            self.database.commit(parsed(text), "root", client="other")
            self.database.candidate = self.database.active.copy()

    def _broadcast(self, text: str) -> str:
        now = f"{self.clock.utc():%H:%M}"
        lines = ("", f"Broadcast Message from root@{self.hostname}", f"        (no tty) at {now} UTC...", "", text, "")
        padded = [line.ljust(_WALL) for line in lines]
        padded[1] += "\a\a"
        return "\n".join(padded)

    # --- faults and the outside

    def say(self, text: str) -> None:
        """Log *text* (`rpd[4711]: RPD_OSPF_NBRDOWN: ...`) to the console and to /var/log/messages."""
        line = f"{self.clock.utc():%b %e %H:%M:%S}  {self.hostname} {text}"
        self.files.write("/var/log/messages", line + "\n", more=True)
        self.terminal.interject(line)

    def running_config(self) -> str:
        """Return the active configuration."""
        return self.database.text

    def startup_config(self) -> str:
        """Return the configuration committed last, which is the active one."""
        return self.database.text

    def network_changed(self) -> None:
        """Update the ages of routes and sessions and log neighbour changes, after the current call."""
        if self.is_on and self._notice is None:
            self._notice = self.clock.call_later(0, self._noticed)

    def _noticed(self) -> None:
        self._notice = None
        found = self.network.bgp_neighbours(self.name)
        keys: list[Hashable] = [self.age_key(route) for route in self.routes()]
        self.ages.seen([*keys, *(("bgp", str(n.address), n.state) for n in found)])
        self._log_neighbours()

    def _log_neighbours(self) -> None:
        """Log neighbours that came or went, if the configuration sends logs to the console."""
        now = {(str(n.address), n.interface, n.area) for n in self.network.ospf_neighbours(self.name)}
        before, self._neighbours = self._neighbours, now
        if not self.database.active.has("system", "syslog", "console"):
            return
        for address, interface, area in sorted(before ^ now):
            up = (address, interface, area) in now
            code, states, why = (
                ("RPD_OSPF_NBRUP", "Init to ExStart", "2-way received")
                if up
                else ("RPD_OSPF_NBRDOWN", "Full to Down", "interface down or inactivity timer expired")
            )
            text = f"rpd[4711]: {code}: OSPF neighbor {address} (realm ospf-v2 {interface} area {area})"
            self.say(f"{text} state changed from {states} due to {why}")

    def reboot_in(self, minutes: int, user: str) -> str:
        """Schedule a reboot; return the message."""
        self.stay_up()
        due = f"{self.clock.utc() + timedelta(minutes=minutes):%a %b %e %H:%M:%S %Y}"
        self.reboot_due = f"reboot requested by {user} at {due}\n[process id 7198]"
        self._reboot = self.clock.call_later(60.0 * minutes, self.reboot)
        return f"\nShutdown at {due}. [pid 7198]\n"

    def stay_up(self) -> str:
        """Cancel a scheduled reboot; return the message."""
        if self._reboot is None:
            return f"{NO_REBOOT}\n"
        self._reboot.cancel()
        self._reboot, self.reboot_due = None, NO_REBOOT
        return "reboot requested by root: terminating...\n"

    def upgrade(self, version: str, refuse: tuple[str, ...]) -> None:
        """Become *version*; a pattern that starts with `commit:` is refused at the commit, others when entered."""
        self.version = version
        self.refused_at_commit = tuple(p.removeprefix("commit:") for p in refuse if p.startswith("commit:"))
        self.refused_at_load = tuple(p for p in refuse if not p.startswith("commit:"))

    def abort_replace(self, times: int) -> None:
        """Let the next *times* commits fail at their check."""
        self._aborts = times

    def aaa(self, mode: str) -> None:
        """Make the AAA servers `alive`, `dead` or `rejecting`."""
        self.aaa_mode = mode

    def hold_lock(self, user: str) -> None:
        """Let *user* hold the database exclusively on another terminal; an empty name frees it."""
        held = Editor(user=user, since=self.database.stamp(), mode="exclusive")
        self.database.others = [held] if user else []

    def foreign_edit(self, line: str, user: str) -> None:
        """Change the shared candidate as another user by one `set` or `delete` line, without committing it."""
        self.database.others = [Editor(user=user, since=self.database.stamp())] if user else []
        verb, *rest = words(line)
        change(self.database.candidate, verb, rest)


def _first(identity: RouterIdentity) -> str:
    """Return the first configuration: the one given, or else a name and the two ways to log in."""
    text = (
        str(identity.settings.get("config", ""))
        or f"""
system {{
    host-name {identity.name};
    root-authentication {{ encrypted-password "@PASSWORD@"; }}
    login {{ user {identity.username} {{ uid 2000; class super-user;
        authentication {{ encrypted-password "@PASSWORD@"; }} }} }}
}}
"""
    )
    return text.replace("@PASSWORD@", hashed(identity.password, "oob"))
