"""A backup whose descriptions would act in Tcl, brought to virtual routers that have a Tcl interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oob.device.device import Device
from oob.device.values import Values, md5_on_device
from oob.errors import CommandUnfinished, UntypeableText
from oob.secret.credentials import Credentials
from tests.console.test_tcl import DESCRIPTIONS
from tests.device.desk import DeskTransport, is_same, opened
from tests.lab.nos import family_desk, ios_desk

IOS = ("cisco_ios", "flash:oob-1.cfg", ios_desk.SECRET)
NXOS = ("cisco_nxos", "bootflash:oob-1.cfg", family_desk.PASSWORD)
both = pytest.mark.parametrize(("platform", "file", "password"), [IOS, NXOS], ids=["ios", "nxos"])


def desk(folder: Path, platform: str, password: str) -> tuple[Any, Device]:
    desk: Any = ios_desk.Desk(folder) if platform == "cisco_ios" else family_desk.Desk(folder, "spine1")
    output = desk.screen if platform == "cisco_ios" else desk.output
    login = Credentials(username="ops", password=password, enable=password)
    return desk, opened(DeskTransport(desk.router, desk.clock, output), platform, login)


@both
def test_every_description_arrives_and_none_is_run(tmp_path: Path, platform: str, file: str, password: str) -> None:
    lab, device = desk(tmp_path, platform, password)
    before = device.configuration()
    lines = ("hostname x", *(f" description {text}" for text in DESCRIPTIONS), "end")
    values = Values(words={"file": file, "run": "1", "md5": md5_on_device(lines)}, texts={"config": lines})

    write, check = device.profile.strategies["backup"].steps[:2]
    device.perform(write, values)
    device.perform(check, values)

    assert lab.router.flash.read(file) == "".join(f"{line}\n" for line in lines).encode()
    assert is_same(device, before)


@both
def test_an_open_brace_is_left_at_once(tmp_path: Path, platform: str, file: str, password: str) -> None:
    lab, device = desk(tmp_path, platform, password)
    device.console.go("tcl")
    started = lab.clock.now()

    with pytest.raises(CommandUnfinished):
        device.console.run('puts [open "x" w+] {description {')

    assert lab.clock.now() - started < 10
    device.go_home()
    assert device.configuration()


@both
def test_a_question_mark_is_typed_into_a_description(tmp_path: Path, platform: str, file: str, password: str) -> None:
    _, device = desk(tmp_path, platform, password)

    pasted = device.paste(["interface loopback0", "description what is this?"])

    assert (pasted.errors, pasted.garbled) == ((), ())
    assert "description what is this?" in device.configuration()


@both
@pytest.mark.parametrize("key", ["\x03", "\t", "\n"])
def test_nothing_at_all_is_typed_where_a_line_holds_a_key(
    tmp_path: Path, platform: str, file: str, password: str, key: str
) -> None:
    _, device = desk(tmp_path, platform, password)
    sent = device.console.stream.bytes_out
    line = f"description a{key}b"
    difference = device.profile.strategies["surgical"].steps[0]

    with pytest.raises(UntypeableText):
        device.paste(["interface loopback0", line])
    with pytest.raises(UntypeableText):
        device.perform(difference, Values(texts={"difference": ("interface loopback0", line)}))

    assert device.console.stream.bytes_out == sent
    assert device.console.state.name == "enable"
