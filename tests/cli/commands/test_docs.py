from __future__ import annotations

from pathlib import Path

import pytest

from oob.cli.commands import docs
from tests.cli.conftest import Oob


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that stands for the checkout; there is nothing in it."""
    monkeypatch.setattr(docs, "CHECKOUT", tmp_path)
    return tmp_path


def test_the_page_is_printed_and_not_opened_on_a_plain_terminal(oob: Oob, checkout: Path) -> None:
    index = checkout / "site" / "index.html"
    index.parent.mkdir()
    index.write_text("<html></html>")
    assert oob("docs", "--plain").out == f"{index}\n"
    assert oob("docs", "--json").document == {"path": str(index)}


def test_an_installation_without_html_shows_its_pages_as_text(oob: Oob, checkout: Path) -> None:
    (checkout / "docs").mkdir()
    (checkout / "docs" / "paths.md").write_text("# Paths\n")
    assert oob("docs", "--json").document == {"pages": ["paths"]}
    assert "oob docs PAGE" in oob("docs").out
    assert oob("docs", "paths").out == "# Paths\n\n"
    said = oob("docs", "path")
    assert (said.code, "did you mean paths?" in said.err) == (2, True)


def test_an_installation_without_pages_says_how_to_get_them(oob: Oob, checkout: Path) -> None:
    said = oob("docs")
    assert (said.code, "make docs" in said.err) == (2, True)
