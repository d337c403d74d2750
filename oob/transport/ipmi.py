"""A BMC through `ipmitool`: one command at a time, and what its refusals mean.

The password goes by the environment, never by the arguments. The cipher suite is always given, because asking the BMC
for its suites costs ten seconds where it does not say.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from typing import Final

from oob import child
from oob.deadline import Deadline
from oob.errors import OobError, PathBusy, PathRefused, PathUnreachable, ServerLoginRefused, UsageError
from oob.transport.access import Access
from oob.transport.url import ConsoleURL

PORT: Final = 623
CIPHERS: Final = ("17", "3")  # HMAC-SHA256 and HMAC-SHA1, both with AES-128 (IPMI 2.0, table 22-20)
LEVELS: Final = ("administrator", "operator", "user")
POWER_ACTIONS: Final = ("status", "on", "off", "cycle", "reset")

_NO_SUCH_CIPHER: Final = (
    "invalid authentication algorithm",
    "invalid integrity",
    "cipher suite",
    "Assertion",
)


class CipherRefused(PathRefused):
    """The BMC does not take this cipher suite; another may do."""


class Bmc:
    """A BMC at *url* (`sol://admin@192.0.2.20?cipher=17,3&level=operator`)."""

    def __init__(self, url: ConsoleURL, access: Access) -> None:
        self.path = str(url)
        self._host, self._port = url.endpoint(PORT)
        self._user = url.user or access.server_login.user
        self._password = access.server_login.password
        self._level = url.choice("level", LEVELS, LEVELS[0])
        self.ciphers = [cipher for cipher in url.text("cipher", ",".join(CIPHERS)).split(",") if cipher]
        self._program = shutil.which("ipmitool") or ""
        if not self._program:
            raise PathRefused("ipmitool is not installed", path=self.path)
        if not all(cipher.isdigit() for cipher in self.ciphers) or not self.ciphers:
            raise UsageError(f"{url}: cipher= takes numbers of cipher suites, as in cipher=17,3")

    def argv(self, cipher: str, *command: str) -> list[str]:
        """Return the command line for *command*; the password is not in it."""
        host = ["-H", self._host, "-p", str(self._port), "-U", self._user, "-E", "-L", self._level.upper()]
        return [self._program, "-I", "lanplus", "-C", cipher, "-N", "1", "-R", "4", *host, *command]

    @property
    def environment(self) -> dict[str, str]:
        """Return the environment that the command line needs."""
        return {"IPMI_PASSWORD": self._password}

    def run(self, *command: str, timeout: float) -> str:
        """Run a command and return what it prints; the cipher suite that was taken is the first from then on.

        Raises ServerLoginRefused, PathBusy, PathUnreachable (nothing within *timeout* seconds) or PathRefused.
        """
        deadline = Deadline(timeout)
        for cipher in list(self.ciphers):
            try:
                output = self._run(cipher, command, deadline)
            except CipherRefused:
                continue
            self.prefer(cipher)
            return output
        raise self.no_cipher()

    def prefer(self, cipher: str) -> None:
        """Try *cipher* first from now on."""
        self.ciphers = [cipher, *(each for each in self.ciphers if each != cipher)]

    def no_cipher(self) -> PathRefused:
        """Return the error for a BMC that takes none of our cipher suites."""
        return PathRefused(f"the BMC takes none of the cipher suites {', '.join(self.ciphers)}", path=self.path)

    def explain(self, said: str) -> OobError:
        """Return the error for what ipmitool *said* when it ended without success."""
        if any(text in said for text in _NO_SUCH_CIPHER):
            return CipherRefused("the BMC does not take this cipher suite", path=self.path)
        if "RAKP 2 HMAC is invalid" in said:
            return ServerLoginRefused("the BMC refused the password", path=self.path)
        if "unauthorized name" in said:
            return ServerLoginRefused(f"the BMC has no user {self._user!r}", path=self.path)
        if "Set Session Privilege Level" in said or "privilege" in said.lower():
            message = f"the BMC does not let {self._user!r} be {self._level} (level=operator asks for less)"
            return ServerLoginRefused(message, path=self.path)
        if "nsufficient resources" in said:
            return PathBusy("the BMC has no session left", path=self.path)
        if "Get Auth Capabilities error" in said:
            return PathUnreachable("no BMC answers", path=self.path)
        last = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "it says nothing")
        return PathRefused(f"ipmitool failed: {last}", path=self.path)

    def power(self, action: str, timeout: float) -> str:
        """Do *action*, one of POWER_ACTIONS, and return `on`, `off` or what the BMC says of it.

        ipmitool repeats a request that is not answered within a second; a power cycle must not be, so it gets longer.
        """
        if action not in POWER_ACTIONS:
            raise UsageError(f"unknown power action {action!r}; known: {', '.join(POWER_ACTIONS)}")
        patience = () if action == "status" else ("-N", "15", "-R", "1")
        said = self.run(*patience, "chassis", "power", action, timeout=timeout).strip()
        return said.removeprefix("Chassis Power is ")

    def sol_owner(self, timeout: float) -> int:
        """Return the id of the session that holds the SOL payload, 0 when none does (Get Payload Instance Info)."""
        answer = self.run("raw", "0x06", "0x4b", "0x01", "0x01", timeout=timeout).split()
        return int.from_bytes(bytes.fromhex("".join(answer[:4])), "little")

    def _run(self, cipher: str, command: Sequence[str], deadline: Deadline) -> str:
        try:
            done = subprocess.run(
                self.argv(cipher, "-v", *command),
                env=child.environment(self.environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=deadline.remaining(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise PathUnreachable("the BMC does not answer", path=self.path) from None
        if done.returncode:
            raise self.explain(done.stderr + done.stdout)
        return done.stdout
