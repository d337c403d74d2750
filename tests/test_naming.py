from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oob.errors import UsageError
from oob.naming import collision_key, folder_name, name_fault


@pytest.mark.parametrize(("device", "name"), [("edge1", "edge1"), ("site/edge 1", "site%2Fedge 1"), ("..", "%2E.")])
def test_a_devices_folder_stays_where_it_belongs(device: str, name: str) -> None:
    assert folder_name(device) == name


@pytest.mark.parametrize("name", ["", "x" * 201, "é" * 80])
def test_a_name_that_no_file_system_takes_is_refused(name: str) -> None:
    assert name_fault(name)
    with pytest.raises(UsageError, match="this name is"):
        folder_name(name)


@given(st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_any_name_is_one_part_of_a_path_and_its_own(one: str, other: str) -> None:
    root = Path("/home/runs")
    parts = [folder_name(name.encode("utf-8", "replace").decode()) for name in (one, other)]
    assert all((root / part).resolve().parent == root for part in parts)
    assert all(part.isprintable() and part.isascii() for part in parts)
    assert (one == other) or parts[0] != parts[1] or "\ufffd" in one + other or "?" in one + other


BAD = ["", " ", ".", "..", "../x", "/etc", "a/b", "a\\b", "a\x1b[2J", "a\nb", "a\x9b", "a\u202e", "a\u200b", " a", "a "]


@pytest.mark.parametrize("name", BAD)
def test_names_that_cannot_be_a_devices(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize("name", ["edge1", "edge 1", "Köln-1", "r1.example.net", "10.0.0.1", "sw1:2", "東京"])
def test_names_that_can(name: str) -> None:
    assert not name_fault(name)


def test_names_that_differ_in_case_or_composition_collide() -> None:
    assert collision_key("EDGE1") == collision_key("edge1")
    assert collision_key("Ko\u0308ln") == collision_key("Köln")
