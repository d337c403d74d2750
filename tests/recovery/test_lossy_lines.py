"""What is read over a line that loses and garbles bytes: it is right where it says that it was verified.

`OOB_LOSSY_TAKES=200` takes that many backups at each rate instead of a sample.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.clock import Clock
from oob.device.agreement import agree
from oob.device.device import Device
from oob.errors import BackupError, RouteError
from oob.events import Event, Events
from oob.recovery.ladder.plan import PlanInputs, plan
from oob.recovery.ladder.speed import Speed
from oob.recovery.proof.observe import Collection, take
from oob.recovery.proof.prove import ProofTarget, prove
from tests.device.desk import opened
from tests.recovery.lossy import KINDS, RATES, Noisy, bench, takes

TAKES = int(os.environ.get("OOB_LOSSY_TAKES", "3"))


@pytest.mark.parametrize("platform", ["cisco_ios", "juniper_junos"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rate", RATES)
def test_a_backup_that_was_misread_is_not_called_verified(tmp_path: Path, platform: str, kind: str, rate: int) -> None:
    results = list(takes(platform, KINDS[kind](rate), TAKES, tmp_path))
    assert [result for result in results if result.verdict == "WRONG"] == []


class Spoiled(Noisy):
    """A desk that garbles chosen texts of what the device prints, so many times each."""

    def spoil(self, text: bytes, into: bytes, times: int) -> None:
        self.rules = [*getattr(self, "rules", []), [text, into, times]]

    def read(self, max_bytes: int, timeout: float) -> bytes:
        data = super().read(max_bytes, timeout)
        for rule in getattr(self, "rules", []):
            if rule[2] and rule[0] in data:
                data = data.replace(rule[0], rule[1], 1)
                rule[2] -= 1
        return data


class Bench:
    """A router whose console may be spoiled, and its backups."""

    def __init__(self, platform: str, folder: Path) -> None:
        transport, login = bench(platform, folder / "router")
        self.transport = Spoiled(transport.router, transport.clock, transport.output)
        self.device: Device = opened(self.transport, platform, login)
        self.catalogue = Catalogue(folder / "backups")
        self.said: list[Event] = []

    def take(self, **sitting: object) -> Backup:
        return take(self.device, self.catalogue, Collection(name="r1", **sitting), Events(self.said.append).emit)


@pytest.fixture
def ios(tmp_path: Path) -> Bench:
    return Bench("cisco_ios", tmp_path)


@pytest.fixture
def junos(tmp_path: Path) -> Bench:
    return Bench("juniper_junos", tmp_path)


def test_the_hash_of_the_device_confirms_the_first_reading(ios: Bench) -> None:
    assert dict(ios.take().manifest.verified or {}) == {
        "facts": "2 equal readings",
        "configuration": "the device's MD5",
        "routes": "2 equal readings",
        "neighbours": "2 equal readings",
    }


def test_two_equal_readings_confirm_what_has_no_hash(junos: Bench) -> None:
    assert set((junos.take().manifest.verified or {}).values()) == {"2 equal readings"}


def test_a_backup_that_is_equal_to_the_last_one_costs_no_second_reading(junos: Bench) -> None:
    first = junos.take()
    before = junos.device.console.stream.bytes_in
    second = junos.take(last=first)
    assert set((second.manifest.verified or {}).values()) == {f"1 reading and backup {first.manifest.id}"}
    assert (
        junos.device.console.stream.bytes_in - before
        < 1.2
        * sum(first.manifest.files[name].size for name in ("config.txt", "config.set", "routes.txt", "neighbours.txt"))
        + 4000
    )


def test_one_garbled_reading_is_outvoted(junos: Bench) -> None:
    truth = junos.take().configuration
    junos.catalogue = Catalogue(junos.catalogue.root / "anew")
    junos.transport.spoil(b"host-name core1;", b"host-name cope1;", 1)
    kept = junos.take()
    assert kept.configuration == truth
    assert (kept.manifest.verified or {})["configuration"] == "3 equal readings"


def test_a_garbled_line_above_the_text_that_the_device_hashes_is_not_believed(ios: Bench) -> None:
    ios.transport.spoil(b"Building configuration", b"Buildung configuration", 99)
    ios.transport.spoil(b"Current configuration", b"Curent configuration", 99)
    kept = ios.take()
    assert "MD5" not in str(kept.manifest.verified)


def test_a_line_that_garbles_each_reading_otherwise_leaves_a_backup_that_is_no_baseline(junos: Bench) -> None:
    for number in range(9):
        junos.transport.spoil(b"host-name core1;", f"host-name co{number}e1;".encode(), 1)
    kept = junos.take()
    assert "configuration" in kept.manifest.unverified
    assert any(event.text == "configuration: no two readings agree" for event in junos.said)
    with pytest.raises(BackupError, match=r"not verified, so it cannot be a baseline: .* of configuration "):
        junos.catalogue.mark_good("r1")
    marked = junos.catalogue.mark_good("r1", by="ada", unverified=True)
    assert marked.manifest.known_good
    made = plan(PlanInputs(profile=junos.device.profile, target=marked, baseline=marked, speed=Speed.of_baud(9600)))
    typing = [attempt for attempt in made.attempts if attempt.rung in ("backup", "surgical")]
    assert typing
    assert all("was not verified" in attempt.skipped for attempt in typing)
    assert any(attempt.rung == "checkpoint" and not attempt.skipped for attempt in made.attempts)


def test_facts_that_were_not_verified_tell_no_device_from_another(junos: Bench) -> None:
    for number in range(99):
        junos.transport.spoil(b"JN123ABC", f"JN{number:02}3ABC".encode(), 1)
    kept = junos.take()
    assert "facts" in kept.manifest.unverified
    assert (kept.manifest.serial, kept.manifest.hostname) == ("", "")


def test_a_proof_reads_again_before_it_says_that_the_configuration_differs(junos: Bench) -> None:
    target = junos.take()
    junos.transport.spoil(b"host-name core1;", b"host-name cope1;", 1)
    proof = prove(junos.device, ProofTarget(target=target), Clock(), Events().emit, limit=60)
    assert proof.is_proven
    junos.device.paste(["set system domain-name broken.example.net", "commit"])
    assert not prove(junos.device, ProofTarget(target=target), Clock(), Events().emit, limit=60).is_proven


def test_a_lost_byte_of_the_prompt_does_not_move_into_the_outputs_behind_it(ios: Bench) -> None:
    assert ios.device.console.state.text == "edge1#"
    ios.transport.spoil(b"edge1# \x08", b"dge1# \x08", 1)
    kept = ios.take()
    assert ios.device.console.state.text == "edge1#"
    assert not any(line == "e" for line in kept.neighbours_text.splitlines())
    assert ios.device.is_noisy


def test_a_prompt_that_was_learnt_with_a_byte_lost_is_learnt_anew(ios: Bench) -> None:
    ios.transport.spoil(b"edge1# \x08", b"dge1# \x08", 1)
    ios.device.console.run("show clock")
    assert ios.device.console.state.text == "dge1#"
    kept = ios.take()
    assert ios.device.console.state.text == "edge1#"
    assert not any(line == "e" for line in kept.configuration.splitlines())


def test_a_routing_table_that_was_garbled_once_is_read_again(junos: Bench) -> None:
    junos.transport.spoil(b"*[Direct/0]", b"*[Dirxct/0", 1)
    assert (junos.take().manifest.verified or {})["routes"] == "3 equal readings"


def understood(text: str) -> str:
    """Return *text*, as what reads tables does where a rule understands it."""
    if "!" in text:
        raise RouteError("no rule understands this line", line=1, text=text)
    return text


def agreed(device: Device, *texts: str) -> tuple[str, str, int]:
    """Return the value that readings with these *texts* come to, how it was verified, and how many were read."""
    left = list(texts)
    found = agree(device, lambda: left.pop(0), understood)
    return found.value, found.how, len(texts) - len(left)


def test_an_error_is_believed_when_two_readings_have_it(junos: Bench) -> None:
    with pytest.raises(RouteError, match="age 13"):
        agreed(junos.device, "R! age 12", "R! age 13")
    assert agreed(junos.device, "R!", "R", "R", "R") == ("R", "3 equal readings", 4)
    with pytest.raises(RouteError):
        agreed(junos.device, *(f"R{'!' * number}" for number in range(1, 7)))


def test_what_was_read_most_often_is_kept_where_no_readings_agree(junos: Bench) -> None:
    assert agreed(junos.device, "a", "b", "c", "b", "d", "e") == ("b", "", 6)
    assert agreed(junos.device, "a", "a") == ("a", "2 equal readings", 2)
