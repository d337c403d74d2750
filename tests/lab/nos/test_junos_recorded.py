"""The virtual Junos router says what a real one said, byte for byte, where a recording of one is at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.captures import need
from tests.lab.nos.junos_desk import Desk

SAME = (
    "set cli screen-length 0",
    "set cli screen-width 511",
    "set cli complete-on-space off",
    "configure",
    "rollback 0",
    "commit",
    "exit configuration-mode",
    "",
)
NAMELESS = """
system {
    root-authentication { encrypted-password "@PASSWORD@"; }
    login { user boxen { class super-user; authentication { encrypted-password "@PASSWORD@"; } } }
}
"""


def exchanges(name: str) -> Iterator[tuple[str, str]]:
    """Give what was typed in a recording, and all that was printed until the next thing was typed."""
    path = need("sessions") / f"{name}.yaml"
    (session,) = yaml.safe_load(path.read_text()).values()
    typed, printed, is_start = "", "", True
    for one in session["interactions"]:
        printed += one["channel_output"]
        if one["expected_channel_input"] != "\n":
            if not is_start:
                yield typed, printed
            typed, printed = one["expected_channel_input"], ""
        elif printed.endswith(("> ", "# ", "% ")):
            yield typed, printed
            typed, printed = "", ""
        is_start = False


@pytest.mark.parametrize(
    "name",
    ["load_config_merge_diff_and_abort-juniper_junos", "load_config_replace_diff_and_commit-juniper_junos"],
)
def test_the_recorded_answers_are_given(tmp_path: Path, name: str) -> None:
    desk = Desk(tmp_path, config=NAMELESS)
    desk.log_in("boxen")
    compared = []
    for typed, printed in exchanges(name):
        if typed in SAME and printed.endswith(("boxen> ", "boxen# ")):
            assert desk.type(typed) == printed
            compared.append(typed)
    assert {"set cli screen-length 0", "configure", "exit configuration-mode"} <= set(compared)
