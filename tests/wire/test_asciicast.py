"""The asciicast v2 encoder: its lines as a player reads them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from oob.wire.asciicast import Asciicast


def test_the_header_is_one_line_of_json_with_version_2() -> None:
    header = Asciicast(started=1_700_000_000.9, width=132, height=43, title="edge1").header()
    assert header.endswith("\n")
    assert json.loads(header) == {
        "version": 2,
        "width": 132,
        "height": 43,
        "timestamp": 1_700_000_000,
        "title": "edge1",
    }


def test_output_input_and_markers_are_events_with_their_times() -> None:
    cast = Asciicast(started=0)
    lines = cast.output(0.5, b"edge1>") + cast.typed(1.25, b"enable\r") + cast.marker(2.0, "step 3: arm the timer")
    assert [json.loads(line) for line in lines.splitlines()] == [
        [0.5, "o", "edge1>"],
        [1.25, "i", "enable\r"],
        [2.0, "m", "step 3: arm the timer"],
    ]


def test_a_character_cut_in_two_waits_for_its_rest() -> None:
    cast = Asciicast(started=0)
    assert cast.output(1, b"\xc3") == ""
    assert json.loads(cast.output(2, b"\xa4!")) == [2, "o", "\u00e4!"]


def test_the_two_directions_do_not_complete_each_others_characters() -> None:
    cast = Asciicast(started=0)
    assert cast.output(1, b"\xc3") == ""
    assert json.loads(cast.typed(2, b"\xa4")) == [2, "i", "\ufffd"]


def test_a_character_that_never_completes_is_replaced_at_the_end() -> None:
    cast = Asciicast(started=0)
    cast.output(1, b"\xe2\x82")
    assert json.loads(cast.finish(3)) == [3, "o", "\ufffd"]
    assert cast.finish(4) == ""


@given(st.lists(st.binary(max_size=5), max_size=30))
def test_any_bytes_at_any_split_give_the_text_of_the_whole(chunks: list[bytes]) -> None:
    cast = Asciicast(started=0)
    lines = "".join(cast.output(1, chunk) for chunk in chunks) + cast.finish(2)
    assert "".join(json.loads(line)[2] for line in lines.splitlines()) == b"".join(chunks).decode("utf-8", "replace")
