"""A state that is sent in changes arrives as it is, each piece small enough for a slow line."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from oob.web.patch import LIMIT, changes, legible, pieces

_PLAIN: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=30,
)
_STATES = st.dictionaries(st.text(max_size=5), _PLAIN, max_size=6)


def made(before: Any, after: Any) -> Any:
    """Return *before* after the changes to *after*."""
    state = json.loads(json.dumps(before))
    for piece in pieces(changes(before, after), 60):
        for path, *value in json.loads(piece):
            at = state
            for key in path[:-1]:
                at = at[key]
            if not value:
                del at[path[-1]]
            elif isinstance(at, list) and path[-1] == len(at):
                at.append(value[0])
            else:
                at[path[-1]] = value[0]
    return state


@settings(max_examples=40)
@given(before=_STATES, after=_STATES)
def test_a_state_made_from_its_changes_equals_the_state(before: Any, after: Any) -> None:
    assert made(before, after) == after


def test_a_long_list_goes_in_pieces_below_a_kilobyte() -> None:
    after = {"ladder": [{"title": f"attempt {number}", "reason": "x" * 200} for number in range(30)]}
    sent = list(pieces(changes({}, after)))
    assert made({}, after) == after
    assert len(sent) > 5
    assert max(len(piece.encode()) for piece in sent) <= LIMIT + 2


def test_nothing_is_sent_where_nothing_changed() -> None:
    assert list(pieces(changes({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}))) == []


def test_control_characters_become_visible_in_keys_and_texts() -> None:
    assert legible({"a\x1b": ["\x1b]0;x\x07", {"b": "\u202e"}]}) == {"a\\x1b": ["\\x1b]0;x\\x07", {"b": "\\u202e"}]}
