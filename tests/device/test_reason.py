"""A failure names its reason: the line that tells it, with its neighbours, out of answers as devices print them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from oob.console.console import Console
from oob.device.action import judge
from oob.device.device import Device
from oob.device.reason import LONGEST, reason, refused_at
from oob.device.values import Values
from oob.errors import DeviceError
from oob.profile.model import Step
from oob.profile.store import load
from tests.console.conftest import Secrets
from tests.console.scripted import ScriptedDevice

SAMPLES = Path(__file__).parents[1] / "data" / "reasons"
PROMPTS = {
    "vyos": "ops@r1:~$ ", "nokia_sros": "A:ops@r1# ", "nokia_srl": "A:r1# ", "cisco_xr": "RP/0/RP0/CPU0:pe1#",
    "paloalto_panos": "ops@fw1> ", "fortinet": "fw1 # ", "huawei_vrp": "<r1>",
    "hp_comware": "<r1>",
}  # fmt: skip


def answers(name: str) -> list[Any]:
    """Return the answers in a file of samples, each named by its platform and source."""
    document = yaml.safe_load((SAMPLES / f"{name}.yaml").read_text())
    return [pytest.param(each, id=f"{each['platform']}-{each['source'][:40]}") for each in document]


VALUES = Values(
    words={
        "file": "flash:x.cfg",
        "checkpoint": "flash:x.cfg",
        "minutes": "5",
        "run": "1",
        "time": "00:05:00",
        "seconds": "300",
    },
)
REPLACE = "configure replace flash:x.cfg force revert trigger error timer 5"
ONE_COMMAND = """\
Command rejected: VLAN 4000 is reserved
Failed to apply command  no switchport mode access
Aborting Rollback.

Rollback failed.Reverting back to the original configuration: flash:edge1-cfg ...

Total number of passes: 0
Rollback Done

The original configuration has been successfully restored.
"""
FIVE_PASSES = """\
Rollback aborted after 5 passes
The following commands are failed to apply to the IOS image.
********
no vrf definition MGMT
 ip address 192.0.2.1 255.255.255.0
********

Rollback Done
"""
WARNED = """\
%Warning: portfast should only be enabled on ports connected to a single
 host. Connecting hubs to this interface can cause loops.

Total number of passes: 1
Rollback Done
"""
CHECK_OUT = """\
[edit interfaces ge-0/0/0 unit 0 family inet]
  'address 10.0.0.1/33'
    invalid prefix length
error: configuration check-out failed
"""
VALIDATION = """\
Validation Error:
 network -> interface -> ethernet  ethernet1/1 is not a valid reference
 network is invalid
Commit failed
"""
SERVICE = """\
Port 22 is used by another service

[[service ssh]] failed
Commit failed
"""


@pytest.fixture
def perform() -> Callable[..., None]:
    """Have a step of *platform* performed on a device that answers it with a text, and other commands with theirs."""

    def performed(platform: str, prompt: str, strategy: str, run: str, answer: str, **others: str) -> list[str]:
        replies = {command: text.encode().replace(b"\n", b"\r\n") for command, text in others.items()}
        step: Step = next(
            step for step in load(platform).strategies[strategy].steps if VALUES.fill(step.run).startswith(run)
        ).model_copy(update={"state": "", "then": ""})
        replies[VALUES.fill(step.run)] = answer.encode().replace(b"\n", b"\r\n")
        script = ScriptedDevice(replies, prompt=prompt.encode())
        console = Console(script, load(platform), Secrets())
        console.open()
        Device(console).perform(step, VALUES)
        return script.executed

    return performed


@pytest.mark.parametrize("strategy", ["archive", "backup"])
def test_the_command_that_ios_could_not_apply_is_named(perform: Callable[..., None], strategy: str) -> None:
    with pytest.raises(DeviceError) as failed:
        perform("cisco_ios", "edge1#", strategy, "configure replace", ONE_COMMAND)

    assert "VLAN 4000 is reserved | Failed to apply command no switchport mode access | Aborting" in str(failed.value)
    assert failed.value.answer.splitlines()[0] == "Command rejected: VLAN 4000 is reserved"
    assert "successfully restored" in failed.value.answer


def test_commands_that_ios_could_not_apply_in_five_passes_are_listed(perform: Callable[..., None]) -> None:
    with pytest.raises(DeviceError, match=r"The following .* \| no vrf definition MGMT \| ip address 192\.0\.2\.1 "):
        perform("cisco_ios", "edge1#", "archive", "configure replace", FIVE_PASSES)


def test_a_warning_is_left_to_the_proof(perform: Callable[..., None]) -> None:
    perform("cisco_ios", "edge1#", "archive", "configure replace", WARNED)


def test_why_nothing_was_replaced_is_named(perform: Callable[..., None]) -> None:
    with pytest.raises(DeviceError, match="% The lock is held by 3"):
        perform("cisco_ios", "edge1#", "archive", "configure replace", "Wait ...\n% The lock is held by 3\n")


@pytest.mark.parametrize(
    ("platform", "prompt", "strategy", "run", "answer", "told"),
    [
        ("paloalto_panos", "ops@fw1> ", "last-saved", "commit", VALIDATION, "ethernet1/1 is not a valid reference"),
        (
            "vyos",
            "ops@r1:~$ ",
            "rollback-soft",
            "commit-confirm",
            SERVICE,
            "Port 22 is used by another service | [[service",
        ),
    ],
)
def test_the_reason_above_a_summary_is_named(
    perform: Callable[..., None], platform: str, prompt: str, strategy: str, run: str, answer: str, told: str
) -> None:
    with pytest.raises(DeviceError) as failed:
        perform(platform, prompt, strategy, run, answer)

    assert told in str(failed.value)


def test_the_reason_is_not_longer_than_a_message_may_be() -> None:
    text = "\n".join(f"{'x' * 300} {number}" for number in range(20)) + "\nerror: check-out failed\n" + "y" * 900

    told = reason(text, text.index("error:"))

    assert "error: check-out failed" in told
    assert len(told) <= LONGEST + 6


def test_the_reason_above_a_failed_check_is_told() -> None:
    step = next(step for step in load("juniper_junos").strategies["backup"].steps if step.run == "commit check")

    at = refused_at(CHECK_OUT, step.refuse)

    assert at is not None
    assert "family inet] | 'address 10.0.0.1/33' | invalid prefix length | error: config" in reason(CHECK_OUT, at)


def replay(perform: Callable[..., None], sample: dict[str, Any]) -> None:
    """Have the device of *sample* answer its step; Junos and a shell have steps in states that no script plays."""
    platform, (strategy, run), answer = sample["platform"], sample["step"], sample["answer"]
    if platform in ("juniper_junos", "frr"):
        steps = load(platform).strategies[strategy].steps
        judge(next(step for step in steps if step.run.startswith(run)), VALUES, answer, str)
    else:
        perform(platform, PROMPTS.get(platform, "edge1#"), strategy, run, answer, **sample.get("others", {}))


@pytest.mark.parametrize("sample", answers("failures"))
def test_the_reason_of_a_failure_is_named_on_every_platform(
    perform: Callable[..., None], sample: dict[str, Any]
) -> None:
    with pytest.raises(DeviceError) as failed:
        replay(perform, sample)

    assert [told for told in sample["told"] if told.lower() not in str(failed.value).lower()] == []


@pytest.mark.parametrize("sample", answers("warnings"))
def test_a_warning_fails_no_step_on_any_platform(perform: Callable[..., None], sample: dict[str, Any]) -> None:
    replay(perform, sample)
