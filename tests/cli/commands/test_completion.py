"""Completion in the shells themselves, with the tab key."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

SHELLS = {
    "bash": ("--norc --noprofile -i", "PS1='rea''dy> '", 'eval "$(oob completion bash)"'),
    "zsh": ("-f -i", "PS1='rea''dy> '; autoload -U compinit; compinit -D -u", 'eval "$(oob completion zsh)"'),
    "fish": ("--no-config -i", "function fish_prompt; echo -n 'rea''dy> '; end", "oob completion fish | source"),
}


@pytest.fixture(params=SHELLS)
def shell(
    request: pytest.FixtureRequest, home: Path, hosts: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[pexpect.spawn[str]]:
    """An interactive shell that has taken our completion; edge1 and core1 are in the inventory."""
    program = str(request.param)
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    hosts("edge1: {platform: cisco_ios}\ncore1: {platform: juniper_junos}\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    monkeypatch.setenv("TERM", "dumb")
    options, prompt, completion = SHELLS[program]
    with pexpect.spawn(f"{program} {options}", timeout=30, encoding="utf-8", dimensions=(24, 200)) as child:
        child.sendline(prompt)
        child.expect_exact("ready> ")
        child.sendline(completion)
        child.expect_exact("ready> ")
        yield child


def test_commands_and_devices_are_completed_by_the_tab_key(shell: pexpect.spawn[str]) -> None:
    shell.send("oob inv\t")
    shell.expect_exact("entory")
    shell.send("show e\t")
    shell.expect_exact("dge1")
