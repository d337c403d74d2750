"""One language in code, pages and profiles: the field's terms, who does what, and no private dialect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.language import ROOT, findings

READ = (
    ("oob", "*.py"),
    ("oob", "*.md"),
    ("oob", "*.html"),
    ("docs", "*.md"),
    ("docs", "*.yaml"),
    ("device_profiles", "*.yaml"),
    ("backups", "*.md"),
)
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")


def _files() -> list[Path]:
    found = [path for folder, pattern in READ for path in sorted((ROOT / folder).rglob(pattern))]
    return [path for path in found if "site" not in path.parts] + [ROOT / page for page in PAGES]


@pytest.mark.parametrize("folder", sorted({path.relative_to(ROOT).parts[0] for path in _files()}))
def test_texts_use_the_terms_of_the_field(folder: str) -> None:
    files = [path for path in _files() if path.relative_to(ROOT).parts[0] == folder]
    assert [str(finding) for path in files for finding in findings(path)] == []
