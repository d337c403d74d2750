"""`oob paste` with a file that holds keys: nothing is opened, nothing is typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from oob.errors import UntypeableText, UsageError
from tests.cli.conftest import Oob


@pytest.mark.parametrize("key", [b"\x03", b"\t", b"\x0c", b"\x1c", b"\r", b"\xc2\x85", b"\x1b[A"])
def test_a_file_with_a_key_is_refused_before_a_path_is_opened(
    oob: Oob, hosts: Callable[[str], None], tmp_path: Path, key: bytes
) -> None:
    hosts("edge1:\n  platform: cisco_ios\n  data: {oob: {paths: ['tcp://127.0.0.1:1']}}\n")
    change = tmp_path / "change.txt"
    change.write_bytes(b"interface Loopback0\r\n description a" + key + b"write erase\r\n")

    told = oob("paste", "edge1", str(change))

    assert told.code == UntypeableText.exit_code
    assert "line 2 ('description a" in told.err
    assert "nothing was typed" in told.err


def test_a_file_that_is_not_utf_8_is_refused(oob: Oob, hosts: Callable[[str], None], tmp_path: Path) -> None:
    hosts("edge1:\n  platform: cisco_ios\n  data: {oob: {paths: ['tcp://127.0.0.1:1']}}\n")
    change = tmp_path / "change.txt"
    change.write_bytes(b"description Z\xfcrich\n")

    told = oob("paste", "edge1", str(change))

    assert told.code == UsageError.exit_code
    assert "byte 14 is not UTF-8" in told.err
