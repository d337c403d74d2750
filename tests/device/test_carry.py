"""What a text looks like on its way: in every profile, for every step that brings one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oob.console.tcl import LONGEST
from oob.device.carry import carried
from oob.device.connect import connect
from oob.device.values import Values, md5_on_device
from oob.errors import UntypeableText
from oob.profile.filling import filled
from oob.profile.model import Step
from oob.profile.store import load, platforms
from oob.secret.credentials import Credentials

STEPS = [
    pytest.param(step, id=f"{platform}, {name}: {step.about}")
    for platform in platforms()
    for name, strategy in load(platform).strategies.items()
    for step in strategy.steps
    if step.paste
]
VALUES = Values(words={"file": "flash:oob.cfg", "run": "20260304-130000Z-abcd"})
PACKED = load("frr").strategies["backup"].steps[0]
LINES = (
    "hostname edge1",
    " description to customer } and back",
    " description x } ; reboot ; set x {",
    " description $(reboot) `reboot` $HOME 'a' \"b\" \\",
    "EOF",
    "a\ttab",
    "x" * 5000,
    "Zürich, 東京",
    "Z\udcfcrich",  # from a file that is not UTF-8
    "",
)
texts = st.lists(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from('{}[]$\\";#?!\t'), max_size=80),
    max_size=20,
)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("key", ["\x03", "\x04", "\x1a", "\x1b", "\r", "\x00", "\x7f"])
def test_a_line_with_a_control_character_is_refused_by_number(step: Step, key: str) -> None:
    with pytest.raises(UntypeableText, match="line 2 "):
        carried(step, ("hostname edge1", f"banner motd a{key}b"), VALUES)


@pytest.mark.parametrize("step", STEPS)
@settings(max_examples=30)
@given(lines=texts)
def test_no_line_on_its_way_holds_a_key(step: Step, lines: list[str]) -> None:
    try:
        on_its_way = carried(step, lines, VALUES)
    except UntypeableText:
        assert not step.is_encoded
        assert any("\t" in line for line in lines)
        return

    assert all(ord(character) >= 0x20 for line in on_its_way for character in line)
    if step.is_encoded:
        assert all(line.isascii() and len(line) <= LONGEST for line in on_its_way)
        assert not set("?{}") & set("".join(on_its_way[3:]))
    else:
        assert on_its_way == tuple(lines)


@settings(max_examples=30, deadline=None)
@given(lines=texts)
def test_a_packed_text_is_unpacked_by_a_shell_as_it_was(lines: list[str]) -> None:
    packed = "".join(f"{line}\n" for line in carried(PACKED, lines, VALUES))

    unpacked = subprocess.run(
        ["sh", "-c", "base64 -d | gzip -d"], input=packed.encode(), capture_output=True, check=True
    )

    assert unpacked.stdout == "".join(f"{line}\n" for line in lines).encode()


@pytest.mark.parametrize("name", ["bash", "dash"])
def test_a_packed_text_arrives_in_a_file_and_runs_nothing(name: str, tmp_path: Path) -> None:
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not installed")
    values = Values(words={"file": f"{tmp_path}/frr.conf", "md5": md5_on_device(LINES)}, texts={"config": LINES})

    with connect(f"exec://{program}?arg=-i", platform="linux", secrets=Credentials()) as device:
        for step in load("frr").strategies["backup"].steps[:2]:
            device.perform(step, values)

        assert device.run("echo still here").text == "still here"
    assert (tmp_path / "frr.conf").read_bytes() == "".join(f"{line}\n" for line in LINES).encode(
        "utf-8", "surrogateescape"
    )


NAMES = ["a;reboot", "a b", "a'b", "$(reboot)", "a|b", "a?", "a\nb", "a\x03", '"a" b', '"a"";reboot"']


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_would_be_more_than_a_name_is_not_typed(name: str) -> None:
    with pytest.raises(UntypeableText, match="the vrf "):
        filled("vtysh -c 'show ip route vrf {vrf} summary'", {"vrf": name})
    with pytest.raises(UntypeableText, match="the checkpoint "):
        Values(words={"checkpoint": name})


@pytest.mark.parametrize(
    "name", ["default", "CUST-A_1.b", "flash:archive-Nov--3-12:00:00.123-UTC-1", "10.0.0.0/8", "Züri"]
)
def test_other_names_are(name: str) -> None:
    assert filled("ping vrf {vrf} x", {"vrf": name}) == f"ping vrf {name} x"
