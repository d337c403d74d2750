"""A person at a terminal of 80x24: a prompt stands on the screen until it is answered, and Ctrl-C is answered."""

from __future__ import annotations

import os
import sys
import time

import pexpect

from tests.recovery.conftest import Site
from tests.recovery.program import write_inventory

STILL = 1.0  # seconds in which nothing may be drawn over a prompt: the live view draws four times a second
SOON = 1.0


def _person(site: Site, *words: str, **environ: str) -> pexpect.spawn[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OOB_")}
    return pexpect.spawn(
        sys.executable,
        ["-c", "from oob.cli.main import main; main()", *words],
        env={**kept, "OOB_HOME": str(site.home.path), "TERM": "xterm", "LOGNAME": "ada", **environ},
        encoding="utf-8",
        timeout=60,
        dimensions=(24, 80),
    )


def _stands(person: pexpect.spawn[str]) -> bool:
    """Tell whether nothing is drawn after the prompt that was just matched."""
    return person.expect([".+", pexpect.TIMEOUT], timeout=STILL) == 1


def test_a_recovery_asks_when_the_device_asks_and_draws_nothing_over_it(site: Site) -> None:
    write_inventory(site, "edge1")
    person = _person(site, "recover", "edge1")
    person.expect(r"edge1: username: ")
    assert _stands(person)
    person.sendline("ops")
    person.expect(r"edge1: password for ops: ")
    assert _stands(person)
    person.sendline("oob-lab")
    person.expect(r"nothing was wrong")
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == 0
    transcripts = [file.read_text(errors="replace") for file in site.home.runs.rglob("console-*")]
    assert transcripts
    assert not any("oob-lab" in text.replace("oob-lab@", "") for text in transcripts)


def test_ctrl_c_is_answered_at_once_and_the_second_leaves(site: Site) -> None:
    write_inventory(site, "edge1")
    person = _person(site, "recover", "edge1")
    person.expect(r"edge1: username: ")
    began = time.monotonic()
    person.sendintr()
    person.expect(r"stopping; Ctrl-C again to leave now", timeout=5)
    assert time.monotonic() - began < SOON
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == 130


def test_a_second_ctrl_c_ends_a_command_that_waits(site: Site) -> None:
    code = (
        "import threading\n"
        "from oob.cli.interrupt import INTERRUPTS\n"
        "INTERRUPTS.install()\n"
        "print('waiting', flush=True)\n"
        "try:\n    threading.Event().wait()\n"
        "except KeyboardInterrupt:\n    threading.Event().wait()\n"
    )
    person = pexpect.spawn(sys.executable, ["-c", code], encoding="utf-8", timeout=20, dimensions=(24, 80))
    person.expect("waiting")
    person.sendintr()
    person.expect("again to leave now")
    person.sendintr()
    person.expect("left at once")
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == 130
