"""Records the sessions in docs/assets: three users, each from a fresh clone to success, in a real pseudo-terminal.

`python -m tools.record_sessions docs/assets` writes a cast for each, and `sessions.json` with the time to each first
success and the number of stumbles: commands that did not end as the session expects. The times are this machine's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect

from oob.wire.asciicast import Asciicast

ROOT = Path(__file__).parents[1]
PROMPT = "\\$ \\Z"
PACE = 0.03  # seconds a key: as a person types who knows the command
LONG = 900.0
LOGIN = "export OOB_USERNAME=ops OOB_PASSWORD=oob-lab OOB_ENABLE=oob-lab"
# Lines of an installer about this machine's package index.
NOISE = re.compile(r"(?m)^(?:WARNING: Location|Looking in|\[notice\]).*\r?\n")


class Session:
    """A shell in a pseudo-terminal of 80 by 24, in an empty home; everything on its screen is recorded."""

    def __init__(self, name: str, title: str) -> None:
        self.name = name
        self.stumbles = 0
        self.reached: dict[str, float] = {}
        self._title = title
        self._home = Path(tempfile.mkdtemp(prefix="session-"))
        self._screen: list[tuple[float, str]] = []
        os.symlink(ROOT, self._home / "oob.git")
        environ = {"HOME": str(self._home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        environ |= {
            "PS1": "$ ",
            "PROMPT_COMMAND": f"echo $? >>{self._home}/.ends",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }
        self._started = time.time()
        self._shell = self._spawn("bash", ["--norc", "--noprofile"], environ)
        self._shell.expect(PROMPT)

    def run(self, command: str, *, ends: int = 0, timeout: float = LONG) -> str:
        """Type *command*, wait for its end and return what it printed; another end than *ends* is a stumble."""
        self.begin(command)
        self._shell.expect(PROMPT, timeout=timeout)
        if int((self._home / ".ends").read_text().split()[-1]) != ends:
            self.stumbles += 1
        return str(self._shell.before)

    def begin(self, command: str) -> None:
        """Type *command* and do not wait."""
        for key in command:
            self._shell.send(key)
            time.sleep(PACE)
        self._shell.send("\r")

    def answer(self, wait_for: str, keys: str, timeout: float = LONG) -> str:
        """Wait for *wait_for* on the screen, then type *keys*; return what came before."""
        self._shell.expect(wait_for, timeout=timeout)
        before = str(self._shell.before)
        for key in keys:
            self._shell.send(key)
            time.sleep(PACE)
        return before

    def succeed(self, name: str) -> None:
        """Note that *name* has been reached for the first time."""
        self.reached.setdefault(name, round(time.time() - self._started, 1))

    def install(self) -> None:
        """Clone and install, as the README says."""
        self.run("git clone --quiet oob.git oob && cd oob")
        self.run("python3 -m venv .venv && .venv/bin/pip install --quiet .")
        self.run("export PATH=$PWD/.venv/bin:$PATH; cd; oob --version")
        self.succeed("installed")

    def finish(self, folder: Path) -> dict[str, Any]:
        """Write the cast into *folder*, remove the home, and return the figures."""
        self._shell.sendeof()
        self._shell.expect(pexpect.EOF)
        cast = Asciicast(started=0, title=self._title)
        lines = [cast.header()] + [cast.output(at, text.encode()) for at, text in self._clean()]
        (folder / f"{self.name}.cast").write_text("".join(lines), "utf-8")
        shutil.rmtree(self._home)
        return {"title": self._title, "seconds_to": self.reached, "stumbles": self.stumbles}

    def _spawn(self, program: str, arguments: list[str], environ: dict[str, str]) -> Any:
        shell = pexpect.spawn(
            program,
            arguments,
            env=environ,
            cwd=self._home,
            encoding="utf-8",
            codec_errors="replace",
            dimensions=(24, 80),
        )
        shell.delaybeforesend = None
        shell.logfile_read = self
        return shell

    def write(self, text: str) -> None:
        """Take down what came on the screen; pexpect calls it."""
        self._screen.append((time.time() - self._started, text))

    def flush(self) -> None:
        """Do nothing: what came is kept at once."""

    def _clean(self) -> list[tuple[float, str]]:
        """Return the recording without names and paths of this machine."""
        whole = "".join(text for _, text in self._screen)
        at = [moment for moment, text in self._screen for _ in text]
        for pattern, instead in ((NOISE, ""), (re.compile(re.escape(str(self._home))), "~")):
            for match in reversed(list(pattern.finditer(whole))):
                first, last = match.span()
                whole = whole[:first] + instead + whole[last:]
                at[first:last] = [at[first]] * len(instead)
        found: list[tuple[float, str]] = []
        for moment, character in zip(at, whole, strict=True):
            if found and found[-1][0] == moment:
                found[-1] = (moment, found[-1][1] + character)
            else:
                found.append((moment, character))
        return found


def engineer() -> Session:
    """The engineer at the rack: a console, a baseline, and a recovery."""
    session = Session("engineer", "The engineer at the rack: console, baseline, recovery")
    session.install()
    session.run("oob lab up")
    session.begin("oob console serial://$HOME/.oob/lab/edge1.tty?baud=9600")
    session.answer("leaves", "\r")
    session.answer("Username: ", "ops\r")
    session.answer("Password: ", "oob-lab\r")
    session.answer("edge1[>#]", "show ip route summary\r")
    session.answer("Total", "exit\r")
    session.succeed("console")
    session.answer("RETURN", "\r~.")
    session.answer(PROMPT, "")
    session.run("oob inventory import oob-lab .oob/lab/lab.json")
    session.run(LOGIN)
    session.run("oob backup take edge1 && oob backup mark-good edge1 --yes")
    session.run(r"printf 'router ospf 1\n no network 10.0.12.0 0.0.0.3 area 0\n' | oob paste edge1 -")
    session.run("oob verify edge1", ends=1)
    session.run("oob recover edge1 --reason 'change 4711 broke OSPF'")
    session.succeed("recovered and proven")
    session.run("oob lab down")
    return session


def jump_host() -> Session:
    """The script on a jump host: six backups at once, without a terminal in between."""
    session = Session("jump-host", "The script on a jump host: six backups at once")
    session.install()
    session.run(r"""python3 - <<'EOF'
import json
config = '''hostname NAME
aaa new-model
aaa authentication login default local
aaa authorization exec default local
username ops privilege 15 secret 0 @PASSWORD@
interface Loopback0
 ip address 10.255.0.1 255.255.255.255
end
'''
names = [f"r{n}" for n in range(1, 7)]
routers = [{"name": n, "platform": "cisco_ios", "config": config.replace("NAME", n)} for n in names]
json.dump({"routers": routers}, open("six.yaml", "w"))
EOF""")
    session.run("oob lab up --topology six.yaml --json >six.json")
    session.run("oob inventory import oob-lab .oob/lab/lab.json")
    session.run(LOGIN)
    session.run("oob backup take --all --plain")
    session.run("oob backup list")
    session.succeed("six backups")
    session.run("oob lab down")
    return session


def team() -> Session:
    """The team that drills: the program's drill first, then one of its own."""
    session = Session("team", "The team that drills: oob drill, then a drill for people")
    session.run("git clone --quiet oob.git oob && cd oob")
    session.run("make drill")
    session.succeed("drill passed")
    session.run("export PATH=$PWD/.venv/bin:$PATH; cd")
    session.begin("oob drill clean-rollback --hands-on --fast --team ada --team eve")
    card = session.answer("The clock runs", "")
    found = re.search(r"OOB_HOME=(\S+)", re.sub(r"\r?\n\s*", " ", card))
    assert found, card
    session.answer("done", "diagnosis the change removed OSPF on edge1 and core1\r")
    _recover_beside(found[1].replace("~", str(session._home)), session)
    session.answer("kept", "done\r")
    session.answer(PROMPT, "")
    session.succeed("hands-on drill passed")
    session.run("oob drill history")
    return session


def _recover_beside(home: str, session: Session) -> None:
    """Recover both routers in two other terminals, as two people do."""
    program = f"export OOB_HOME={home}; {LOGIN}; {session._home}/oob/.venv/bin/oob recover"
    # Nothing reads what they print: a terminal whose buffer is full would stop them.
    both = [
        subprocess.Popen(["bash", "-c", f"{program} {name} --reason drill &>/dev/null </dev/null"])
        for name in ("edge1", "core1")
    ]
    session.stumbles += sum(each.wait(LONG) != 0 for each in both)


def main() -> None:
    """Record the sessions that the command line names, else all, into the folder that it names."""
    folder, *names = sys.argv[1:]
    sessions: dict[str, Callable[[], Session]] = {"engineer": engineer, "jump-host": jump_host, "team": team}
    figures = Path(folder) / "sessions.json"
    found = json.loads(figures.read_text()) if figures.exists() else {}
    for name in names or sessions:
        found[name] = sessions[name]().finish(Path(folder))
        figures.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
