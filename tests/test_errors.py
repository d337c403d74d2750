"""The exit codes of the error tree, and the lists that tell people of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from oob.cli.main import EPILOG
from oob.errors import OobError

ROOT = Path(__file__).parent.parent
WITHOUT_AN_ERROR = {0, 141}  # it is as it should be; and a signal of the shell's, which nobody raises


def _below(kind: type[OobError]) -> Iterator[type[OobError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _below(child)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param(EPILOG, r"(?:codes: |, |,\n)(\d+) ", id="help"),
        pytest.param((ROOT / "README.md").read_text().partition("## Exit codes")[2], r"(?:^|· )(\d+) ", id="README"),
        pytest.param((ROOT / "docs/index.md").read_text(), r"^\| (\d+) ", id="docs"),
    ],
)
def test_every_exit_code_is_in_each_list(text: str, code: str) -> None:
    listed = {int(one) for one in re.findall(code, text, re.MULTILINE)}

    assert listed == {kind.exit_code for kind in _below(OobError)} | WITHOUT_AN_ERROR
