from __future__ import annotations

from pathlib import Path

import pytest

from oob.cli.commands import docs
from tests.cli.conftest import Oob


def test_the_page_is_printed_and_not_opened_on_a_plain_terminal(
    oob: Oob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").write_text("<html></html>")
    monkeypatch.setattr(docs, "CHECKOUT", tmp_path)
    assert oob("docs", "--plain").out == f"{tmp_path / 'index.html'}\n"
    assert oob("docs", "--json").document == {"path": str(tmp_path / "index.html")}


def test_an_installation_without_pages_says_how_to_get_them(
    oob: Oob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docs, "CHECKOUT", tmp_path / "absent")
    said = oob("docs")
    assert (said.code, "make docs" in said.err) == (2, True)
