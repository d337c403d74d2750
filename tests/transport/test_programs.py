from __future__ import annotations

import sys
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import PathRefused, UsageError
from oob.transport.access import Access
from oob.transport.opening import open_url
from oob.transport.programs import Programs
from oob.transport.url import parse

URL = f"exec://{sys.executable}?arg=-c&arg=print(1)"


def test_an_unlisted_program_is_a_failed_path_that_says_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(PathRefused, match=r"not listed in .*programs\.yaml.*oob inventory allow") as refused:
        open_url(URL, Deadline(5), Access(programs=Programs.load(tmp_path / "programs.yaml")))
    assert refused.value.path == str(parse(URL))


def test_a_wrapper_does_not_hide_the_program(tmp_path: Path) -> None:
    with pytest.raises(PathRefused, match="not listed"):
        open_url(f"fault+{URL}", Deadline(5), Access(programs=Programs.load(tmp_path / "programs.yaml")))


def test_a_listed_program_and_a_typed_url_are_started(tmp_path: Path) -> None:
    programs = Programs.load(tmp_path / "programs.yaml")
    for allowed in (programs.allowing([parse(f"record+{URL}")]), programs.add(sys.executable)):
        open_url(URL, Deadline(5), Access(programs=allowed)).close()
    assert Programs.load(tmp_path / "programs.yaml").listed == ((sys.executable,),)


def test_the_words_behind_a_program_are_its_first_arguments(tmp_path: Path) -> None:
    programs = Programs.load(tmp_path / "programs.yaml").add("/usr/bin/virsh console")
    assert programs.allows(["/usr/bin/virsh", "console", "r1"])
    for command in (["/usr/bin/virsh", "destroy", "r1"], ["/usr/bin/virsh"], ["/tmp/virsh", "console", "r1"]):
        assert not programs.allows(command)


@pytest.mark.parametrize("text", ["{a: b}", "- virsh", "- /bin/../tmp/x", "- 'a", "- [x]", "- /usr/bin/x '"])
def test_a_list_that_cannot_be_understood_names_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "programs.yaml").write_text(text)
    with pytest.raises(UsageError, match=r"programs\.yaml"):
        Programs.load(tmp_path / "programs.yaml")
